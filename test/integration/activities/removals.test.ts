import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureTypes } from '../../../src/contracts/failures.js';
import { SystemError } from '../../../src/contracts/system-error.js';
import type { Database } from '../../../src/store/database.js';
import { intend, settle } from '../../../src/store/ledger.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { closing, intentFor } from '../store/store-under-test.js';
import { failureOf, SyncUnderTest, type SyncUnderTestOptions } from './sync-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

/** A sync that has carried so many contacts over. */
async function synced(count: number, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> {
  const sync = await SyncUnderTest.create(database, options);
  for (let at = 1; at <= count; at += 1) sync.source.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}` });
  await sync.run();
  return sync;
}

/** Opens a full run and reads all of it. */
async function readAll(sync: SyncUnderTest): Promise<string> {
  const { runId, needsIndex, removes } = await sync.start('full');
  expect(removes).toBe(true);
  if (needsIndex) await sync.index(runId);
  for (let done = false; !done;) ({ done } = await sync.window(runId));
  return runId;
}

describe('records that a full read did not see', () => {
  test.each([['archive', 'archived'], ['delete', 'deleted'], ['unlink', 'unlinked']] as const)('are treated by the rule %s, and the others are left alone', async (onDelete, count) => {
    const sync = await synced(8, { sync: { onDelete } });
    for (const id of ['c2', 'c5']) sync.source.records.delete(id);
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { [count]: 2, unchanged: 6 } });
    expect(Object.values(sync.atTarget()).length).toBe(onDelete === 'unlink' ? 8 : 6);
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { [count]: 0, unchanged: 6 } });
  });

  test('are not looked for by a sync that ignores deletes', async () => {
    const sync = await synced(3, { sync: { onDelete: 'ignore' } });
    expect((await sync.start('full')).removes).toBe(false);
  });

  test('are asked for first, and what is still there stays', async () => {
    const sync = await synced(6);
    sync.source.pages = [{ records: [...sync.source.records.values()].slice(0, 4), bad: [], next: null }];
    sync.source.records.delete('c6');
    expect(await sync.run('full')).toMatchObject({ counts: { archived: 1 } });
    expect(sync.source.gets.toSorted()).toEqual(['c5', 'c6']);
  });

  test('are written again when they come back', async () => {
    const sync = await synced(4);
    const gone = sync.source.records.get('c2');
    sync.source.records.delete('c2');
    await sync.run('full');
    if (gone !== undefined) sync.source.records.set('c2', gone);
    expect(await sync.run('full')).toMatchObject({ counts: { updated: 1, created: 0 } });
    expect(Object.values(sync.atTarget())).toHaveLength(4);
  });

  test('that come back after a delete are made anew', async () => {
    const sync = await synced(4, { sync: { onDelete: 'delete' } });
    const gone = sync.source.records.get('c2');
    sync.source.records.delete('c2');
    await sync.run('full');
    if (gone !== undefined) sync.source.records.set('c2', gone);
    expect(await sync.run('full')).toMatchObject({ counts: { created: 1 } });
    expect(Object.values(sync.atTarget())).toHaveLength(4);
  });

  test('that come back once another record has taken their place are duplicates', async () => {
    const sync = await synced(4);
    const gone = sync.source.records.get('c2');
    sync.source.records.delete('c2');
    await sync.run('full');
    sync.source.put('c9', { email: 'c2@example.org', name: 'the new one' });
    await sync.run('full');
    if (gone !== undefined) sync.source.records.set('c2', gone);
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { duplicates: 1, updated: 0, created: 0 } });
  });
});

describe('removals', () => {
  test('row 47: are held back when too much is gone, nothing is written, and a person can let them go ahead', async () => {
    const sync = await synced(20, { sync: { limits: { deletes: 0.1, changes: 1, blanks: 1 } } });
    sync.source.records.clear();
    const held = await sync.run('full');
    expect(held).toMatchObject({ state: 'held', counts: { archived: 0 }, message: expect.stringMatching(/20 of 20.*--allow-removals/) });
    expect(Object.values(sync.atTarget())).toHaveLength(20);
    expect(await sync.run('full', { allowRemovals: true })).toMatchObject({ state: 'succeeded', counts: { archived: 20 } });
  });

  test('leave a record alone whose last write waits for a person, and take the others', async () => {
    const sync = await synced(6);
    const { runId } = await sync.start();
    const { scope } = await sync.context(runId);
    const write = intentFor('c3', { kind: 'update', externalId: 't3', after: { name: 'unsure' } });
    await intend(database, scope, [write]);
    await settle(database, [closing(scope, write, 'unknown')]);
    await sync.finish(runId, 'failed');
    for (const id of ['c3', 'c4']) sync.source.records.delete(id);
    expect(await sync.run('full')).toMatchObject({ state: 'succeeded', counts: { archived: 1 } });
  });

  test('whose answer was lost are found out before they are repeated', async () => {
    const sync = await synced(6);
    for (const id of ['c3', 'c4']) sync.source.records.delete(id);
    const runId = await readAll(sync);
    let first = true;
    sync.target.answer = () => { const answer = first ? { outcome: 'unknown' as const, executed: true, message: 'the answer was lost' } : undefined; first = false; return answer; };
    expect(await failureOf(sync.remove(runId))).toMatchObject({ type: failureTypes.systemUnavailable, nonRetryable: false });
    expect(await sync.remove(runId)).toMatchObject({ done: true, held: null, counts: { archived: 2 } });
    expect(sync.target.sent.filter(({ kind }) => kind === 'archive')).toHaveLength(2);
  });

  test('wait by the schedule of the system that made them wait', async () => {
    const sync = await synced(6, { scheduleMs: [1_000] });
    sync.source.records.delete('c3');
    const runId = await readAll(sync);
    sync.source.onRead = (what) => {
      if (what === 'get') throw new SystemError('crm does not answer', { system: sync.source.system, outcome: 'retry', code: 'timeout', status: null, retryAfterMs: null, request: 'GET', excerpt: null });
    };
    expect(await failureOf(sync.remove(runId))).toMatchObject({ nonRetryable: false, nextRetryDelay: 1_000 });
    expect(await failureOf(sync.remove(runId))).toMatchObject({ nonRetryable: true, type: failureTypes.systemUnavailable });
  });

  test('keep the before-image of what they remove when the target turns out to hold a newer version', async () => {
    const sync = await synced(3, { target: { checksVersions: true } });
    sync.target.put('t2', { email: 'c2@example.org', name: 'changed by hand' }, { version: '5' });
    sync.source.records.delete('c2');
    expect(await sync.run('full')).toMatchObject({ counts: { archived: 1 } });
    const { rows } = await database.pool.query<{ before: { name: string } }>(`select before from writes where kind = 'archive' and state = 'acknowledged' and source_id = 'c2' order by intended_at desc limit 1`);
    expect(rows[0]?.before.name).toBe('n2');
  });
});
