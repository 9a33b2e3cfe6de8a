import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureTypes } from '../../../src/contracts/failures.js';
import { SystemError, type SystemErrorDetail } from '../../../src/contracts/system-error.js';
import type { Database } from '../../../src/store/database.js';
import { syncNumber } from '../../../src/store/names.js';
import { readCursor, readRun } from '../../../src/store/runs.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { failureOf, SyncUnderTest, type SyncUnderTestOptions } from './sync-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const limits = { deletes: 0.1, changes: 0.3, blanks: 1 };

/** A sync that has carried 100 contacts over and may change 30 of them in a run, and remove 10. */
async function synced(options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> {
  const sync = await SyncUnderTest.create(database, { source: { pageSize: 10 }, ...options, sync: { limits, ...options.sync } });
  for (let at = 1; at <= 100; at += 1) sync.source.put(`c${at}`, contact(at), { updatedAtMs: at * 1_000 });
  await sync.run();
  return sync;
}

const contact = (at: number, name = `n${at}`) => ({ email: `c${at}@example.org`, name });

function rename(sync: SyncUnderTest, count: number, updatedAtMs = 200_000): void {
  for (let at = 1; at <= count; at += 1) sync.source.put(`c${at}`, contact(at, `renamed ${at}`), { updatedAtMs });
}

const checkpoint = async (sync: SyncUnderTest): Promise<number | null> => (await readCursor(database, await syncNumber(database, sync.definition.sync))).sinceMs;

function expired(sync: SyncUnderTest): SystemError {
  const detail: SystemErrorDetail = { system: sync.source.system, outcome: 'retry', code: 'page-token-expired', status: 410, retryAfterMs: null, request: 'GET /contacts', excerpt: null };
  return new SystemError('the page token has expired', detail);
}

describe('a run that would change too much', () => {
  test.each(['incremental', 'full'] as const)('of mode %s is held: nothing is written, the checkpoint stays, and a person can let it go ahead', async (mode) => {
    const sync = await synced();
    const [sent, before] = [sync.target.sent.length, await checkpoint(sync)];
    rename(sync, 31);
    const held = await sync.run(mode);
    expect(held).toMatchObject({ state: 'held', counts: { read: 0, updated: 0 }, message: expect.stringMatching(/31 of 100 linked records.*30 %.*--allow-changes/) });
    expect(sync.target.sent).toHaveLength(sent);
    expect(await checkpoint(sync)).toBe(before);
    expect(await sync.run(mode, { allowChanges: true })).toMatchObject({ state: 'succeeded', counts: { updated: 31 } });
  });

  test('stops to read as soon as it is too much', async () => {
    const sync = await synced();
    rename(sync, 100);
    const reads = new Set<string>();
    sync.source.onRead = (what, page) => { if (what === 'list') reads.add(page); };
    expect(await sync.run('full')).toMatchObject({ state: 'held', message: expect.stringContaining('at least 40 of 100') });
    // The fourth page is one too many; up to two more are being read meanwhile.
    expect(reads.size).toBeLessThan(8);
  });

  test('is held as well when the source marks too many as gone or inactive', async () => {
    const sync = await synced();
    for (let at = 1; at <= 20; at += 1) sync.source.put(`c${at}`, contact(at), { updatedAtMs: 200_000, ...(at % 2 === 0 ? { deleted: true } : { inactive: true }) });
    expect(await sync.run()).toMatchObject({ state: 'held', message: expect.stringMatching(/20 of 100.*gone or inactive.*--allow-removals/) });
    expect(Object.values(sync.atTarget())).toHaveLength(100);
    expect(await sync.run('incremental', { allowRemovals: true })).toMatchObject({ state: 'succeeded', counts: { archived: 20 } });
  });

  test('counts what would only be unlinked', async () => {
    const sync = await synced({ sync: { onDelete: 'unlink' } });
    for (let at = 1; at <= 20; at += 1) sync.source.put(`c${at}`, contact(at), { updatedAtMs: 200_000, deleted: true });
    expect(await sync.run()).toMatchObject({ state: 'held', message: expect.stringContaining('20 of 100') });
  });
});

describe('a run that may go ahead', () => {
  test('changes as much as the sync allows, and makes as many new records as there are', async () => {
    const sync = await synced();
    rename(sync, 30);
    for (let at = 101; at <= 400; at += 1) sync.source.put(`c${at}`, contact(at), { updatedAtMs: 200_000 });
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { read: 400, updated: 30, created: 300 } });
  });

  test('changes fewer than 20, whatever their share', async () => {
    const sync = await SyncUnderTest.create(database, { sync: { limits: { deletes: 0, changes: 0, blanks: 1 } } });
    for (let at = 1; at <= 19; at += 1) sync.source.put(`c${at}`, contact(at));
    await sync.run();
    rename(sync, 19);
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { updated: 19 } });
  });

  test.each([
    ['for the first time', async () => SyncUnderTest.create(database, { sync: { limits } }), 'incremental'],
    ['as a backfill', () => synced(), 'backfill'],
    ['as a plan', () => synced(), 'plan'],
    ['of a sync that may change everything', () => synced({ sync: { limits: { deletes: 0.1, changes: 1, blanks: 1 } } }), 'full'],
  ] as const)('%s measures nothing', async (_when, create, mode) => {
    expect((await (await create()).start(mode)).measures).toBe(false);
  });

  test('is not measured again by a run that takes it up after its first write', async () => {
    const sync = await synced({ windowPages: 2 });
    rename(sync, 30);
    const first = await sync.start('full');
    while (!(await sync.measure(first.runId)).done);
    await sync.window(first.runId);
    await sync.finish(first.runId, 'stopped');
    expect(await sync.start('full')).toMatchObject({ measures: false });
  });
});

describe('row 47: a source that shrank', () => {
  test.each([['nothing', 0], ['less than half of what it had', 49]])('to %s holds a full run before its first write', async (_what, left) => {
    const sync = await synced();
    for (let at = left + 1; at <= 100; at += 1) sync.source.records.delete(`c${at}`);
    rename(sync, Math.min(left, 5));
    const sent = sync.target.sent.length;
    expect(await sync.run('full')).toMatchObject({ state: 'held', message: expect.stringContaining(`brought ${left} records where about 100`) });
    expect(sync.target.sent).toHaveLength(sent);
  });

  test('is believed when a person says so, but its records are removed only when that is said too', async () => {
    const sync = await synced();
    for (let at = 21; at <= 100; at += 1) sync.source.records.delete(`c${at}`);
    expect(await sync.run('full', { allowShrink: true })).toMatchObject({ state: 'held', message: expect.stringContaining('--allow-removals') });
    expect(await sync.run('full', { allowShrink: true, allowRemovals: true })).toMatchObject({ state: 'succeeded', counts: { archived: 80 } });
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { read: 20 } });
  });

  test('is expected to stay so by a sync that keeps the links of what is gone', async () => {
    const sync = await synced({ sync: { onDelete: 'ignore' } });
    for (let at = 31; at <= 100; at += 1) sync.source.records.delete(`c${at}`);
    expect(await sync.run('full')).toMatchObject({ state: 'held' });
    expect(await sync.run('full', { allowShrink: true })).toMatchObject({ state: 'succeeded' });
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { read: 30 } });
  });

  test('cannot be told from a read of changes only', async () => {
    const sync = await synced();
    expect(await sync.run('incremental')).toMatchObject({ state: 'succeeded', counts: { read: 2 } });
  });
});

describe('measuring', () => {
  test('goes on in windows where the one before ended, also after a lost worker, and counts each page once', async () => {
    const sync = await synced({ windowPages: 3 });
    rename(sync, 30);
    const { runId } = await sync.start('full');
    expect(await sync.measure(runId)).toMatchObject({ done: false, held: null });
    let lost = false;
    sync.source.onRead = (what, page) => { if (what === 'list' && page === '5' && !lost) { lost = true; throw new Error('the worker was lost'); } };
    await expect(sync.measure(runId)).rejects.toThrow('the worker was lost');
    while (!(await sync.measure(runId)).done);
    expect((await readRun(database, runId)).place.measure).toMatchObject({ read: 100, changes: 30, removals: 0, done: true });
  });

  test('begins anew, and counts anew, when the source no longer knows the place', async () => {
    const sync = await synced();
    rename(sync, 30);
    let dropped = false;
    sync.source.onRead = (what, page) => { if (what === 'list' && page === '4' && !dropped) { dropped = true; throw expired(sync); } };
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { updated: 30 } });
  });

  test('waits by the schedule of the source, and gives up with it', async () => {
    const sync = await synced({ scheduleMs: [1_000] });
    const { runId } = await sync.start('full');
    sync.source.onRead = () => { throw expired(sync); };
    expect(await failureOf(sync.measure(runId))).toMatchObject({ nonRetryable: false, nextRetryDelay: 1_000 });
    expect(await failureOf(sync.measure(runId))).toMatchObject({ nonRetryable: true, type: failureTypes.systemUnavailable });
  });

  test('leaves no trace: no letter, no link, nothing in the ledger', async () => {
    const sync = await synced();
    sync.source.put('c7', { email: 'c7@example.org', name: '' }, { updatedAtMs: 200_000 });
    sync.source.put('c101', contact(101), { updatedAtMs: 200_000 });
    const { runId } = await sync.start('full');
    while (!(await sync.measure(runId)).done);
    expect(await sync.letters()).toEqual([]);
    const { rows } = await database.pool.query('select (select count(*) from intents where run_id = $1) as intents, (select count(*) from seen where run_id = $1) as seen', [runId]);
    expect(rows).toEqual([{ intents: 0, seen: 0 }]);
    expect(sync.target.finds).toEqual([]);
  });
});
