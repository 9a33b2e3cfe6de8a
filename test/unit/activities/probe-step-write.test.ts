import { describe, expect, test } from 'vitest';
import { probeStepWrite } from '../../../activities/handoff/probe-step-write.js';
import type { StepTarget } from '../../../activities/handoff/send-once.js';
import type { SourceRecord } from '../../../src/contracts/connector.js';
import type { StepWrite } from '../../../src/store/handoff-writes.js';

const signal = new AbortController().signal;
const record: SourceRecord = { id: 't1', version: '1', updatedAtMs: null, deleted: false, inactive: false, data: { name: 'Kick-off (d-1)' } };

/** What became of a create that was intended so long ago, at a system whose search finds these records and is late by five minutes, or not at all. */
function probed(agoMs: number, found: readonly SourceRecord[], lagMs?: number) {
  const target = {
    system: { limits: { settleMs: 1_000 } }, object: { find: { by: { name: {} }, ...(lagMs === undefined ? {} : { lagMs }) } }, objectName: 'task',
    connector: { system: 'asana', sendsIdempotencyKey: () => false, find: () => Promise.resolve(found) },
  } as unknown as StepTarget;
  const write = { kind: 'create', externalId: null, after: { name: 'Kick-off (d-1)' }, intendedAtMs: Date.now() - agoMs } as unknown as StepWrite;
  return probeStepWrite(target, { kind: 'create', id: null, fields: write.after, expectedVersion: null, by: 'name' }, write, 'key', signal);
}

describe('a step whose create was sent without an answer', () => {
  test('is not known to have come to nothing while the search may be late', async () => {
    await expect(probed(60_000, [], 300_000)).rejects.toMatchObject({ name: 'SystemError', detail: { system: 'asana', outcome: 'rate-limited' } });
  });

  test('has come to nothing where the record is not found after that time, or where searches are never late', async () => {
    expect(await probed(302_000, [], 300_000)).toMatchObject({ state: 'not-executed' });
    expect(await probed(60_000, [])).toMatchObject({ state: 'not-executed' });
  });

  test('is done where the record is found, however early', async () => {
    expect(await probed(0, [record], 300_000)).toMatchObject({ state: 'acknowledged', externalId: 't1' });
  });
});
