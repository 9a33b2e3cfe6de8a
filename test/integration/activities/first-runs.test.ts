import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { twoWaySync } from '../pairs/two-way-under-test.js';
import { SyncUnderTest } from './sync-under-test.js';

const RECORDS = 400;

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

/** Two syncs of the same contacts that have their first runs at the same time, a few pages a window. */
async function firstRuns(prepare: (syncs: readonly SyncUnderTest[]) => void = () => undefined, bothWays = false): Promise<readonly [SyncUnderTest, SyncUnderTest]> {
  const options = { source: { pageSize: 20 }, windowPages: 5 };
  const mailing = bothWays ? await twoWaySync(database, {}, options) : await SyncUnderTest.create(database, options);
  const desk = await SyncUnderTest.create(database, { windowPages: 3, sharing: mailing });
  for (let at = 1; at <= RECORDS; at += 1) mailing.source.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}` });
  prepare([mailing, desk]);
  const results = await Promise.all([mailing, desk].map((sync) => sync.run('full')));
  expect(results.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  return [mailing, desk];
}

/** What is wrong with the crosswalk of a sync: target records that stand for another entity than their source record, and entities without one. */
async function faultsOf(sync: SyncUnderTest): Promise<{ readonly linked: number; readonly apart: number; readonly withoutSource: number; readonly basesWithoutSource: number }> {
  const { scope } = await sync.context((await sync.start()).runId);
  const { rows: [faults] } = await database.pool.query<Awaited<ReturnType<typeof faultsOf>>>(
    `with written as (select distinct source_id, external_id from writes where sync_id = $3 and object_id = $2 and state = 'acknowledged')
     select (select count(*) from links where object_id = $2 and state = 'live') as linked,
       (select count(*) from written w join links s on s.object_id = $1 and s.external_id = w.source_id join links t on t.object_id = $2 and t.external_id = w.external_id
         where s.entity_id <> t.entity_id) as apart,
       (select count(*) from links t where t.object_id = $2 and t.state = 'live'
         and not exists (select 1 from links s where s.object_id = $1 and s.entity_id = t.entity_id and s.state = 'live')) as "withoutSource",
       (select count(*) from bases b where b.sync_id = $3
         and not exists (select 1 from links s where s.object_id = $1 and s.entity_id = b.entity_id and s.state = 'live')) as "basesWithoutSource"`,
    [scope.sourceObject, scope.targetObject, scope.syncNumber]);
  if (faults === undefined) throw new Error('nothing was counted');
  return faults;
}

const whole = { linked: RECORDS, apart: 0, withoutSource: 0, basesWithoutSource: 0 };

async function changeAddresses(syncs: readonly SyncUnderTest[]): Promise<readonly object[]> {
  for (let at = 1; at <= RECORDS; at += 1) syncs[0]?.source.put(`c${at}`, { email: `changed${at}@example.org`, name: `n${at}` });
  const counts: object[] = [];
  for (const sync of syncs) {
    const { counts: { created, updated, duplicates } } = await sync.run('full', { allowChanges: true });
    counts.push({ created, updated, duplicates });
  }
  return counts;
}

describe('two syncs of one source that have their first runs at the same time', () => {
  test('leave each source record and its records at both targets one entity, which outlives a change of address', async () => {
    const syncs = await firstRuns();
    expect(await Promise.all(syncs.map(faultsOf))).toEqual([whole, whole]);
    expect(await changeAddresses(syncs)).toEqual([{ created: 0, updated: RECORDS, duplicates: 0 }, { created: 0, updated: RECORDS, duplicates: 0 }]);
    expect(syncs.map(({ target }) => target.records.size)).toEqual([RECORDS, RECORDS]);
  });

  test('do so too where a target had some of the records before, as they are or with other values', async () => {
    const syncs = await firstRuns(([mailing, desk]) => {
      for (let at = 1; at <= RECORDS; at += 2) mailing?.target.put(`m${at}`, { email: `c${at}@example.org`, name: at % 4 === 1 ? `n${at}` : 'another name', phone: '+4930901820' });
      for (let at = 1; at <= RECORDS; at += 3) desk?.target.put(`d${at}`, { email: `c${at}@example.org`, name: at % 4 === 1 ? `n${at}` : 'another name' });
    });
    expect(await Promise.all(syncs.map(faultsOf))).toEqual([whole, whole]);
    expect(await changeAddresses(syncs)).toEqual([{ created: 0, updated: RECORDS, duplicates: 0 }, { created: 0, updated: RECORDS, duplicates: 0 }]);
    expect(syncs.map(({ target }) => target.records.size)).toEqual([RECORDS, RECORDS]);
  });

  test('do so too where one of them writes both ways', async () => {
    const [mailing, desk] = await firstRuns(undefined, true);
    expect(await Promise.all([mailing, desk].map(faultsOf))).toEqual([whole, whole]);
    const { scope } = await mailing.context((await mailing.start()).runId);
    const { rows } = await database.pool.query(
      `select 1 from pairs p join links s on s.object_id = $2 and s.external_id = p.source_id join links t on t.object_id = $3 and t.external_id = p.target_id
       where p.sync_id = $1 and p.entity_id = s.entity_id and p.entity_id = t.entity_id`, [scope.syncNumber, scope.sourceObject, scope.targetObject]);
    expect(rows).toHaveLength(RECORDS);
    expect(await changeAddresses([mailing, desk])).toMatchObject([{}, { created: 0, updated: RECORDS, duplicates: 0 }]);
    expect([mailing, desk].map(({ target }) => target.records.size)).toEqual([RECORDS, RECORDS]);
  });
});
