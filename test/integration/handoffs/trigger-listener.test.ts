import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { isNeglected, storeEvents, takeRecords, type NewInboxEvent } from '../../../src/store/inbox.js';
import { newId } from '../../../src/store/new-id.js';
import { listenForTriggers } from '../../../workers/trigger-listener.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';

let migrated: MigratedDatabase;
let listener: { close(): Promise<void> } | undefined;
const logger = { debug: vi.fn(), warn: vi.fn() };

beforeAll(async () => { migrated = await openMigratedDatabase(); });
afterAll(() => migrated.drop());
beforeEach(async () => { await migrated.database.pool.query('truncate inbox_events, inbox_work'); });
afterEach(async () => {
  await listener?.close();
  vi.clearAllMocks();
});

let count = 0;
const event = (consumers: readonly string[], recordId = 'd-1'): NewInboxEvent => ({ system: 'crm', dedupeKey: `e-${(count += 1)}`, object: 'deal', recordId, hasId: true, consumers });
const listening = async (): Promise<void> => {
  await expect.poll(async () => (await migrated.database.pool.query("select from pg_stat_activity where application_name = 'crosswalk listener' and datname = current_database() and query like 'listen%' and state = 'idle'")).rowCount).toBe(1);
};

test('a handoff is begun the moment its event is stored; syncs are none of its business', async () => {
  const start = vi.fn(async () => ({ more: false }));
  listener = listenForTriggers({ url: migrated.url, logger, start });
  await listening();
  await storeEvents(migrated.database, [event(['sync/a', 'handoff/deal-closed']), event(['sync/b'])]);
  await expect.poll(() => start.mock.calls).toEqual([['deal-closed']]);
});

test('events that come while it looks are looked at next, one look at a time', async () => {
  let under = 0;
  let most = 0;
  const start = vi.fn(async () => {
    under += 1;
    most = Math.max(most, under);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    under -= 1;
    return { more: false };
  });
  listener = listenForTriggers({ url: migrated.url, logger, start });
  await listening();
  for (let at = 0; at < 6; at += 1) await storeEvents(migrated.database, [event(['handoff/deal-closed'], `d-${at}`)]);
  await expect.poll(() => under === 0 && start.mock.calls.length >= 2).toBe(true);
  expect(most).toBe(1);
  expect(start.mock.calls.length).toBeLessThan(6);
});

test('what it cannot do is left, and seen to be neglected, so that the workflow is woken', async () => {
  listener = listenForTriggers({ url: migrated.url, logger, start: () => Promise.reject(new Error('the CRM does not answer')) });
  await listening();
  await storeEvents(migrated.database, [event(['handoff/deal-closed'])]);
  await expect.poll(() => logger.debug.mock.calls.length).toBe(1);
  await expect.poll(() => isNeglected(migrated.database, 'handoff/deal-closed', 50)).toBe(true);
  expect(await takeRecords(migrated.database, 'handoff/deal-closed', newId(), 10)).toHaveLength(1);
});

test('what somebody has taken is not neglected, nor taken by another who wants only what is left', async () => {
  await storeEvents(migrated.database, [event(['handoff/deal-closed'])]);
  expect(await takeRecords(migrated.database, 'handoff/deal-closed', newId(), 10, 'untaken')).toHaveLength(1);
  expect(await takeRecords(migrated.database, 'handoff/deal-closed', newId(), 10, 'untaken')).toEqual([]);
  expect(await isNeglected(migrated.database, 'handoff/deal-closed', 0)).toBe(false);
  expect(await takeRecords(migrated.database, 'handoff/deal-closed', newId(), 10)).toHaveLength(1);
});

test('a lost connection is made again', async () => {
  const start = vi.fn(async () => ({ more: false }));
  listener = listenForTriggers({ url: migrated.url, logger, start });
  await listening();
  await migrated.database.pool.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'crosswalk listener' and datname = current_database()");
  await expect.poll(() => logger.warn.mock.calls.length, { timeout: 10_000 }).toBe(1);
  await expect.poll(async () => { await storeEvents(migrated.database, [event(['handoff/deal-closed'], newId())]); return start.mock.calls.length; }, { timeout: 15_000, interval: 300 }).toBeGreaterThan(0);
});
