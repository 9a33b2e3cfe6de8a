import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import type { Database } from '../../../src/store/database.js';
import { activeDefinitions, storeDefinitions } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { field, SyncUnderTest, type SyncUnderTestOptions } from '../activities/sync-under-test.js';
import { applied, approvedRepair, check, refusalsOf, startApplying } from '../plans/plan-under-test.js';
import { compareAndClose, found, openReconciliationOf, planRepairOf, readBoth, reconcileNow } from './reconcile-sync.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

/** A sync that has carried so many contacts over; contact cN is member tN. */
async function synced(count: number, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> {
  const sync = await SyncUnderTest.create(database, options);
  for (let at = 1; at <= count; at += 1) sync.source.put(`c${at}`, contact(at));
  await sync.run();
  return sync;
}

function contact(at: number) {
  return { email: `c${at}@example.org`, name: `n${at}`, phone: null, city: 'Ulm' };
}

/** Changes a record as somebody outside would. */
function edit(system: SyncUnderTest['source'], id: string, change: Record<string, string>): void {
  const record = system.records.get(id);
  if (record !== undefined) system.records.set(id, { ...record, version: '9', data: { ...record.data, ...change } });
}

/** Stores another version of a sync's definition. */
async function redefine(sync: SyncUnderTest, change: Partial<SyncDefinition>): Promise<void> {
  const others = [...(await activeDefinitions(database, 'system')), ...(await activeDefinitions(database, 'sync'))].filter(({ name }) => name !== sync.definition.sync);
  await storeDefinitions(database, [...others, { kind: 'sync', name: sync.definition.sync, hash: newId(), body: { ...sync.definition, ...change }, source: '' }]);
}

test('two sides that agree have no differences', async () => {
  const sync = await synced(12);
  const { result, differences } = await reconcileNow(sync);
  expect(differences).toEqual([]);
  expect(result).toMatchObject({ state: 'succeeded', alert: false, counts: { source: 12, target: 12, agreeing: 12, differs: 0 } });
});

describe('the cause of a difference', () => {
  test('is missed, where the source has changed and no run has read it', async () => {
    const sync = await synced(3);
    edit(sync.source, 'c2', { name: 'other' });
    sync.source.put('c9', contact(9));
    expect(found(await reconcileNow(sync)).toSorted()).toEqual([['differs', 'missed', 'c2', 't2'], ['only-source', 'missed', 'c9', null]]);
  });

  test('is a change outside, where the target no longer holds what was written', async () => {
    const sync = await synced(3);
    edit(sync.target, 't2', { name: 'by hand' });
    const reconciled = await reconcileNow(sync);
    expect(reconciled.differences).toMatchObject([{ kind: 'differs', cause: 'changed-outside', fields: ['name'], lastWriter: 'target', sourceId: 'c2', targetId: 't2', confirmed: true }]);
  });

  test('is missed, where both have changed', async () => {
    const sync = await synced(3);
    edit(sync.source, 'c2', { name: 'there' });
    edit(sync.target, 't2', { name: 'here' });
    expect((await reconcileNow(sync)).differences).toMatchObject([{ cause: 'missed', lastWriter: 'both', detail: expect.stringContaining('target has changed too') as string }]);
  });

  test('is a dead letter, where one is open', async () => {
    const sync = await synced(3);
    sync.target.answer = (item) => (item.fields['name'] === 'refused' ? { outcome: 'park', status: 422, message: 'says no' } : undefined);
    edit(sync.source, 'c2', { name: 'refused' });
    sync.source.put('c9', { ...contact(9), name: 'refused' });
    sync.source.put('c10', { ...contact(10), name: '' });
    await sync.run('full');
    expect(found(await reconcileNow(sync)).toSorted()).toEqual([['differs', 'parked', 'c2', 't2'], ['only-source', 'parked', 'c10', null], ['only-source', 'parked', 'c9', null]]);
  });

  test('is a deletion, where a linked record is gone on one side', async () => {
    const sync = await synced(4);
    sync.target.records.delete('t2');
    sync.source.records.delete('c3');
    const archived = sync.target.records.get('t4');
    if (archived !== undefined) sync.target.records.set('t4', { ...archived, inactive: true });
    expect(found(await reconcileNow(sync)).toSorted()).toEqual([['only-source', 'deleted', 'c2', null], ['only-source', 'deleted', 'c4', 't4'], ['only-target', 'deleted', null, 't3']]);
  });

  test('is the mapping, where the definition has changed and the source has not', async () => {
    const sync = await synced(3);
    edit(sync.source, 'c3', { city: 'Bonn' });
    await redefine(sync, { fields: sync.definition.fields.map((mapping) => (mapping.to === 'name' ? field('city', 'name') : mapping)) });
    expect(found(await reconcileNow(sync)).toSorted()).toEqual([['differs', 'mapping-changed', 'c1', 't1'], ['differs', 'mapping-changed', 'c2', 't2'], ['differs', 'missed', 'c3', 't3']]);
  });

  test('is the mapping, where the definition of the last run left a record out', async () => {
    const scope = { kind: 'compare', field: 'city', operator: '=', value: 'Ulm' } as const;
    const sync = await SyncUnderTest.create(database, { sync: { scope } });
    sync.source.put('c1', contact(1));
    sync.source.put('c2', { ...contact(2), city: 'Bonn' });
    await sync.run();
    expect(found(await reconcileNow(sync))).toEqual([]);
    await redefine(sync, { scope: { ...scope, operator: '!=', value: 'Mainz' } });
    expect(found(await reconcileNow(sync))).toEqual([['only-source', 'mapping-changed', 'c2', null]]);
  });

  test('is a change outside, where somebody brings back at the target what the sync has taken away', async () => {
    for (const onDelete of ['archive', 'delete'] as const) {
      const sync = await synced(3, { sync: { onDelete } });
      const taken = sync.target.records.get('t2');
      sync.source.records.delete('c2');
      await sync.run('full');
      expect(found(await reconcileNow(sync))).toEqual([]);
      if (taken !== undefined) sync.target.records.set('t2', taken);
      expect(found(await reconcileNow(sync))).toEqual([['only-target', 'changed-outside', null, 't2']]);
    }
  });

  test('is that nobody has synced it', async () => {
    const sync = await synced(1);
    sync.target.put('x1', { email: 'x1@example.org', name: 'made there' });
    const fresh = await SyncUnderTest.create(database);
    fresh.source.put('c1', contact(1));
    expect(found(await reconcileNow(sync))).toEqual([['only-target', 'never-synced', null, 'x1']]);
    expect(found(await reconcileNow(fresh))).toEqual([['only-source', 'never-synced', 'c1', null]]);
  });
});

describe('duplicates', () => {
  test('at the target are told by their strong key, apart from the record that has a counterpart', async () => {
    const sync = await synced(3);
    sync.target.put('a2', { email: 'C2@example.org', name: 'again' });
    const { differences } = await reconcileNow(sync);
    expect(differences).toMatchObject([{ kind: 'duplicate', cause: 'changed-outside', targetId: 'a2', sourceId: null, duplicateOf: 't2', duplicateSide: 'target' }]);
  });

  test('at the source are parked once a run has come across them', async () => {
    const sync = await synced(3);
    sync.source.put('c9', { ...contact(2), name: 'again' });
    expect(found(await reconcileNow(sync))).toEqual([['duplicate', 'missed', 'c9', null]]);
    await sync.run('full');
    expect(found(await reconcileNow(sync))).toEqual([['duplicate', 'parked', 'c9', null]]);
  });

  test('are not those that share a telephone and have addresses of their own', async () => {
    const sync = await synced(2);
    for (const id of ['c1', 'c2']) edit(sync.source, id, { phone: '+4973112345' });
    await sync.run('full');
    expect((await reconcileNow(sync)).differences).toEqual([]);
  });
});

describe('what is no difference', () => {
  test.each(['ignore', 'unlink'] as const)('is what the rule %s leaves at the target', async (onDelete) => {
    const sync = await synced(2, { sync: { onDelete } });
    sync.source.records.delete('c1');
    expect((await reconcileNow(sync)).differences).toEqual([]);
  });

  test('is what both sides hold without a link, and what the target writes in another way', async () => {
    const sync = await SyncUnderTest.create(database, { sync: { fields: [field('email', 'email', { type: 'email' }), field('name', 'name'), field('amount', 'amount', { type: 'decimal' })] } });
    sync.source.put('c1', { email: 'c1@example.org', name: 'n1', amount: '12.50' });
    sync.target.put('x1', { email: 'c1@example.org', name: 'n1', amount: '12.5' });
    expect((await reconcileNow(sync)).differences).toEqual([]);
  });

  test('is what changes while the sides are read', async () => {
    const sync = await synced(3);
    edit(sync.source, 'c2', { name: 'newer' });
    sync.source.put('c9', contact(9));
    const id = await openReconciliationOf(sync);
    await readBoth(sync, id);
    await sync.run('full');
    expect((await compareAndClose(sync, id)).differences).toEqual([]);
  });
});

test('a record that is archived at both sides is nobody\'s business, and an inactive one is missed until it is archived', async () => {
  const sync = await synced(2);
  const record = sync.source.records.get('c1');
  if (record !== undefined) sync.source.records.set('c1', { ...record, inactive: true });
  expect(found(await reconcileNow(sync))).toEqual([['only-target', 'missed', 'c1', 't1']]);
  await sync.run('full');
  expect((await reconcileNow(sync)).differences).toEqual([]);
});

test('more differences than the sync allows raise an alert', async () => {
  const sync = await synced(10, { sync: { reconcile: { at: null, alertAbove: 0.1 } } });
  edit(sync.target, 't1', { name: 'by hand' });
  expect((await reconcileNow(sync)).result.alert).toBe(false);
  edit(sync.target, 't2', { name: 'by hand' });
  expect((await reconcileNow(sync)).result.alert).toBe(true);
});

test('a difference that nothing dates is as old as the report that first had it', async () => {
  const sync = await synced(3);
  edit(sync.target, 't2', { name: 'by hand' });
  const [first, second] = [await reconcileNow(sync), await reconcileNow(sync)];
  expect(second.differences[0]?.since).toEqual(first.differences[0]?.since);
});

describe('a repair', () => {
  test('is a stored plan; nothing is sent until it is applied, and then both sides agree', async () => {
    const sync = await synced(8);
    edit(sync.source, 'c1', { name: 'missed' });
    edit(sync.target, 't2', { name: 'by hand' });
    sync.target.records.delete('t3');
    sync.source.records.delete('c4');
    sync.source.put('c9', contact(9));
    sync.target.put('a5', { email: 'c5@example.org', name: 'again' });
    const sent = sync.target.sent.length;
    const plan = await planRepairOf(sync, await reconcileNow(sync));
    expect(plan).toMatchObject({ writes: 6, left: 0 });
    expect(sync.target.sent).toHaveLength(sent);
    expect(await applied(sync, (await approvedRepair(sync, plan.runId)).id)).toMatchObject({ state: 'succeeded', counts: { parked: 0 } });
    expect((await reconcileNow(sync)).differences).toEqual([]);
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 0, archived: 0, unchanged: 8 } });
  });

  test('is held where a duplicate that it would remove stands for a record of the source by now', async () => {
    const sync = await synced(3);
    const again = sync.target.put('a2', { email: 'c2@example.org', name: 'again' });
    const plan = await planRepairOf(sync, await reconcileNow(sync));
    expect(plan).toMatchObject({ writes: 1, left: 0 });
    // A run links it with a record of the source; then somebody gives it back the values that the plan saw.
    edit(sync.target, 'a2', { email: 'c9@example.org' });
    sync.source.put('c9', contact(9));
    await sync.run('full');
    sync.target.records.set('a2', again);
    const sent = sync.target.sent.length;
    const { id } = await approvedRepair(sync, plan.runId);
    const runId = await startApplying(sync, id);
    expect(await check(sync, runId)).toBe(1);
    expect((await refusalsOf(sync, runId)).map(({ code }) => code)).toEqual(['linked-now']);
    expect(sync.target.sent).toHaveLength(sent);
  });

  test('holds what the target has now as its before-image, and all that the base lacks', async () => {
    const sync = await synced(2);
    edit(sync.target, 't2', { name: 'by hand' });
    const plan = await planRepairOf(sync, await reconcileNow(sync));
    const { rows } = await database.pool.query('select kind, before, after, expected_version from intents where run_id = $1 and planned', [plan.runId]);
    expect(rows).toEqual([{ kind: 'update', before: { name: 'by hand' }, after: { name: 'n2' }, expected_version: '9' }]);
  });

  test('leaves to people what no rule of the sync decides', async () => {
    const sync = await synced(3);
    sync.target.put('x1', { email: 'x1@example.org', name: 'made there' });
    sync.source.put('c9', { ...contact(2), name: 'again' });
    sync.source.put('c10', { ...contact(10), name: '' });
    expect(await planRepairOf(sync, await reconcileNow(sync))).toMatchObject({ writes: 0, left: 3 });
  });

  test('leaves out what has come right meanwhile', async () => {
    const sync = await synced(3);
    edit(sync.source, 'c2', { name: 'newer' });
    const reconciled = await reconcileNow(sync);
    await sync.run('full');
    expect(await planRepairOf(sync, reconciled)).toMatchObject({ writes: 0, left: 0 });
  });
});
