import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import { storeDefinitions, type NewDefinition } from '../../../src/store/definitions.js';
import { finishRecords, finishWork, forgetEvents, reachDisk, storeEvents, takeRecords, takeWork, waitingConsumers, type NewInboxEvent } from '../../../src/store/inbox.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());
beforeEach(async () => { await database.pool.query('truncate inbox_events, inbox_work'); });

const event = (dedupeKey: string, recordId: string | null, consumers: readonly string[] = ['sync/a']): NewInboxEvent => ({ system: 'crm', dedupeKey, object: 'contact', recordId, hasId: true, consumers });
const waiting = async () => (await database.pool.query<{ consumer: string; record_id: string; events: number }>('select consumer, record_id, events from inbox_work order by 1, 2')).rows;

test('a hundred events of one record are one record to be read, for each who wants to know', async () => {
  const events = Array.from({ length: 100 }, (_, at) => event(`e${at}`, 'c1', ['sync/a', 'handoff/b']));
  expect(await storeEvents(database, events)).toBe(100);
  expect(await waiting()).toEqual([{ consumer: 'handoff/b', record_id: 'c1', events: 100 }, { consumer: 'sync/a', record_id: 'c1', events: 100 }]);
});

test('an event that comes again, alone or with others, is nothing new', async () => {
  expect(await storeEvents(database, [event('e1', 'c1'), event('e1', 'c1'), event('e2', null)])).toBe(2);
  const [first, second] = await Promise.all([storeEvents(database, [event('e2', 'c2'), event('e3', 'c3')]), storeEvents(database, [event('e3', 'c3')])]);
  expect(first + second).toBe(1);
  expect(await waiting()).toMatchObject([{ record_id: '' }, { record_id: 'c1' }, { record_id: 'c3', events: 1 }]);
});

test('an equal event without an id counts once, and its record is read each time', async () => {
  const unnamed = { ...event('hash-of-the-body', 'c1'), hasId: false };
  expect(await storeEvents(database, [unnamed])).toBe(1);
  const taker = newId();
  await takeWork(database, 'sync/a', taker);
  expect(await storeEvents(database, [unnamed])).toBe(0);
  await finishWork(database, taker);
  expect(await waiting()).toMatchObject([{ record_id: 'c1' }]);
});

test('what waits for a sync that is removed or no longer follows webhooks is forgotten; for one that is paused it stays and is not taken', async () => {
  const sync = (name: string, realtime: boolean, mode: string): NewDefinition => ({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only these members are looked at
    kind: 'sync', name, hash: `${name}${realtime}${mode}`, source: '', body: { sync: name, when: { realtime }, rollout: { mode } } as unknown as NewDefinition['body'],
  });
  await storeDefinitions(database, ['kept', 'removed', 'quiet', 'paused'].map((name) => sync(name, true, 'live')));
  await storeEvents(database, [event('e1', 'c1', ['sync/kept', 'sync/removed', 'sync/quiet', 'sync/paused'])]);
  await storeDefinitions(database, [sync('kept', true, 'live'), sync('quiet', false, 'live'), sync('paused', true, 'paused')]);
  expect((await waiting()).map(({ consumer }) => consumer)).toEqual(['sync/kept', 'sync/paused']);
  expect(await takeWork(database, 'sync/paused', newId())).toBe(0);
  expect(await takeWork(database, 'sync/kept', newId())).toBe(1);
  await storeDefinitions(database, [sync('paused', true, 'live')]);
  expect(await takeWork(database, 'sync/paused', newId())).toBe(1);
});

test('what is announced again while it is under way waits again', async () => {
  await storeEvents(database, [event('e1', 'c1'), event('e2', 'c2')]);
  const taker = newId();
  expect(await takeWork(database, 'sync/a', taker)).toBe(2);
  await storeEvents(database, [event('e3', 'c2')]);
  await finishWork(database, taker);
  expect(await waiting()).toMatchObject([{ record_id: 'c2' }]);
  expect(await takeWork(database, 'sync/a', newId())).toBe(1);
});

test('records are taken one part at a time, and what a taker left over is taken by the next', async () => {
  await storeEvents(database, [event('e1', 'c1', ['handoff/b']), event('e2', 'c2', ['handoff/b']), event('e3', 'c3', ['handoff/b'])]);
  const lost = await takeRecords(database, 'handoff/b', newId(), 2);
  expect(lost).toHaveLength(2);
  const taken = await takeRecords(database, 'handoff/b', newId(), 10);
  expect(taken.map(({ recordId }) => recordId).toSorted()).toEqual(['c1', 'c2', 'c3']);
  await storeEvents(database, [event('e4', 'c3', ['handoff/b'])]);
  await finishRecords(database, 'handoff/b', lost.map(({ workId }) => workId));
  expect(await waiting()).toHaveLength(3);
  await finishRecords(database, 'handoff/b', taken.map(({ workId }) => workId));
  expect(await waiting()).toMatchObject([{ record_id: 'c3' }]);
});

test('what has waited too long is found, and old events are forgotten', async () => {
  await storeEvents(database, [event('e1', 'c1')]);
  expect(await waitingConsumers(database, 3_600_000)).toEqual([]);
  expect(await waitingConsumers(database, 0)).toEqual(['sync/a']);
  await database.pool.query("update inbox_events set received_at = now() - interval '31 days'");
  expect(await forgetEvents(database, 30)).toBe(1);
});

test('what was stored before it reaches the disk with it', async () => {
  const place = async (what: string): Promise<string> => (await database.pool.query<{ at: string }>(`select ${what}() as at`)).rows[0]?.at ?? '';
  await storeEvents(database, [event('e1', 'c1')]);
  const stored = await place('pg_current_wal_insert_lsn');
  await reachDisk(database);
  const { rows: [row] } = await database.pool.query<{ behind: string }>('select pg_wal_lsn_diff($1::pg_lsn, pg_current_wal_flush_lsn()) as behind', [stored]);
  expect(Number(row?.behind)).toBeLessThanOrEqual(0);
});
