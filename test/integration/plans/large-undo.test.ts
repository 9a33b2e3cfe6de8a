import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { SyncUnderTest } from '../activities/sync-under-test.js';
import { person, refusalsOf, restorable, undone, writesOf } from './plan-under-test.js';

const RECORDS = 5_000;
const EVERY = 50;

let migrated: MigratedDatabase;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
});
afterAll(() => migrated.drop());

describe('an undo of a run of 5,000 records, of which 100 have changed since', () => {
  test('restores 4,900, lists 100 and overwrites none', async () => {
    const sync = await SyncUnderTest.create(migrated.database, { target: { batchSize: 100 }, source: { pageSize: 1_000 }, targetObject: { ...restorable, find: undefined as never } });
    const all = Array.from({ length: RECORDS }, (_, at) => at + 1);
    for (const at of all) sync.source.put(`c${at}`, person(at));
    await sync.run('full');
    for (const at of all) sync.source.put(`c${at}`, person(at, { name: `Renamed ${at}` }));
    const { runId, counts } = await sync.run('full');
    expect(counts.updated).toBe(RECORDS);

    const idOf = new Map([...sync.target.records].map(([id, { data }]) => [String(data['email']), id]));
    const changed = all.filter((at) => at % EVERY === 0);
    for (const at of changed) {
      const id = idOf.get(`p${at}@example.org`) ?? '';
      sync.target.put(id, { ...sync.target.records.get(id)?.data, name: `By hand ${at}` });
    }
    sync.target.sent.length = 0;

    const undo = await undone(sync, { runId });
    expect(undo).toMatchObject({ state: 'succeeded', counts: { updated: RECORDS - changed.length, parked: 0 }, plan: { counts: { updated: RECORDS - changed.length } } });
    const listed = await refusalsOf(sync, undo.plan.id);
    expect(listed.map(({ sourceId }) => sourceId).toSorted()).toEqual(changed.map((at) => `c${at}`).toSorted());
    expect(new Set(listed.map(({ code }) => code))).toEqual(new Set(['changed-since']));
    expect(await writesOf(sync, undo.plan.id)).toHaveLength(RECORDS - changed.length);
    const held = Object.fromEntries([...sync.target.records.values()].map(({ data }) => [data['email'], data['name']]));
    expect(held).toEqual(Object.fromEntries(all.map((at) => [`p${at}@example.org`, changed.includes(at) ? `By hand ${at}` : `Person ${at}`])));
    const touched = sync.target.sent.flatMap(({ items }) => items.map(({ id }) => id));
    expect(changed.filter((at) => touched.includes(idOf.get(`p${at}@example.org`) ?? ''))).toEqual([]);

    expect(await undone(sync, { runId: undo.runId })).toMatchObject({ state: 'succeeded', counts: { updated: RECORDS - changed.length } });
    expect([...sync.target.records.values()].filter(({ data }) => String(data['name']).startsWith('Renamed'))).toHaveLength(RECORDS - changed.length);
  });
});
