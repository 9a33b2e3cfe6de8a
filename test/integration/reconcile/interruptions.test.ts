import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareSides } from '../../../activities/reconcile/compare-sides.js';
import { readSide } from '../../../activities/reconcile/read-side.js';
import { startReconciliation } from '../../../activities/reconcile/reconciliation-lifecycle.js';
import { failureTypes } from '../../../src/contracts/failures.js';
import { SystemError, type SystemErrorDetail } from '../../../src/contracts/system-error.js';
import { readReconciliation, takeReconciliation } from '../../../src/store/reconciliations.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { failureOf, SyncUnderTest, type SyncUnderTestOptions } from '../activities/sync-under-test.js';
import { compareAndClose, found, openReconciliationOf, planRepairOf, readBoth, reconcileNow } from './reconcile-sync.js';

let migrated: MigratedDatabase;
beforeAll(async () => { migrated = await openMigratedDatabase(); });
afterAll(() => migrated.drop());

async function synced(count: number, options: SyncUnderTestOptions = {}): Promise<SyncUnderTest> {
  const sync = await SyncUnderTest.create(migrated.database, { source: { pageSize: 2 }, target: { pageSize: 2 }, windowPages: 2, ...options });
  for (let at = 1; at <= count; at += 1) sync.source.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}` });
  await sync.run();
  return sync;
}

function systemError(system: string, detail: Partial<SystemErrorDetail>): SystemError {
  return new SystemError(`${system} does not answer`, { system, outcome: 'retry', code: 'timeout', status: null, retryAfterMs: null, request: 'GET', excerpt: null, ...detail });
}

function rename(sync: SyncUnderTest, id: string): void {
  const record = sync.source.records.get(id);
  if (record !== undefined) sync.source.records.set(id, { ...record, data: { ...record.data, name: 'other' } });
}

describe('reading', () => {
  test('goes on from the last page that was kept, after an attempt that died', async () => {
    const sync = await synced(9);
    const reconciliationId = await openReconciliationOf(sync);
    sync.source.listed.length = 0;
    sync.source.onRead = (what, at) => { if (what === 'list' && at === '3') throw systemError(sync.source.system, {}); };
    const read = () => readSide(sync.dependencies, { reconciliationId, side: 'source' }, sync.heartbeat);
    expect(await read()).toMatchObject({ done: false, counts: { source: 4 } });
    expect(await failureOf(read())).toMatchObject({ type: failureTypes.systemUnavailable, nonRetryable: false, nextRetryDelay: 5_000 });
    sync.source.onRead = () => undefined;
    while (!(await read()).done);
    expect(sync.source.listed.map(({ from }) => from?.['at'] ?? 0)).toEqual([0, 2, 3]);
    expect((await readReconciliation(migrated.database, reconciliationId)).counts.source).toBe(9);
  });

  test('begins a side anew, when its system no longer knows the place', async () => {
    const sync = await synced(9);
    const reconciliationId = await openReconciliationOf(sync);
    await readSide(sync.dependencies, { reconciliationId, side: 'source' }, sync.heartbeat);
    sync.source.onRead = (what) => { if (what === 'list') throw systemError(sync.source.system, { code: 'page-token-expired' }); };
    await failureOf(readSide(sync.dependencies, { reconciliationId, side: 'source' }, sync.heartbeat));
    sync.source.onRead = () => undefined;
    sync.source.records.delete('c1');
    await readBoth(sync, reconciliationId);
    const reconciled = await compareAndClose(sync, reconciliationId);
    expect(found(reconciled)).toEqual([['only-target', 'deleted', null, 't1']]);
    expect(reconciled.result.counts.source).toBe(8);
  });

  test('gives up by the declared schedule of the system that does not answer', async () => {
    const sync = await synced(1, { scheduleMs: [1_000] });
    const reconciliationId = await openReconciliationOf(sync);
    sync.target.onRead = () => { throw systemError(sync.target.system, {}); };
    const read = () => readSide(sync.dependencies, { reconciliationId, side: 'target' }, sync.heartbeat);
    expect(await failureOf(read())).toMatchObject({ nonRetryable: false, nextRetryDelay: 1_000 });
    expect(await failureOf(read())).toMatchObject({ nonRetryable: true });
  });

  test('is not gone on with by an attempt that another has taken over from', async () => {
    const sync = await synced(5);
    const reconciliationId = await openReconciliationOf(sync);
    let first = true;
    sync.source.onRead = () => { if (first) void takeReconciliation(migrated.database, reconciliationId); first = false; };
    expect(await failureOf(readSide({ ...sync.dependencies, window: { pages: 100, durationMs: 60_000 } }, { reconciliationId, side: 'source' }, sync.heartbeat))).toMatchObject({ type: failureTypes.superseded });
  });
});

describe('comparing', () => {
  test('goes on with the pairs that were not looked at, after an attempt that failed', async () => {
    const sync = await synced(4);
    for (const id of ['c1', 'c2']) rename(sync, id);
    const reconciliationId = await openReconciliationOf(sync);
    await readBoth(sync, reconciliationId);
    sync.source.onRead = (what) => { if (what === 'get') throw systemError(sync.source.system, {}); };
    expect(await failureOf(compareSides(sync.dependencies, { reconciliationId }, sync.heartbeat))).toMatchObject({ nonRetryable: false });
    sync.source.onRead = () => undefined;
    expect(found(await compareAndClose(sync, reconciliationId)).toSorted()).toEqual([['differs', 'missed', 'c1', 't1'], ['differs', 'missed', 'c2', 't2']]);
  });

  test('takes systems that cannot be asked for one record at what their lists said', async () => {
    const list = { list: { method: 'GET', path: '/x', params: {}, records: '', paginate: { type: 'none' } }, id: '/id', version: '/version' } as const;
    const change = { method: 'POST', path: '/members', envelope: '', fields: {}, record: '' } as const;
    const sync = await synced(4);
    const bare = await synced(4, { sourceObject: {}, targetObject: {} });
    for (const each of [sync, bare]) rename(each, 'c2');
    await withoutGet(bare, { source: { ...list }, target: { ...list, create: change, update: change, archive: change } });
    expect((await reconcileNow(sync)).differences).toMatchObject([{ confirmed: true }]);
    const reconciled = await reconcileNow(bare);
    expect(reconciled.differences).toMatchObject([{ kind: 'differs', cause: 'missed', confirmed: false, fields: ['name'] }]);
    const plan = await planRepairOf(bare, reconciled);
    const { rows } = await migrated.database.pool.query('select before, after from intents where run_id = $1', [plan.runId]);
    expect(rows).toEqual([{ before: { name: 'n2' }, after: { name: 'other' } }]);
    expect(bare.source.gets).toEqual([]);
  });
});

/** Stores definitions of both systems of a sync without a way to read one record. */
async function withoutGet(sync: SyncUnderTest, objects: { readonly source: object; readonly target: object }): Promise<void> {
  for (const [{ system, object }, definition] of [[sync.definition.from, objects.source], [sync.definition.to, objects.target]] as const) {
    await migrated.database.pool.query(`update definitions set body = jsonb_set(body, array['objects', $2], $3::jsonb) where kind = 'system' and name = $1`, [system, object, JSON.stringify(definition)]);
  }
}

test('one that was left running is closed as interrupted by the next of its sync, and what it had read is dropped', async () => {
  const sync = await synced(3);
  const left = await openReconciliationOf(sync);
  await readBoth(sync, left);
  await openReconciliationOf(sync);
  expect(await readReconciliation(migrated.database, left)).toMatchObject({ state: 'interrupted' });
  const { rows } = await migrated.database.pool.query('select 1 from reconciliation_records where reconciliation_id = $1', [left]);
  expect(rows).toEqual([]);
});

test('a report is dropped with its differences after three months, unless it is the newest', async () => {
  const sync = await synced(2);
  rename(sync, 'c1');
  const [first, second] = [await reconcileNow(sync), await reconcileNow(sync)];
  await migrated.database.pool.query(`update reconciliations set finished_at = now() - interval '91 days' where id = any($1::uuid[])`, [[first, second].map(({ result }) => result.reconciliationId)]);
  const third = await reconcileNow(sync);
  await migrated.database.pool.query(`update reconciliations set finished_at = now() - interval '91 days' where id = $1`, [third.result.reconciliationId]);
  const { rows } = await migrated.database.pool.query<{ id: string }>('select distinct reconciliation_id as id from reconciliation_differences d join reconciliations r on r.id = d.reconciliation_id join syncs s on s.id = r.sync_id where s.name = $1', [sync.definition.sync]);
  expect(rows).toEqual([{ id: third.result.reconciliationId }]);
});

test('a sync that is not in force is refused', async () => {
  const sync = await synced(1);
  expect(await failureOf(startReconciliation(sync.dependencies, { reconciliationId: newId(), sync: 'nobody', workflowId: 'reconcile/nobody' }))).toMatchObject({ type: failureTypes.definitionUnusable });
});

test('only a reconciliation that succeeded is repaired', async () => {
  const sync = await synced(1);
  const reconciliationId = await openReconciliationOf(sync);
  const { result } = await reconcileNow(sync);
  expect(await failureOf(planRepairOf(sync, { result: { ...result, reconciliationId }, differences: [] }))).toMatchObject({ type: failureTypes.definitionUnusable });
});
