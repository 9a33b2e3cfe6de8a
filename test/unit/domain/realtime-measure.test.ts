import { expect, test } from 'vitest';
import { measureRealtime } from '../../../src/domain/realtime-measure.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 24, 12) + seconds * 1000);
const change = (occurred: number | null, announced: number | null, settled: number) => ({ version: occurred === null ? '"etag-7"' : at(occurred).toISOString(), announcedAt: announced === null ? null : at(announced), settledAt: at(settled) });

test('counts from the change to the write, and takes values that were measured', () => {
  expect(measureRealtime([change(0, 1, 2), change(0, 1, 4), change(0, 1, 10)])).toEqual({ announced: 3, missed: 0, p50Ms: 4_000, p95Ms: 10_000 });
  expect(measureRealtime([])).toEqual({ announced: 0, missed: 0, p50Ms: null, p95Ms: null });
});

test.each([
  ['no webhook told of the record', change(0, null, 300), { missed: 1 }],
  ['the last webhook told of an older change', change(1_000, 100, 1_300), { missed: 1 }],
  ['the source\'s clock is a little ahead', change(20, 0, 30), { missed: 0, p95Ms: 10_000 }],
  ['the version is no time, so it counts from the webhook', change(null, 10, 12), { missed: 0, p95Ms: 2_000 }],
  ['the version is no time, and the webhook long ago', change(null, -9_000, 12), { missed: 1 }],
  ['the version is from the future', change(9_000, 10, 12), { missed: 0, p95Ms: 2_000 }],
])('where %s', (_what, written, expected) => {
  expect(measureRealtime([written])).toMatchObject(expected);
});
