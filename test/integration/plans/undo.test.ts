import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UndoScope } from '../../../src/contracts/plan.js';
import type { Database } from '../../../src/store/database.js';
import { readRun } from '../../../src/store/runs.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { failureOf, SyncUnderTest, type SyncUnderTestOptions } from '../activities/sync-under-test.js';
import { applied, approve, letFlagsCount, person, refusalsOf, restorable, undone, undoOf, writesOf } from './plan-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

/** A sync of so many records whose archived records can be brought back, after its first run. */
async function syncOf(records: number, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest & { readonly firstRun: string }> {
  const sync = await SyncUnderTest.create(database, { targetObject: restorable, ...options });
  letFlagsCount(sync.target);
  for (let at = 1; at <= records; at += 1) sync.source.put(`c${at}`, person(at));
  const { runId } = await sync.run('full');
  sync.target.sent.length = 0;
  return Object.assign(sync, { firstRun: runId });
}

/** Changes records at the source and carries the changes over; gives the run. */
async function renamed(sync: SyncUnderTest, name: string, records: readonly number[]): Promise<string> {
  for (const at of records) sync.source.put(`c${at}`, person(at, { name: `${name} ${at}` }));
  return (await sync.run('full')).runId;
}

const names = (sync: SyncUnderTest): string[] => Object.values(sync.atTarget()).map(String).toSorted();

describe('an undo of a run', () => {
  test('restores what was there before the run, and nothing else', async () => {
    const sync = await syncOf(4);
    const runId = await renamed(sync, 'Renamed', [1, 2]);
    const { plan, state, counts } = await undone(sync, { runId });
    expect(plan).toMatchObject({ kind: 'undo', title: `Undo of run ${runId}`, counts: { updated: 2 } });
    expect([state, counts.updated]).toEqual(['succeeded', 2]);
    expect(names(sync)).toEqual(['Person 1', 'Person 2', 'Person 3', 'Person 4']);
  });

  test('archives what the run made', async () => {
    const sync = await syncOf(2);
    sync.source.put('c3', person(3));
    const { runId } = await sync.run('full');
    expect(await undone(sync, { runId })).toMatchObject({ state: 'succeeded', counts: { archived: 1 } });
    expect(names(sync)).toEqual(['Person 1', 'Person 2']);
    expect(sync.target.records.size).toBe(3);
  });

  test('deletes what the run made where the object cannot archive', async () => {
    const sync = await syncOf(2, { sync: { onDelete: 'ignore', onInactive: 'ignore' }, targetObject: { archive: undefined as never } });
    expect(await undone(sync, { runId: sync.firstRun })).toMatchObject({ counts: { deleted: 2 } });
    expect(sync.target.records.size).toBe(0);
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, ignored: 2 } });
  });

  test('brings back what the run archived', async () => {
    const sync = await syncOf(3);
    sync.source.records.delete('c2');
    const { runId } = await sync.run('full');
    expect(names(sync)).toEqual(['Person 1', 'Person 3']);
    expect(await undone(sync, { runId })).toMatchObject({ state: 'succeeded', counts: { updated: 1 } });
    expect(names(sync)).toEqual(['Person 1', 'Person 2', 'Person 3']);
  });

  test.each<[string, SyncUnderTestOptions, string]>([
    ['was archived, without a way back', { targetObject: {} }, 'cannot-restore'], ['was deleted', { sync: { onDelete: 'delete' } }, 'deleted-for-good'],
  ])('lists with the reason what %s', async (_what, options, code) => {
    const sync = await syncOf(3, options);
    sync.source.records.delete('c2');
    const { runId } = await sync.run('full');
    const plan = await undoOf(sync, { runId });
    expect(plan.counts).toMatchObject({ read: 1, updated: 0, ignored: 1 });
    expect(await refusalsOf(sync, plan.id)).toMatchObject([{ sourceId: 'c2', code }]);
  });

  test.each<[string, (sync: SyncUnderTest) => unknown, object]>([
    ['holds another value', (sync) => sync.target.put('t2', { name: 'By hand' }), { code: 'changed-since', fields: [{ field: 'name', expected: 'Renamed 2', found: 'By hand' }] }],
    ['is gone', (sync) => sync.target.records.delete('t2'), { code: 'gone' }],
    ['was put away', (sync) => sync.target.put('t2', { name: 'Renamed 2', archived: true }, { inactive: true }), { code: 'gone' }],
  ])('lists a record that %s and leaves it as it is', async (_what, change, refusal) => {
    const sync = await syncOf(3);
    const runId = await renamed(sync, 'Renamed', [1, 2]);
    change(sync);
    const before = sync.target.records.get('t2');
    const { plan, counts } = await undone(sync, { runId });
    expect(await refusalsOf(sync, plan.id)).toMatchObject([{ externalId: 't2', ...refusal }]);
    expect(counts.updated).toBe(1);
    expect(sync.target.records.get('t2')).toEqual(before);
  });

  test('restores the fields that still hold what was written and lists the others', async () => {
    const sync = await syncOf(1);
    sync.source.put('c1', person(1, { name: 'Renamed', phone: '+441234567890' }));
    const { runId } = await sync.run('full');
    sync.target.put('t1', { ...sync.target.records.get('t1')?.data, phone: '+4900' });
    const { plan } = await undone(sync, { runId });
    expect(await refusalsOf(sync, plan.id)).toMatchObject([{ code: 'changed-since', fields: [{ field: 'phone' }] }]);
    expect(sync.target.records.get('t1')?.data).toMatchObject({ name: 'Person 1', phone: '+4900' });
  });

  test('does not archive a new record that somebody has worked on since', async () => {
    const sync = await syncOf(2);
    sync.target.put('t2', { ...sync.target.records.get('t2')?.data, name: 'By hand' });
    const { plan } = await undone(sync, { runId: sync.firstRun });
    expect(plan.counts.archived).toBe(1);
    expect(names(sync)).toEqual(['By hand']);
  });

  test('of a record that was restored by hand has nothing to do', async () => {
    const sync = await syncOf(1);
    const runId = await renamed(sync, 'Renamed', [1]);
    sync.target.put('t1', { ...sync.target.records.get('t1')?.data, name: 'Person 1' });
    expect((await undoOf(sync, { runId })).counts).toMatchObject({ read: 1, unchanged: 1, updated: 0 });
  });

  test('is itself undone', async () => {
    const sync = await syncOf(2);
    sync.source.put('c3', person(3));
    const runId = await renamed(sync, 'Renamed', [1]);
    const first = await undone(sync, { runId });
    expect(names(sync)).toEqual(['Person 1', 'Person 2']);
    expect(await undone(sync, { runId: first.runId })).toMatchObject({ state: 'succeeded', counts: { updated: 2 } });
    expect(names(sync)).toEqual(['Person 2', 'Person 3', 'Renamed 1']);
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 0, archived: 0 } });
  });

  test('of the bringing back of a record archives it again', async () => {
    const sync = await syncOf(2);
    sync.source.records.delete('c2');
    const { runId } = await sync.run('full');
    const first = await undone(sync, { runId });
    expect(await undone(sync, { runId: first.runId })).toMatchObject({ counts: { archived: 1 } });
    expect(names(sync)).toEqual(['Person 1']);
  });

  test('is held when a record changes between the plan and its applying', async () => {
    const sync = await syncOf(2);
    const runId = await renamed(sync, 'Renamed', [1, 2]);
    const plan = await approve(sync, await undoOf(sync, { runId }));
    sync.target.put('t2', { name: 'By hand' });
    const result = await applied(sync, plan.id);
    expect(result.state).toBe('held');
    expect(await refusalsOf(sync, result.runId)).toMatchObject([{ externalId: 't2', code: 'changed-at-target', fields: [{ field: 'name', expected: 'Renamed 2', found: 'By hand' }] }]);
    expect(names(sync)).toEqual(['By hand', 'Renamed 1']);
  });

  test('finds out about replies that were lost', async () => {
    const sync = await syncOf(3, { scheduleMs: [1, 1, 1] });
    const runId = await renamed(sync, 'Renamed', [1, 2, 3]);
    const plan = await approve(sync, await undoOf(sync, { runId }));
    const asked = new Set<string | null>();
    sync.target.answer = ({ id }) => {
      if (asked.has(id)) return undefined;
      asked.add(id);
      return { outcome: 'unknown', message: 'the answer was lost', executed: id !== 't2' };
    };
    expect(await applied(sync, plan.id, { attempts: 4 })).toMatchObject({ state: 'succeeded', counts: { updated: 3, recovered: 2 } });
    expect(names(sync)).toEqual(['Person 1', 'Person 2', 'Person 3']);
  });

  test.each<[string, (sync: SyncUnderTest) => Promise<UndoScope> | UndoScope, string]>([
    ['that there is not', () => ({ runId: '00000000-0000-7000-8000-000000000000' }), 'There is no run'],
    ['that made a plan', async (sync) => ({ runId: (await sync.run('plan')).runId }), 'made a plan'],
    ['that is going on', async (sync) => ({ runId: (await sync.start()).runId }), 'still going on'],
    ['that wrote nothing', async (sync) => ({ runId: (await sync.run('full')).runId }), 'nothing to undo'],
  ])('%s is refused', async (_what, scope, message) => {
    const sync = await syncOf(1);
    expect((await failureOf(Promise.resolve(scope(sync)).then((wanted) => undoOf(sync, wanted)))).message).toContain(message);
  });
});

describe('an undo over several runs', () => {
  test('since a time restores what was there at that time', async () => {
    const sync = await syncOf(2);
    const sinceMs = Date.now();
    await renamed(sync, 'First', [1, 2]);
    await renamed(sync, 'Second', [1]);
    const { plan } = await undone(sync, { sync: sync.definition.sync, sinceMs });
    expect((await writesOf(sync, plan.id)).map(({ before, after }) => [before?.['name'], after['name']])).toEqual([['Second 1', 'Person 1'], ['First 2', 'Person 2']]);
    expect(names(sync)).toEqual(['Person 1', 'Person 2']);
  });

  test('of an older run leaves what a later one wrote', async () => {
    const sync = await syncOf(2);
    const runId = await renamed(sync, 'First', [1, 2]);
    await renamed(sync, 'Second', [1]);
    const { plan } = await undone(sync, { runId });
    expect(await refusalsOf(sync, plan.id)).toMatchObject([{ sourceId: 'c1', code: 'changed-since' }]);
    expect(names(sync)).toEqual(['Person 2', 'Second 1']);
  });

  test.each([['the target', 'to', 't1'], ['the source', 'from', 'c1']] as const)('of one record, named at %s, touches no other', async (_where, side, id) => {
    const sync = await syncOf(2);
    const sinceMs = Date.now();
    await renamed(sync, 'First', [1, 2]);
    await renamed(sync, 'Second', [1]);
    await undone(sync, { record: { ...sync.definition[side], id }, sinceMs });
    expect(names(sync)).toEqual(['First 2', 'Person 1']);
  });

  test('of a record that no sync has written is refused', async () => {
    const sync = await syncOf(1);
    expect((await failureOf(undoOf(sync, { record: { ...sync.definition.to, id: 'nobody' } }))).message).toContain('No sync has written');
  });
});

describe('after an undo, the next runs', () => {
  test('leave a restored record alone until it changes at the source', async () => {
    const sync = await syncOf(2);
    await undone(sync, { runId: await renamed(sync, 'Renamed', [1]) });
    for (const mode of ['incremental', 'full'] as const) expect(await sync.run(mode)).toMatchObject({ counts: { updated: 0, created: 0, archived: 0 } });
    expect(names(sync)).toEqual(['Person 1', 'Person 2']);
    expect(await renamed(sync, 'Again', [1])).toBeDefined();
    expect(names(sync)).toEqual(['Again 1', 'Person 2']);
  });

  test('leave a record whose making was undone alone until it changes at the source', async () => {
    const sync = await syncOf(1);
    sync.source.put('c2', person(2));
    await undone(sync, { runId: (await sync.run('full')).runId });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 0, archived: 0 } });
    expect(names(sync)).toEqual(['Person 1']);
    await renamed(sync, 'Again', [2]);
    expect(Object.values(Object.fromEntries([...sync.target.records].map(([id, { data }]) => [id, data['name']])))).toEqual(['Person 1', 'Again 2']);
  });

  test('do not archive again what was brought back, until the source has it again and loses it again', async () => {
    const sync = await syncOf(3);
    sync.source.records.delete('c2');
    await undone(sync, { runId: (await sync.run('full')).runId });
    for (let run = 0; run < 2; run += 1) expect(await sync.run('full')).toMatchObject({ counts: { archived: 0 } });
    expect(names(sync)).toEqual(['Person 1', 'Person 2', 'Person 3']);
    sync.source.put('c2', person(2));
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 0 } });
    sync.source.records.delete('c2');
    expect(await sync.run('full')).toMatchObject({ counts: { archived: 1 } });
  });
});

describe('an undo of 500 records of which 10 have changed since', () => {
  test('restores 490, lists 10 and overwrites none', async () => {
    const sync = await syncOf(500, { target: { batchSize: 50 } });
    const all = Array.from({ length: 500 }, (_, at) => at + 1);
    const runId = await renamed(sync, 'Renamed', all);
    const idOf = new Map([...sync.target.records].map(([id, { data }]) => [String(data['email']), id]));
    const changed = all.filter((at) => at % 50 === 0);
    for (const at of changed) {
      const id = idOf.get(`p${at}@example.org`) ?? '';
      sync.target.put(id, { ...sync.target.records.get(id)?.data, name: `By hand ${at}` });
    }
    const { plan, counts } = await undone(sync, { runId });
    expect([plan.counts.updated, counts.updated, counts.parked]).toEqual([490, 490, 0]);
    expect((await refusalsOf(sync, plan.id)).map(({ sourceId, code }) => `${sourceId} ${code}`).toSorted()).toEqual(changed.map((at) => `c${at} changed-since`).toSorted());
    expect(names(sync)).toEqual(all.map((at) => (changed.includes(at) ? `By hand ${at}` : `Person ${at}`)).toSorted());
    expect(await readRun(database, plan.id)).toMatchObject({ mode: 'plan', state: 'succeeded' });
  });
});
