import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureTypes } from '../../../src/contracts/failures.js';
import type { SourceRecord } from '../../../src/contracts/connector.js';
import { SystemError, type SystemErrorDetail } from '../../../src/contracts/system-error.js';
import type { Database } from '../../../src/store/database.js';
import { readCursor, readRun } from '../../../src/store/runs.js';
import { syncNumber } from '../../../src/store/names.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { failureOf, SyncUnderTest, type SyncUnderTestOptions } from './sync-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

/** A sync whose source has so many contacts, c1 with n1 and so on. */
async function syncOf(count: number, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> {
  const sync = await SyncUnderTest.create(database, options);
  for (let at = 1; at <= count; at += 1) contact(sync, at);
  return sync;
}

function contact(sync: SyncUnderTest, at: number, name = `n${at}`, more: Partial<SourceRecord> = {}): void {
  sync.source.put(`c${at}`, { email: `c${at}@example.org`, name }, { updatedAtMs: at * 1_000, ...more });
}

function troubled(system: string, outcome: SystemErrorDetail['outcome'], more: Partial<SystemErrorDetail> = {}): SystemError {
  return new SystemError(`${system} did not answer`, { system, outcome, code: 'timeout', status: null, retryAfterMs: null, request: 'GET /contacts', excerpt: null, ...more });
}

const checkpoint = async (sync: SyncUnderTest): Promise<number | null> => (await readCursor(database, await syncNumber(database, sync.definition.sync))).sinceMs;

describe('a run', () => {
  test('carries every record over, and a second one writes nothing', async () => {
    const sync = await syncOf(25, { source: { pageSize: 7 } });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { read: 25, created: 25, unchanged: 0, parked: 0 } });
    expect(Object.values(sync.atTarget()).toSorted()).toEqual(Array.from({ length: 25 }, (_, at) => `n${at + 1}`).toSorted());
    const sent = sync.target.sent.length;
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { read: 25, created: 0, updated: 0, unchanged: 25 } });
    expect(sync.target.sent).toHaveLength(sent);
  });

  test('sends what changed and nothing else, and counts every record it read once', async () => {
    const sync = await syncOf(10, { source: { pageSize: 4 } });
    await sync.run();
    contact(sync, 3, 'renamed', { updatedAtMs: 90_000 });
    contact(sync, 11);
    contact(sync, 12, '');
    contact(sync, 5, 'n5', { inactive: true });
    contact(sync, 6, 'n6', { deleted: true });
    sync.source.put('c13', { email: 'c1@example.org', name: 'duplicate' });
    const { counts } = await sync.run('full');
    expect(counts).toMatchObject({ read: 13, created: 1, updated: 1, archived: 2, unchanged: 7, parked: 1, duplicates: 1 });
    expect(sync.target.sent.filter(({ kind }) => kind === 'update').flatMap(({ items }) => items.map(({ fields }) => fields))).toEqual([{ name: 'renamed' }]);
    expect((await sync.letters()).map(({ sourceId, code }) => `${sourceId} ${code}`).toSorted()).toEqual(['c12 required', 'c13 duplicate']);
  });

  test('reads only what changed since its checkpoint, and moves it as far as it read', async () => {
    const sync = await syncOf(5);
    await sync.run();
    expect(await checkpoint(sync)).toBe(5_000);
    contact(sync, 2, 'renamed', { updatedAtMs: 7_000 });
    expect(await sync.run()).toMatchObject({ counts: { read: 3, updated: 1, unchanged: 2 } });
    expect(sync.source.listed.at(-1)?.sinceMs).toBe(4_000);
    expect(await checkpoint(sync)).toBe(7_000);
  });

  test.each(['backfill', 'plan'] as const)('of mode %s leaves the checkpoint alone', async (mode) => {
    const sync = await syncOf(3);
    await sync.run(mode);
    expect(await checkpoint(sync)).toBeNull();
  });

  test('that plans says what it would write and sends nothing', async () => {
    const sync = await syncOf(12, { source: { pageSize: 5 } });
    expect(await sync.run('plan')).toMatchObject({ state: 'succeeded', counts: { read: 12, created: 12 } });
    expect(sync.target.sent).toEqual([]);
    expect(await sync.letters()).toEqual([]);
  });

  test('that plans counts each write once, also when its worker was lost on the way', async () => {
    const sync = await syncOf(12, { source: { pageSize: 4 } });
    sync.source.put('c13', { email: 'c1@example.org', name: 'duplicate' });
    const { runId } = await sync.start('plan');
    let lost = false;
    sync.source.onRead = (what, page) => { if (what === 'list' && page === '2' && !lost) { lost = true; throw new Error('the worker was lost'); } };
    await expect(sync.window(runId)).rejects.toThrow('the worker was lost');
    expect(await sync.window(runId)).toMatchObject({ done: true, counts: { read: 13, created: 12, duplicates: 1 } });
  });

  test('works in windows, each of which goes on where the one before ended', async () => {
    const sync = await syncOf(20, { source: { pageSize: 3 }, windowPages: 2 });
    const { runId } = await sync.start();
    await sync.index(runId);
    const done: boolean[] = [];
    for (let turn = 0; turn < 20 && done.at(-1) !== true; turn += 1) done.push((await sync.window(runId)).done);
    expect(done).toEqual([false, false, false, true]);
    expect(await sync.finish(runId, 'succeeded')).toMatchObject({ counts: { read: 20, created: 20 } });
    expect(sync.source.listed.map(({ from }) => from)).toEqual([undefined, { at: 2 }, { at: 4 }, { at: 6 }]);
  });

  test('row 43: keeps the newer values of a record that changes while pages are read, and so comes twice', async () => {
    const sync = await syncOf(0);
    const at = (name: string): SourceRecord => ({ id: 'c1', version: null, updatedAtMs: null, deleted: false, inactive: false, data: { id: 'c1', email: 'c1@example.org', name } });
    sync.source.pages = ['old', 'newer', 'newest'].map((name) => ({ records: [at(name)], bad: [], next: null }));
    await sync.run();
    expect(sync.target.created()).toHaveLength(1);
    expect(Object.values(sync.atTarget())).toEqual(['newest']);
  });

  test('parks elements that are no records, each by itself, and goes on', async () => {
    const sync = await syncOf(0);
    const bad = (name: string) => ({ position: 0, reason: 'it has no id', data: { name } });
    sync.source.pages = [{ records: [], bad: [bad('one')], next: null }, { records: [], bad: [bad('two')], next: null }];
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { read: 2, parked: 2 } });
    expect((await sync.letters()).map(({ payload }) => payload)).toEqual(expect.arrayContaining([{ name: 'one' }, { name: 'two' }]));
  });

  test('closes the dead letter of a record that turns out well', async () => {
    const sync = await syncOf(1);
    contact(sync, 1, '');
    await sync.run();
    expect(await sync.letters()).toHaveLength(1);
    contact(sync, 1, 'named now');
    await sync.run('full');
    expect(await sync.letters()).toEqual([]);
  });

  test('row 19: parks one bad record of a hundred and writes 99', async () => {
    const sync = await syncOf(100, { target: { batchSize: 100 } });
    sync.target.answer = ({ fields }) => (fields['name'] === 'n37' ? { outcome: 'park', status: 422, message: 'no such name' } : undefined);
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { read: 100, created: 99, parked: 1 } });
    expect(await sync.letters()).toMatchObject([{ sourceId: 'c37', code: 'refused' }]);
  });
});

describe('trouble in a run', () => {
  test.each([
    ['retry', failureTypes.systemUnavailable, false], ['unknown', failureTypes.systemUnavailable, false], ['rate-limited', failureTypes.systemUnavailable, false], ['fail', failureTypes.systemRefused, true],
  ] as const)('while reading the source, of outcome %s, ends an attempt as %s', async (outcome, type, final) => {
    const sync = await syncOf(3);
    const { runId } = await sync.start();
    sync.source.onRead = () => { throw troubled(sync.source.system, outcome, { retryAfterMs: 17_000 }); };
    expect(await failureOf(sync.window(runId))).toMatchObject({ type, nonRetryable: final, ...(final ? {} : { nextRetryDelay: 17_000 }) });
  });

  test.each([
    ['retry', failureTypes.systemUnavailable, false], ['fail', failureTypes.systemRefused, true],
  ] as const)('while indexing the target, of outcome %s, ends an attempt as %s', async (outcome, type, final) => {
    const sync = await syncOf(3);
    const { runId } = await sync.start();
    sync.target.onRead = () => { throw troubled(sync.target.system, outcome); };
    expect(await failureOf(sync.index(runId))).toMatchObject({ type, nonRetryable: final });
  });

  test('while indexing the target, with a page token that has expired, begins the index again', async () => {
    const sync = await syncOf(1, { target: { pageSize: 2 }, windowPages: 1 });
    for (const at of [1, 2, 3, 4, 5]) sync.target.put(`own${at}`, { email: `own${at}@example.org` });
    const { runId } = await sync.start();
    let expired = false;
    sync.target.onRead = (what, page) => {
      if (what !== 'list' || page !== '1' || expired || sync.target.listed.at(-1)?.from === undefined) return;
      expired = true;
      throw troubled(sync.target.system, 'retry', { code: 'page-token-expired' });
    };
    expect(await failureOf(sync.index(runId))).toMatchObject({ nonRetryable: false });
    await sync.index(runId);
    expect(sync.target.listed.map(({ from }) => from)).toEqual([undefined, { at: 1 }, undefined, { at: 1 }, { at: 2 }]);
  });

  test('with the source does not keep what was read before it from being written', async () => {
    const sync = await syncOf(6, { source: { pageSize: 3 }, target: { batchSize: 100 } });
    const { runId } = await sync.start();
    await sync.index(runId);
    sync.source.onRead = (what, page) => { if (what === 'list' && page === '1') throw troubled(sync.source.system, 'retry'); };
    await failureOf(sync.window(runId));
    expect(sync.target.created()).toHaveLength(3);
    expect((await readRun(database, runId)).place).toMatchObject({ page: { at: 1 } });
  });

  test('follows the declared schedule from attempt to attempt, and then gives up', async () => {
    const sync = await syncOf(3);
    const { runId } = await sync.start();
    await sync.index(runId);
    sync.target.answer = () => ({ outcome: 'rate-limited', message: 'slow down' });
    // Waiting for a limit is no failed attempt.
    for (let turn = 0; turn < 6; turn += 1) expect(await failureOf(sync.window(runId))).toMatchObject({ nonRetryable: false, nextRetryDelay: 5_000 });
    sync.source.onRead = () => { throw troubled(sync.source.system, 'retry'); };
    const waits: unknown[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const failure = await failureOf(sync.window(runId));
      waits.push(failure.nonRetryable === true ? failure.type : failure.nextRetryDelay);
    }
    expect(waits).toEqual([5_000, 10_000, 30_000, failureTypes.systemUnavailable]);
  });

  test('begins its schedule anew once the run comes further', async () => {
    const sync = await syncOf(9, { source: { pageSize: 3 } });
    const { runId } = await sync.start();
    await sync.index(runId);
    let reached = 0;
    sync.source.onRead = (_what, page) => { if (Number(page) > reached) throw troubled(sync.source.system, 'retry'); };
    const waits: unknown[] = [];
    for (const next of [0, 0, 1, 1, 1]) {
      reached = next;
      waits.push((await failureOf(sync.window(runId))).nextRetryDelay);
    }
    // Page 0 is settled in the first attempt, page 1 in the third: each time the waits begin with the shortest.
    expect(waits).toEqual([5_000, 10_000, 5_000, 10_000, 30_000]);
    reached = 9;
    expect(await sync.window(runId)).toMatchObject({ done: true, counts: { read: 9, created: 9 } });
  });

  test('leaves the checkpoint where it was', async () => {
    const sync = await syncOf(9, { source: { pageSize: 3 } });
    sync.source.onRead = (_what, page) => { if (page === '2') throw troubled(sync.source.system, 'retry'); };
    await expect(sync.run('incremental', { attempts: 9 })).rejects.toThrow(/Gave up/);
    expect(await checkpoint(sync)).toBeNull();
  });

  test('at the last page loses no count when it comes between the last page and the checkpoint', async () => {
    const sync = await syncOf(9, { source: { pageSize: 3 } });
    const { runId } = await sync.start();
    await sync.index(runId);
    await database.pool.query(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$`);
    await database.pool.query('create trigger refuse before update of since_ms on syncs for each row execute function refuse()');
    await expect(sync.window(runId)).rejects.toThrow('the disk is full');
    await database.pool.query('drop trigger refuse on syncs');
    expect(await sync.window(runId)).toMatchObject({ done: true, counts: { read: 9, created: 9, unchanged: 0 } });
    expect(await checkpoint(sync)).toBe(9_000);
  });

  test('row 45: with a page token that has expired reads from the start again, and writes nothing twice', async () => {
    const sync = await syncOf(12, { source: { pageSize: 3 } });
    let expired = false;
    sync.source.onRead = (what, page) => {
      if (what !== 'list' || page !== '2' || expired) return;
      expired = true;
      throw troubled(sync.source.system, 'retry', { code: 'page-token-expired' });
    };
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 12 } });
    expect(sync.target.created()).toHaveLength(12);
  });

  test('row 51: that killed a worker: the next attempt settles each page before it reads on, so that the pages before the one that kills are lost once at most', async () => {
    const sync = await syncOf(12, { source: { pageSize: 3 }, target: { batchSize: 100 } });
    const { runId } = await sync.start();
    await sync.index(runId);
    const written: number[] = [];
    sync.source.onRead = (what, page) => { if (what === 'list' && page === '2') written.push(sync.target.created().length); };
    // As after a worker that died: an attempt that nobody has ended.
    await sync.context(runId);
    await sync.window(runId);
    expect(written).toEqual([6]);
  });

  test('row 51: ends the run after too many attempts that were lost without a word at one place', async () => {
    const sync = await syncOf(1);
    const { runId } = await sync.start();
    for (let lost = 0; lost < 12; lost += 1) await sync.context(runId);
    expect(await failureOf(sync.window(runId))).toMatchObject({ type: failureTypes.noProgress, nonRetryable: true });
  });

  test('row 3: from a worker that woke up with an old task and took over: the attempt under way ends, and the next one comes to the end', async () => {
    const sync = await syncOf(9, { source: { pageSize: 3 }, target: { batchSize: 1 } });
    const { runId } = await sync.start();
    await sync.index(runId);
    let woken = false;
    sync.target.whileSent = async () => {
      if (woken || sync.target.created().length < 4) return;
      woken = true;
      await sync.context(runId);
    };
    expect(await failureOf(sync.window(runId))).toMatchObject({ nonRetryable: false });
    expect(await sync.window(runId)).toMatchObject({ done: true, counts: { created: 9 } });
    expect(sync.target.created()).toHaveLength(9);
  });

  test('of our own is thrown on as it is, and what was under way is settled first or found out later', async () => {
    const sync = await syncOf(9, { source: { pageSize: 3 }, target: { batchSize: 1 } });
    const fault = new TypeError('cannot read x of undefined');
    let reads = 0;
    sync.source.onRead = (what) => { if (what === 'list' && (reads += 1) === 2) throw fault; };
    const { runId } = await sync.start();
    await sync.index(runId);
    await expect(sync.window(runId)).rejects.toBe(fault);
    expect(await sync.window(runId)).toMatchObject({ done: true, counts: { created: 9 } });
    expect(sync.target.created()).toHaveLength(9);
  });
});

describe('a run that is taken up', () => {
  test('goes on at the page where the one before ended, with what that had seen', async () => {
    const sync = await syncOf(12, { source: { pageSize: 3 }, windowPages: 2 });
    await sync.run();
    const stopped = await sync.start('full');
    await sync.window(stopped.runId);
    await sync.finish(stopped.runId, 'stopped');
    const next = await sync.start('full');
    expect((await readRun(database, next.runId)).place).toMatchObject({ page: { at: 2 }, tracksSeen: true });
    for (let done = false; !done;) ({ done } = await sync.window(next.runId));
    expect(await sync.remove(next.runId)).toMatchObject({ held: null, counts: { archived: 0 } });
  });

  test('has what was seen also when its start was cut in half', async () => {
    // A source that cannot be asked for single records, so that only what was seen keeps them.
    const sync = await syncOf(12, { source: { pageSize: 3 }, windowPages: 2, sourceObject: { get: undefined as never } });
    await sync.run();
    const stopped = await sync.start('full');
    await sync.window(stopped.runId);
    await sync.finish(stopped.runId, 'stopped');
    await database.pool.query(`create function refuse_seen() returns trigger language plpgsql as $$ begin raise exception 'the connection was lost'; end $$`);
    await database.pool.query('create trigger refuse before insert or update on seen for each row execute function refuse_seen()');
    const runId = (await readRun(database, stopped.runId)).id.replace(/^.{8}/, 'ffffffff');
    await expect(sync.start('full', runId)).rejects.toThrow('the connection was lost');
    await database.pool.query('drop trigger refuse on seen');
    await sync.start('full', runId);
    for (let done = false; !done;) ({ done } = await sync.window(runId));
    expect(await sync.remove(runId)).toMatchObject({ held: null, counts: { archived: 0 } });
  });
});
