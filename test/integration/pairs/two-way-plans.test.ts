import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyWindow } from '../../../activities/plans/apply-window.js';
import type { Database } from '../../../src/store/database.js';
import { listConflicts } from '../../../src/store/conflicts.js';
import { readPlan } from '../../../src/store/plans.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { failureOf, type SyncUnderTest } from '../activities/sync-under-test.js';
import { applied, approve, check, planOf, refusalsOf, startApplying, writesOf } from '../plans/plan-under-test.js';
import { at, edit, idByEmail, syncWithOnePair } from './two-way-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const sent = ({ source, target }: SyncUnderTest): number => source.sent.length + target.sent.length;

/** A sync of which both sides of one pair have changed, one record is new at each side, and one is gone at the source. */
async function changedSync(): Promise<SyncUnderTest> {
  const sync = await syncWithOnePair(database);
  edit(sync.source, 'c1', { name: 'Ada L.' });
  edit(sync.target, 't1', { phone: '2' });
  sync.source.put('c9', { email: 'c9@example.org', name: 'New here' });
  sync.target.put('m9', { email: 'm9@example.org', name: 'New there' });
  sync.source.records.delete('c4');
  return sync;
}

async function expectCarriedOut(sync: SyncUnderTest): Promise<void> {
  for (const record of [at(sync.source, 'c1'), at(sync.target, 't1')]) expect(record).toMatchObject({ name: 'Ada L.', phone: '2' });
  const emails = [...sync.source.records.values(), ...sync.target.records.values()].filter(({ inactive }) => !inactive).map(({ data }) => String(data['email'])).toSorted();
  expect(emails).toEqual(['ada', 'c2', 'c3', 'c9', 'm9'].flatMap((name) => [`${name}@example.org`, `${name}@example.org`]));
  sync.source.sent.length = 0;
  sync.target.sent.length = 0;
  expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 0, archived: 0 } });
  expect(sent(sync)).toBe(0);
}

describe('a plan of a two-way sync', () => {
  test('holds the writes to both sides and, once approved, is carried out; the next run has nothing to do', async () => {
    const sync = await changedSync();
    const gone = idByEmail(sync.target, 'c4@example.org');
    const plan = await planOf(sync);
    expect(sent(sync)).toBe(0);
    expect(plan).toMatchObject({ kind: 'two-way', state: 'open', counts: { created: 2, updated: 2, archived: 1 } });
    expect((await writesOf(sync, plan.id)).map(({ kind, sourceId, externalId, before, after }) => [kind, sourceId, externalId, before, after])).toEqual([
      ['update', 'c1', 't1', { name: 'Ada' }, { name: 'Ada L.' }],
      ['archive', 'c4', gone, expect.any(Object), {}],
      ['create', 'c9', null, null, { email: 'c9@example.org', name: 'New here' }],
      ['create', 'm9', null, null, { email: 'm9@example.org', name: 'New there' }],
      ['update', 't1', 'c1', { phone: '1' }, { phone: '2' }],
    ]);
    await approve(sync, plan);
    expect(await applied(sync, plan.id)).toMatchObject({ state: 'succeeded', counts: { read: 5, created: 2, updated: 2, archived: 1, parked: 0 } });
    expect(await readPlan(database, plan.id)).toMatchObject({ state: 'applied' });
    await expectCarriedOut(sync);
  });

  test('is not held by the limit for removals: its approval is', async () => {
    const sync = await syncWithOnePair(database, { limits: { deletes: 0, changes: 1, blanks: 1 } });
    sync.source.records.delete('c2');
    sync.source.records.delete('c3');
    const plan = await approve(sync, await planOf(sync));
    expect(plan.counts.archived).toBe(2);
    expect(await applied(sync, plan.id)).toMatchObject({ state: 'succeeded', counts: { archived: 2 } });
  });

  test('has the same hash when it is made again, and another one for other values', async () => {
    const sync = await syncWithOnePair(database);
    edit(sync.source, 'c1', { name: 'Ada L.' });
    const { hash } = await planOf(sync);
    expect((await planOf(sync)).hash).toBe(hash);
    edit(sync.source, 'c1', { name: 'Ada M.' });
    expect((await planOf(sync)).hash).not.toBe(hash);
  });

  test('lists conflicts and duplicates as left out, and stores neither before a run does', async () => {
    const sync = await syncWithOnePair(database);
    edit(sync.source, 'c1', { name: 'Ada S.', phone: '3' });
    edit(sync.target, 't1', { name: 'Ada T.' });
    sync.source.put('c9', { email: 'c2@example.org', name: 'Twin' });
    const plan = await planOf(sync);
    expect((await refusalsOf(sync, plan.id)).map(({ sourceId, code }) => [sourceId, code]).toSorted()).toEqual([['c1', 'conflict'], ['c9', 'duplicate']]);
    expect([await listConflicts(database, 10, sync.definition.sync), await sync.letters()]).toEqual([[], []]);
    await approve(sync, plan);
    expect(await applied(sync, plan.id)).toMatchObject({ state: 'succeeded', counts: { updated: 1 } });
    expect(at(sync.target, 't1')).toMatchObject({ name: 'Ada T.', phone: '3' });
    expect(await listConflicts(database, 10, sync.definition.sync)).toMatchObject([{ field: 'name', source: 'Ada S.', target: 'Ada T.' }]);
  });
});

describe('a plan that the world no longer fits is held before its first write', () => {
  test.each<[string, (sync: SyncUnderTest) => unknown, string, string]>([
    ['a planned value changed again at its own side', (sync) => edit(sync.source, 'c1', { name: 'Ada M.' }), 'c1', 'merges-otherwise'],
    ['the field that would be written was changed there', (sync) => edit(sync.target, 't1', { name: 'Ada T.' }), 'c1', 'merges-otherwise'],
    ['the record to be written is gone', (sync) => sync.target.records.delete('t1'), 'c1', 'merges-otherwise'],
    ['the record that it comes from is gone', (sync) => sync.source.records.delete('c1'), 'c1', 'merges-otherwise'],
    ['a field was changed that the plan does not write', (sync) => edit(sync.target, 't1', { email: 'ada@new.example' }), 'c1', 'merges-otherwise'],
    ['a record that was gone is back', (sync) => sync.source.put('c4', { email: 'c4@example.org', name: 'n4' }), 'c4', 'merges-otherwise'],
    ['somebody made the new record at the target', (sync) => sync.target.put('x', { email: 'c9@example.org', name: 'By hand' }), 'c9', 'merges-otherwise'],
    ['somebody made the new record at the source', (sync) => sync.source.put('x', { email: 'm9@example.org', name: 'By hand' }), 'm9', 'paired-now'],
  ])('when %s', async (_what, happens, sourceId, code) => {
    const sync = await changedSync();
    const plan = await approve(sync, await planOf(sync));
    happens(sync);
    const result = await applied(sync, plan.id);
    expect(result.state).toBe('held');
    const refusals = await refusalsOf(sync, result.runId);
    expect(refusals.map((refusal) => [refusal.sourceId, refusal.code])).toContainEqual([sourceId, code]);
    expect(refusals.some((refusal) => ['c2', 'c3'].includes(refusal.sourceId))).toBe(false);
    expect(sent(sync)).toBe(0);
    expect(await readPlan(database, plan.id)).toMatchObject({ state: 'unfit' });
    // The next run goes by the world as it is, and comes to rest.
    await sync.run('full');
    sync.source.sent.length = 0;
    sync.target.sent.length = 0;
    await sync.run('full');
    expect(sent(sync)).toBe(0);
  });

  test('when an ordinary run has done what it says', async () => {
    const sync = await changedSync();
    const plan = await approve(sync, await planOf(sync));
    await sync.run('full');
    const before = sent(sync);
    expect(await applied(sync, plan.id)).toMatchObject({ state: 'held' });
    expect(sent(sync)).toBe(before);
  });

  test.each<[string, (sync: SyncUnderTest) => unknown]>([
    ['a field changes that the sync does not carry', (sync) => edit(sync.target, 't1', { hobby: 'chess' })],
    ['another record changes', (sync) => edit(sync.source, 'c2', { name: 'Else' })],
  ])('but is carried out when %s', async (_what, happens) => {
    const sync = await changedSync();
    const plan = await approve(sync, await planOf(sync));
    happens(sync);
    expect(await applied(sync, plan.id)).toMatchObject({ state: 'succeeded', counts: { parked: 0 } });
  });

  test('or refused when its stored writes were changed after the approval, the agreed values too', async () => {
    const sync = await changedSync();
    const plan = await approve(sync, await planOf(sync));
    await database.pool.query(`update intents set agrees = '{"name": "Mallory"}' where run_id = $1 and source_id = 'c1'`, [plan.id]);
    expect((await failureOf(startApplying(sync, plan.id).then((runId) => check(sync, runId)))).message).toContain('no longer have the hash');
    expect(sent(sync)).toBe(0);
  });
});

describe('applying a two-way plan through trouble', () => {
  test('goes on where it was when an answer is lost and the worker dies, and writes nothing twice', async () => {
    const sync = await changedSync();
    const plan = await approve(sync, await planOf(sync));
    let requests = 0;
    for (const system of [sync.source, sync.target]) {
      system.answer = () => {
        requests += 1;
        return requests === 2 ? { outcome: 'unknown', message: 'the answer was lost', executed: true } : undefined;
      };
      const write = system.write.bind(system);
      system.write = async (...parts) => {
        const results = await write(...parts);
        if (requests === 4) {
          requests += 1;
          throw new Error('the worker is gone');
        }
        return results;
      };
    }
    expect(await applied(sync, plan.id, { attempts: 10 })).toMatchObject({ state: 'succeeded', counts: { created: 2, updated: 2, archived: 1 } });
    expect(sync.source.executed.length + sync.target.executed.length).toBe(5 + 4);
    await expectCarriedOut(sync);
  });

  test.each([['checks versions', true], ['checks no versions', false]] as const)('parks a pair that changes after the check where its system %s, and goes on with the others', async (_name, checksVersions) => {
    const sync = await syncWithOnePair(database, {}, { target: { checksVersions } });
    edit(sync.source, 'c1', { name: 'Ada L.' });
    edit(sync.source, 'c2', { name: 'Else' });
    const plan = await approve(sync, await planOf(sync));
    const runId = await startApplying(sync, plan.id);
    expect(await check(sync, runId)).toBe(0);
    edit(sync.target, 't1', { name: 'By hand' });
    for (let done = false; !done;) ({ done } = await applyWindow(sync.dependencies, { runId }, sync.heartbeat));
    expect(await sync.finish(runId, 'succeeded')).toMatchObject({ counts: { updated: 1, parked: 1 } });
    expect(await sync.letters()).toMatchObject([{ sourceId: 'c1', code: 'changed-since-plan' }]);
    expect([at(sync.target, 't1'), at(sync.target, idByEmail(sync.target, 'c2@example.org'))]).toMatchObject([{ name: 'By hand' }, { name: 'Else' }]);
  });
});
