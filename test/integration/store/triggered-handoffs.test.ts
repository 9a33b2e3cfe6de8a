import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import { lookAtHandoff } from '../../../src/store/handoff-look.js';
import { closeHandoffRun, openHandoffRun } from '../../../src/store/handoff-runs.js';
import { stepsOfHandoff } from '../../../src/store/handoff-steps.js';
import { writesOfStep } from '../../../src/store/handoff-writes.js';
import { objectNumber, syncNumber } from '../../../src/store/names.js';
import { newId } from '../../../src/store/new-id.js';
import { intendFirst, settleStep } from '../../../src/store/step-writes.js';
import { openHandoffRuns, type PinnedVersions, type TriggeredHandoff } from '../../../src/store/triggered-handoffs.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';

let migrated: MigratedDatabase;
let database: Database;
let pinned: PinnedVersions;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
  pinned = { syncNumber: await syncNumber(database, 'handoff/deal-closed'), definition: { name: 'deal-closed', version: 3, hash: 'h3' }, systems: [{ name: 'crm', version: 1, hash: 'h1' }] };
});
afterAll(() => migrated.drop());

let count = 0;
function triggered(more: Partial<TriggeredHandoff> = {}): TriggeredHandoff {
  count += 1;
  const record = { system: 'crm', object: 'deal', id: `d-${count}` };
  return { id: newId(), workflowId: `handoff/deal-closed/crm-deal-d-${count}/v1`, handoff: 'deal-closed', record, key: '1', trigger: { id: record.id, amount: '12.50' }, ...more };
}

test('handoffs are opened together, with their records as they were read', async () => {
  const two = [triggered(), triggered()];
  expect([...await openHandoffRuns(database, pinned, two)].toSorted()).toMatchObject(two.map(({ id }) => [id, { version: 3 }]).toSorted());
  const look = await lookAtHandoff(database, two[1]?.id ?? '');
  expect(look?.handoff).toMatchObject({ handoff: 'deal-closed', state: 'running', trigger: two[1]?.trigger, record: two[1]?.record, run: { definitionVersion: 3, systemVersions: { crm: 1 }, epoch: 0, state: 'running' } });
});

test('who has opened a handoff knows how it stands without another look', async () => {
  await objectNumber(database, { system: 'crm', object: 'deal' });
  await objectNumber(database, { system: 'other', object: 'thing' });
  const one = triggered();
  const first = (await openHandoffRuns(database, pinned, [one])).get(one.id)?.look;
  const look = await lookAtHandoff(database, one.id);
  // The definitions are not stored in this test, and a clock of its own says when it began.
  expect(first).toEqual({ ...look, definition: pinned.definition, systems: pinned.systems, handoff: { ...look?.handoff, run: { ...look?.handoff.run, startedAt: expect.any(Date) } } });
  expect(first?.objects).toMatchObject({ 'crm.deal': expect.any(Number) });
  expect(Object.keys(first?.objects ?? {})).not.toContain('other.thing');
  expect((await openHandoffRuns(database, pinned, [one])).get(one.id), 'it may have moved on').toEqual({ version: 3 });
});

test('what a lost attempt has opened is given again, with the version that it is pinned to', async () => {
  const one = triggered();
  await openHandoffRuns(database, pinned, [one]);
  expect([...await openHandoffRuns(database, { ...pinned, definition: { ...pinned.definition, version: 4 } }, [one, triggered({ id: one.id, record: one.record, key: '1' })])]).toEqual([[one.id, { version: 3 }]]);
});

test('a handoff that has ended, or that another run was opened for, is not begun again', async () => {
  const ended = triggered();
  const other = triggered();
  await openHandoffRuns(database, pinned, [ended]);
  expect(await closeHandoffRun(database, ended.id, 'succeeded', null)).toEqual({ handoff: 'deal-closed', state: 'succeeded', message: null });
  await openHandoffRun(database, { syncNumber: pinned.syncNumber, definitionVersion: 3, systemVersions: { crm: 1 }, id: newId(), mode: 'handoff', workflowId: other.workflowId, place: {} }, other);
  expect(await openHandoffRuns(database, pinned, [ended, other])).toEqual(new Map());
});

test('many handoffs close together, each with its own end and the counts of its own writes; the first end stays', async () => {
  const many = Array.from({ length: 5 }, () => triggered());
  await openHandoffRuns(database, pinned, many);
  const ends = await Promise.all(many.map(({ id }, at) => closeHandoffRun(database, id, at % 2 === 0 ? 'succeeded' : 'failed', `end ${at}`)));
  expect(ends).toEqual(many.map((_, at) => ({ handoff: 'deal-closed', state: at % 2 === 0 ? 'succeeded' : 'failed', message: `end ${at}` })));
  expect(await closeHandoffRun(database, many[0]?.id ?? '', 'failed', 'late')).toMatchObject({ state: 'succeeded', message: 'end 0' });
  expect(await closeHandoffRun(database, newId(), 'failed', null)).toBeUndefined();
});

async function firstWrite(handoff: TriggeredHandoff, { path = 'invoice', epoch = 0 } = {}) {
  const [sourceObject, targetObject] = await Promise.all([objectNumber(database, { system: 'handoff/deal-closed', object: 'step' }), objectNumber(database, { system: 'books', object: 'invoice' })]);
  const intent = {
    id: newId(), entityId: newId(), sourceId: `${handoff.record.id}/${path}`, sourceVersion: null, externalId: null, kind: 'create' as const, reason: 'handoff deal-closed: invoice', before: null,
    after: { total: '12.50' }, fingerprint: null, expectedVersion: null,
  };
  return { scope: { runId: handoff.id, epoch, syncNumber: pinned.syncNumber, definitionVersion: 3, sourceObject, targetObject }, intent, path, name: path };
}

test('steps of several handoffs begin with their first writes, and end with them', async () => {
  const handoffs = [triggered(), triggered(), triggered()];
  await openHandoffRuns(database, pinned, handoffs);
  const writes = await Promise.all(handoffs.map((handoff) => firstWrite(handoff)));
  expect(await Promise.all(writes.map((write) => intendFirst(database, write)))).toEqual([true, true, true]);
  await Promise.all(writes.map(({ scope, intent, path }, at) => settleStep(database, {
    settlement: { id: intent.id, entityId: intent.entityId, targetObject: scope.targetObject, keys: [], droppedKeys: [], state: 'acknowledged', externalId: `INV-${at}`, version: null, message: null },
    runId: scope.runId, path, output: { id: `INV-${at}` },
  })));
  for (const [at, { scope, intent }] of writes.entries()) {
    expect(await stepsOfHandoff(database, scope.runId)).toMatchObject([{ path: 'invoice', state: 'done', output: { id: `INV-${at}` } }]);
    expect(await writesOfStep(database, scope.runId, intent.sourceId)).toMatchObject([{ state: 'acknowledged', externalId: `INV-${at}` }]);
  }
});

test('a step that has begun, or whose run was taken over, begins no second time; the others of the same call do', async () => {
  const handoffs = [triggered(), triggered(), triggered()];
  await openHandoffRuns(database, pinned, handoffs);
  const [again, old, fresh] = [await firstWrite(handoffs[0] as TriggeredHandoff), await firstWrite(handoffs[1] as TriggeredHandoff, { epoch: 7 }), await firstWrite(handoffs[2] as TriggeredHandoff)];
  expect(await intendFirst(database, again)).toBe(true);
  const second = { ...again, intent: { ...again.intent, id: newId() } };
  expect(await Promise.all([intendFirst(database, second), intendFirst(database, old), intendFirst(database, fresh)])).toEqual([false, false, true]);
  expect(await writesOfStep(database, again.scope.runId, again.intent.sourceId)).toHaveLength(1);
  expect(await writesOfStep(database, old.scope.runId, old.intent.sourceId)).toEqual([]);
});

test('a write that is under way for the same step under another path of the ledger keeps only its own from beginning', async () => {
  const handoffs = [triggered(), triggered()];
  await openHandoffRuns(database, pinned, handoffs);
  const [first, other] = [await firstWrite(handoffs[0] as TriggeredHandoff), await firstWrite(handoffs[1] as TriggeredHandoff)];
  await intendFirst(database, first);
  const sameSource = { ...first, path: 'invoice.0', intent: { ...first.intent, id: newId() } };
  expect(await Promise.all([intendFirst(database, sameSource), intendFirst(database, other)])).toEqual([false, true]);
});
