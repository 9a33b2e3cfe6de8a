import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyWindow } from '../../../activities/plans/apply-window.js';
import { activeDefinitions, storeDefinitions } from '../../../src/store/definitions.js';
import type { Database } from '../../../src/store/database.js';
import { newId } from '../../../src/store/new-id.js';
import { approvePlan, PlanRefusedError, readPlan } from '../../../src/store/plans.js';
import { readRun } from '../../../src/store/runs.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { failureOf, SyncUnderTest, type SyncUnderTestOptions } from '../activities/sync-under-test.js';
import { applied, approve, check, person, planOf, refusalsOf, startApplying, writesOf } from './plan-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

/** A sync with so many records on both sides, of which the first three have changed at the source and one more is new. */
async function changedSync(records = 6, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> {
  const sync = await SyncUnderTest.create(database, options);
  for (let at = 1; at <= records; at += 1) sync.source.put(`c${at}`, person(at));
  await sync.run('full');
  for (let at = 1; at <= 3; at += 1) sync.source.put(`c${at}`, person(at, { name: `Renamed ${at}` }), { version: '2' });
  sync.source.put('c99', person(99));
  sync.target.sent.length = 0;
  return sync;
}

describe('a plan', () => {
  test('holds what would be written and what would be parked, with the reasons', async () => {
    const sync = await changedSync();
    sync.source.put('c50', person(50, { name: null }));
    const plan = await planOf(sync);
    expect(plan).toMatchObject({ state: 'open', kind: 'sync', approvedBy: null, counts: { created: 1, updated: 3, parked: 1 } });
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
    expect((await writesOf(sync, plan.id)).map(({ kind, sourceId, before, after }) => [kind, sourceId, before, after])).toEqual([
      ...[1, 2, 3].map((at) => ['update', `c${at}`, { name: `Person ${at}` }, { name: `Renamed ${at}` }]),
      ['create', 'c99', null, { email: 'p99@example.org', name: 'Person 99', address: { city: 'London' } }],
    ]);
    expect(await refusalsOf(sync, plan.id)).toMatchObject([{ sourceId: 'c50', code: 'required', fields: [{ field: 'name' }] }]);
    expect(await sync.letters()).toEqual([]);
    expect(sync.target.sent).toEqual([]);
  });

  test('plans a record once that came twice, as it was read last', async () => {
    const sync = await SyncUnderTest.create(database);
    const page = (name: string) => ({ records: [sync.source.put('c1', person(1, { name }))], bad: [], next: null });
    sync.source.pages = [page('first'), page('second')];
    const plan = await planOf(sync);
    expect((await writesOf(sync, plan.id)).map(({ after }) => after['name'])).toEqual(['second']);
    expect(plan.counts.created).toBe(1);
  });

  test('holds the removal of what is gone at the source, whatever the limit, and applying it removes them', async () => {
    const sync = await changedSync(6, { sync: { limits: { deletes: 0, changes: 1, blanks: 1 } } });
    for (const id of ['c5', 'c6']) sync.source.records.delete(id);
    const plan = await planOf(sync);
    expect(plan.counts).toMatchObject({ created: 1, updated: 3, archived: 2 });
    expect((await writesOf(sync, plan.id)).filter(({ kind }) => kind === 'archive').map(({ sourceId, externalId }) => [sourceId, externalId])).toEqual([['c5', 't5'], ['c6', 't6']]);
    await approve(sync, plan);
    expect(await applied(sync, plan.id)).toMatchObject({ state: 'succeeded', counts: { archived: 2 } });
    expect(Object.keys(sync.atTarget()).toSorted()).toEqual(['t1', 't2', 't3', 't4', 't7']);
  });

  test('to remove what has come back by now is held', async () => {
    const sync = await changedSync();
    sync.source.records.delete('c6');
    const plan = await approve(sync, await planOf(sync));
    sync.source.put('c6', person(6));
    const { state, runId } = await applied(sync, plan.id);
    expect(state).toBe('held');
    expect(await refusalsOf(sync, runId)).toMatchObject([{ sourceId: 'c6', code: 'back-at-source' }]);
  });

  test('unlinks nothing', async () => {
    const sync = await changedSync(4, { sync: { onDelete: 'unlink' } });
    sync.source.records.delete('c4');
    expect((await planOf(sync)).counts).toMatchObject({ unlinked: 1, archived: 0 });
    expect((await database.pool.query(`select 1 from bases b join syncs s on s.id = b.sync_id where s.name = $1 and b.state = 'unlinked'`, [sync.definition.sync])).rowCount).toBe(0);
  });

  test('that is made again of the same records has the same hash, and another one for other values', async () => {
    const sync = await SyncUnderTest.create(database);
    sync.source.put('c1', person(1));
    const first = await planOf(sync);
    expect((await planOf(sync)).hash).toBe(first.hash);
    sync.source.put('c1', person(1, { name: 'Else' }));
    expect((await planOf(sync)).hash).not.toBe(first.hash);
  });
});

describe('an approval', () => {
  test.each([
    ['the whole hash', (hash: string) => hash], ['its first 12 digits', (hash: string) => hash.slice(0, 12)], ['capitals', (hash: string) => hash.toUpperCase()],
  ])('by %s is recorded with who and when', async (_how, part) => {
    const sync = await changedSync();
    const { id, hash } = await planOf(sync);
    expect(await approvePlan(database, id, { hash: part(hash ?? ''), by: 'ada' })).toMatchObject({ state: 'approved', approvedBy: 'ada', approvedAt: expect.any(Date) });
    expect(await approvePlan(database, id, { hash: hash ?? '', by: 'grace' })).toMatchObject({ approvedBy: 'ada' });
  });

  test.each([
    ['of another hash', (hash: string) => `${hash.startsWith('0') ? '1' : '0'}${hash.slice(1)}`, 'another plan'],
    ['of too few digits', (hash: string) => hash.slice(0, 11), 'first 12'], ['of no hash', () => 'yes, all of it', 'hex digits'], ['of more than a hash', (hash: string) => `${hash}0`, 'hex digits'],
  ])('%s is refused', async (_what, part, message) => {
    const { id, hash } = await planOf(await changedSync());
    await expect(approvePlan(database, id, { hash: part(hash ?? ''), by: 'ada' })).rejects.toThrow(PlanRefusedError);
    await expect(approvePlan(database, id, { hash: part(hash ?? ''), by: 'ada' })).rejects.toThrow(message);
    expect(await readPlan(database, id)).toMatchObject({ state: 'open', approvedBy: null });
  });
});

describe('applying a plan', () => {
  test('writes what was approved, keeps the approver with the run, and leaves nothing for the next run', async () => {
    const sync = await changedSync();
    const plan = await approve(sync, await planOf(sync), 'grace');
    const result = await applied(sync, plan.id);
    expect(result).toMatchObject({ state: 'succeeded', counts: { read: 4, created: 1, updated: 3, parked: 0 } });
    expect(Object.values(sync.atTarget()).toSorted()).toEqual(['Person 4', 'Person 5', 'Person 6', 'Person 99', 'Renamed 1', 'Renamed 2', 'Renamed 3']);
    expect(await readRun(database, result.runId)).toMatchObject({ mode: 'apply', planId: plan.id, approvedBy: 'grace' });
    expect(await readPlan(database, plan.id)).toMatchObject({ state: 'applied', appliedRun: { id: result.runId } });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 0, unchanged: 7 } });
  });

  test('is refused without an approval, a second time, and for a definition that is no longer in force', async () => {
    const sync = await changedSync();
    const plan = await planOf(sync);
    expect((await failureOf(startApplying(sync, plan.id))).message).toContain('not approved');
    await approve(sync, plan);
    await applied(sync, plan.id);
    expect((await failureOf(startApplying(sync, plan.id))).message).toContain('was applied already');
    const other = await approve(sync, await planOf(sync));
    const systems = await activeDefinitions(database, 'system');
    await storeDefinitions(database, [...systems, { kind: 'sync', name: sync.definition.sync, hash: newId(), body: { ...sync.definition, title: 'Other' }, source: '' }]);
    expect((await failureOf(startApplying(sync, other.id))).message).toContain('version 2 is in force');
    expect(sync.target.sent.flatMap(({ items }) => items)).toHaveLength(4);
  });

  test('is refused when the stored writes are no longer those that were approved', async () => {
    const sync = await changedSync();
    const plan = await approve(sync, await planOf(sync));
    await database.pool.query(`update intents set after = '{"name": "Mallory"}' where run_id = $1 and source_id = 'c2'`, [plan.id]);
    expect((await failureOf(startApplying(sync, plan.id).then((runId) => check(sync, runId)))).message).toContain('no longer have the hash');
    expect(sync.target.sent).toEqual([]);
  });

  test.each<[string, (sync: SyncUnderTest) => unknown, string, string]>([
    ['a field that it sets was changed at the target', (sync) => sync.target.put('t2', { name: 'By hand' }), 'c2', 'changed-at-target'],
    ['a record is gone at the target', (sync) => sync.target.records.delete('t2'), 'c2', 'gone-at-target'],
    ['a record changed again at the source', (sync) => sync.source.put('c2', person(2, { name: 'Again' }), { version: '3' }), 'c2', 'changed-at-source'],
    ['a record is gone at the source', (sync) => sync.source.records.delete('c2'), 'c2', 'gone-at-source'],
    ['somebody made the new record', (sync) => sync.target.put('x', { email: 'p99@example.org', name: 'By hand' }), 'c99', 'exists-now'],
  ])('is held before the first write when %s', async (_what, change, sourceId, code) => {
    const sync = await changedSync();
    const plan = await approve(sync, await planOf(sync));
    change(sync);
    const result = await applied(sync, plan.id);
    expect(result).toMatchObject({ state: 'held' });
    expect(await refusalsOf(sync, result.runId)).toMatchObject([{ sourceId, code }]);
    expect(sync.target.sent).toEqual([]);
    expect(await readPlan(database, plan.id)).toMatchObject({ state: 'unfit' });
  });

  test.each<[string, (sync: SyncUnderTest) => unknown]>([
    ['another field of the target record changed', (sync) => sync.target.put('t2', { name: 'Person 2', note: 'by hand' }, { version: '7' })],
    ['the source has a newer version that the sync does not carry', (sync) => sync.source.put('c2', person(2, { name: 'Renamed 2', hobby: 'chess' }), { version: '3' })],
    ['the target gives an empty text for no value', (sync) => sync.target.put('t2', { name: 'Person 2', phone: '' })],
  ])('goes on when %s', async (_what, change) => {
    const sync = await changedSync();
    const plan = await approve(sync, await planOf(sync));
    change(sync);
    expect(await applied(sync, plan.id)).toMatchObject({ state: 'succeeded', counts: { updated: 3, created: 1 } });
  });

  test('says of a record that another run linked meanwhile that it no longer fits', async () => {
    const sync = await changedSync();
    const plan = await approve(sync, await planOf(sync));
    await sync.run('full');
    const result = await applied(sync, plan.id);
    expect((await refusalsOf(sync, result.runId)).map(({ sourceId, code }) => [sourceId, code])).toContainEqual(['c99', 'linked-now']);
  });
});

describe('applying a plan through trouble', () => {
  const many: SyncUnderTestOptions = { target: { batchSize: 10 }, scheduleMs: [1, 1, 1] };

  test('goes on where it was when the worker is lost in the middle, and writes nothing twice', async () => {
    const sync = await SyncUnderTest.create(database, many);
    for (let at = 1; at <= 100; at += 1) sync.source.put(`c${at}`, person(at));
    const plan = await approve(sync, await planOf(sync));
    let requests = 0;
    sync.target.whileSent = () => {
      requests += 1;
      // The request is executed and its answer never comes to be recorded: the process has died.
      if (requests === 4) throw new Error('the worker is gone');
    };
    const runId = await startApplying(sync, plan.id);
    expect(await check(sync, runId)).toBe(0);
    await expect(applyWindow(sync.dependencies, { runId }, sync.heartbeat)).rejects.toThrow('the worker is gone');
    for (let done = false; !done;) ({ done } = await applyWindow(sync.dependencies, { runId }, sync.heartbeat));
    expect(await sync.finish(runId, 'succeeded')).toMatchObject({ counts: { created: 100, parked: 0 } });
    expect(Object.values(sync.atTarget('email'))).toHaveLength(100);
    expect(new Set(Object.values(sync.atTarget('email'))).size).toBe(100);
  });

  test('finds out about replies that were lost before it sends anything again', async () => {
    const sync = await SyncUnderTest.create(database, many);
    for (let at = 1; at <= 40; at += 1) sync.source.put(`c${at}`, person(at));
    const plan = await approve(sync, await planOf(sync));
    const lost = new Set<string>();
    sync.target.answer = ({ fields }) => {
      const email = String(fields['email']);
      if (lost.has(email) || !/^p[1-9]@/.test(email)) return undefined;
      lost.add(email);
      return { outcome: 'unknown', message: 'the answer was lost', id: null, executed: !email.startsWith('p5') };
    };
    expect(await applied(sync, plan.id, { attempts: 4 })).toMatchObject({ state: 'succeeded', counts: { created: 40, recovered: 8 } });
    expect(Object.values(sync.atTarget('email')).toSorted()).toEqual(Array.from({ length: 40 }, (_, at) => `p${at + 1}@example.org`).toSorted());
  });

  test('parks what the target refuses and does the rest', async () => {
    const sync = await changedSync();
    const plan = await approve(sync, await planOf(sync));
    sync.target.answer = ({ id }) => (id === 't2' ? { outcome: 'park', message: 'does not like it', id: null } : undefined);
    expect(await applied(sync, plan.id)).toMatchObject({ state: 'succeeded', counts: { updated: 2, created: 1, parked: 1 } });
    expect(await sync.letters()).toMatchObject([{ sourceId: 'c2', code: 'refused' }]);
  });

  test('writes to a newer version only where the fields still hold what was approved', async () => {
    const sync = await changedSync(6, { target: { checksVersions: true } });
    const plan = await approve(sync, await planOf(sync));
    const runId = await startApplying(sync, plan.id);
    await check(sync, runId);
    sync.target.put('t1', { name: 'Person 1', note: 'by hand' }, { version: '9' });
    sync.target.put('t2', { name: 'By hand' }, { version: '9' });
    for (let done = false; !done;) ({ done } = await applyWindow(sync.dependencies, { runId }, sync.heartbeat));
    expect(await sync.finish(runId, 'succeeded')).toMatchObject({ counts: { updated: 2, created: 1, parked: 1 } });
    expect(sync.atTarget()).toMatchObject({ t1: 'Renamed 1', t2: 'By hand', t3: 'Renamed 3' });
    expect(await sync.letters()).toMatchObject([{ sourceId: 'c2', code: 'changed-since-plan' }]);
  });

  test('that was stopped goes on with another run and does only what is left', async () => {
    const sync = await SyncUnderTest.create(database, many);
    for (let at = 1; at <= 30; at += 1) sync.source.put(`c${at}`, person(at));
    const plan = await approve(sync, await planOf(sync));
    const runId = await startApplying(sync, plan.id);
    await check(sync, runId);
    let requests = 0;
    sync.target.answer = () => { requests += 1; return requests > 15 ? { outcome: 'retry', message: 'is down', id: null } : undefined; };
    await expect(applyWindow(sync.dependencies, { runId }, sync.heartbeat)).rejects.toThrow('is down');
    expect(await sync.finish(runId, 'stopped')).toMatchObject({ counts: { created: 15 } });
    expect(await readPlan(database, plan.id)).toMatchObject({ state: 'unfinished' });
    sync.target.answer = () => undefined;
    expect(await applied(sync, plan.id)).toMatchObject({ state: 'succeeded', counts: { created: 15 } });
    expect(sync.target.records.size).toBe(30);
  });
});
