import { createRequire } from 'node:module';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';

const ours = createRequire(import.meta.url);

// Without protobufjs 8 among our own dependencies, npm puts version 7 (of @grpc/proto-loader) at the top and a copy of
// version 8 into each of these packages. The copies do not know each other's types, and no history can be read from
// JSON any more: "type must be a Type".
describe('protobufjs', () => {
  it('reads a history from JSON', () => {
    expect(historyFromJSON({ events: [] }).events).toEqual([]);
  });

  it('is one copy for everything that reads histories', () => {
    const copies = ['@temporalio/common', '@temporalio/proto', '@temporalio/worker'].map((name) => createRequire(ours.resolve(name)).resolve('protobufjs'));
    expect(new Set([...copies, ours.resolve('protobufjs')]).size).toBe(1);
  });
});
