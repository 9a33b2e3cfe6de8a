import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import { finishRecords, finishWork, storeEvents, takeRecords, takeWork, type NewInboxEvent } from '../../../src/store/inbox.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const RECORDS = 200;

/** Events of all records, in an order of chance, for a sync and a handoff. */
function events(round: number): NewInboxEvent[] {
  return Array.from({ length: RECORDS }, (_, at) => ({ system: 'crm', dedupeKey: `${round}/${at}`, object: 'contact', recordId: `c${at}`, hasId: true, consumers: ['handoff/b', 'sync/a'] }))
    .toSorted(() => Math.random() - 0.5);
}

test('storing, taking and finishing the same records at the same time never wait for each other in a circle, and nothing is lost', async () => {
  const deadlocks = async (): Promise<number> => {
    await database.pool.query('select pg_stat_force_next_flush()');
    return Number((await database.pool.query<{ deadlocks: string }>('select deadlocks from pg_stat_database where datname = current_database()')).rows[0]?.deadlocks);
  };
  const before = await deadlocks();
  const stored = new AbortController();
  let round = 0;
  const store = async (): Promise<void> => { while (round < 60) await storeEvents(database, events(round += 1)); };
  const followSync = async (): Promise<void> => {
    while (!stored.signal.aborted) {
      const taker = newId();
      if (await takeWork(database, 'sync/a', taker) > 0) await finishWork(database, taker);
    }
  };
  const followHandoff = async (): Promise<void> => {
    while (!stored.signal.aborted) await finishRecords(database, 'handoff/b', (await takeRecords(database, 'handoff/b', newId(), 50)).map(({ workId }) => workId).toReversed());
  };
  const following = [followSync(), followHandoff(), followHandoff()];
  await Promise.all([store(), store()]);
  stored.abort();
  await Promise.all(following);
  expect(await deadlocks()).toBe(before);

  const [taker, waits] = [newId(), async () => (await database.pool.query('select 1 from inbox_work')).rowCount];
  await storeEvents(database, events(1_000));
  expect(await takeWork(database, 'sync/a', taker)).toBe(RECORDS);
  await finishWork(database, taker);
  const taken = await takeRecords(database, 'handoff/b', newId(), 10 * RECORDS);
  expect(taken).toHaveLength(RECORDS);
  await finishRecords(database, 'handoff/b', taken.map(({ workId }) => workId));
  expect(await waits()).toBe(0);
}, 120_000);

test('what is told of again while it is finished waits on', async () => {
  const [one] = events(2_000);
  if (one === undefined) throw new Error('no event');
  await storeEvents(database, [one]);
  const taker = newId();
  await takeWork(database, 'sync/a', taker);
  const client = await database.pool.connect();
  try {
    await client.query("begin; update inbox_work set taken_by = null where consumer = 'sync/a'");
    await finishWork(database, taker);
    await client.query('commit');
  } finally {
    client.release();
  }
  expect((await database.pool.query("select record_id from inbox_work where consumer = 'sync/a'")).rows).toEqual([{ record_id: one.recordId }]);
});
