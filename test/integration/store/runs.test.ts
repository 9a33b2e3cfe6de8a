import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noCounts } from '../../../src/contracts/run.js';
import type { Database } from '../../../src/store/database.js';
import { intend, settle, type LedgerScope } from '../../../src/store/ledger.js';
import { newId } from '../../../src/store/new-id.js';
import { advance, closeRun, markIndexed, moveCursor, openRun, readCursor, readRun, recentRuns, settleAttempt, takeOver, totalCounts, type NewRun } from '../../../src/store/runs.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { uniqueName } from '../../support/servers.js';
import { acknowledgement, closing, intentFor, newScope, nextRun } from './store-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

function newRun(scope: LedgerScope, more: Partial<NewRun> = {}): NewRun {
  return { id: newId(), syncNumber: scope.syncNumber, definitionVersion: 3, systemVersions: { crm: 2 }, mode: 'full', workflowId: uniqueName('workflow'), place: { readStartMs: 17 }, ...more };
}

describe('opening a run', () => {
  test('stores it once, however often it is repeated', async () => {
    const run = newRun(await newScope(database));
    await openRun(database, run);
    await openRun(database, { ...run, mode: 'incremental', place: {} });
    expect(await readRun(database, run.id)).toMatchObject({ id: run.id, mode: 'full', state: 'running', definitionVersion: 3, systemVersions: { crm: 2 }, place: { readStartMs: 17 }, counts: noCounts, epoch: 0, stalls: 0, finishedAt: null });
  });

  test('does not open again what was closed', async () => {
    const run = newRun(await newScope(database));
    await openRun(database, run);
    await closeRun(database, run.id, 'failed', 'the source refused');
    await openRun(database, run);
    expect(await readRun(database, run.id)).toMatchObject({ state: 'failed', message: 'the source refused' });
  });

  test('closes those as interrupted that still stand as running under the same workflow id, and no others', async () => {
    const scope = await newScope(database);
    const workflowId = uniqueName('workflow');
    const [lost, done, other, fresh] = [newRun(scope, { workflowId }), newRun(scope, { workflowId }), newRun(scope), newRun(scope, { workflowId })];
    await openRun(database, done);
    await closeRun(database, done.id, 'succeeded', null);
    for (const run of [lost, other, fresh]) await openRun(database, run);
    const states = await Promise.all([lost, done, other, fresh].map(async ({ id }) => (await readRun(database, id)).state));
    expect(states).toEqual(['interrupted', 'succeeded', 'running', 'running']);
    expect(await readRun(database, lost.id)).toMatchObject({ message: expect.stringContaining('without closing'), finishedAt: expect.any(Date) });
  });
});

describe('an attempt at a run', () => {
  test('takes it over from the one before, which can no longer advance it', async () => {
    const scope = await newScope(database);
    const [first, second] = [await takeOver(database, scope.runId), await takeOver(database, scope.runId)];
    expect(second.epoch).toBe(first.epoch + 1);
    expect(await advance(database, scope.runId, first.epoch, { page: { at: 9 } }, noCounts)).toBe(false);
    expect(await advance(database, scope.runId, second.epoch, { page: { at: 1 } }, { ...noCounts, read: 5 })).toBe(true);
    expect(await readRun(database, scope.runId)).toMatchObject({ place: { page: { at: 1 } }, counts: { ...noCounts, read: 5 } });
  });

  test('is one of several, each with a number of its own, though they come at the same time', async () => {
    const scope = await newScope(database);
    await Promise.all(Array.from({ length: 8 }, () => takeOver(database, scope.runId)));
    expect((await readRun(database, scope.runId)).epoch).toBe(scope.epoch + 8);
  });

  test('counts as stalled until it comes further or ends in order, and only its own word counts', async () => {
    const scope = await newScope(database);
    const stalls = async (): Promise<number> => (await readRun(database, scope.runId)).stalls;
    const first = await takeOver(database, scope.runId);
    const second = await takeOver(database, scope.runId);
    expect(await stalls()).toBe(3);
    await settleAttempt(database, scope.runId, first.epoch);
    expect(await stalls()).toBe(3);
    await advance(database, scope.runId, second.epoch, {}, noCounts);
    expect(await stalls()).toBe(0);
    const third = await takeOver(database, scope.runId);
    expect(await stalls()).toBe(1);
    await settleAttempt(database, scope.runId, third.epoch);
    expect(await stalls()).toBe(0);
  });
});

describe('the counts of a run', () => {
  test('are those of its settled pages and what the ledger holds as acknowledged', async () => {
    const scope = await newScope(database);
    const kinds = ['create', 'create', 'update', 'archive', 'delete', 'update', 'update'] as const;
    const intents = kinds.map((kind, at) => intentFor(`c${at}`, { kind, externalId: kind === 'create' ? null : `t${at}` }));
    await intend(database, scope, intents);
    await settle(database, intents.map((intent, at) => (at < 5 ? acknowledgement(scope, intent, `t${at}`) : closing(scope, intent, at === 5 ? 'refused' : 'not-executed'))));
    await advance(database, scope.runId, scope.epoch, {}, { ...noCounts, read: 9, unchanged: 2, parked: 1 });
    expect(await totalCounts(database, await readRun(database, scope.runId))).toMatchObject({ read: 9, created: 2, updated: 1, archived: 1, deleted: 1, unchanged: 2, parked: 1 });
  });

  test('of a plan are what it would write', async () => {
    const scope = await newScope(database, 'plan');
    await intend(database, scope, [intentFor('c1'), intentFor('c2')], 'planned');
    expect(await totalCounts(database, await readRun(database, scope.runId))).toMatchObject({ created: 2 });
  });

  test('that was interrupted are what it had done by then', async () => {
    const scope = await newScope(database);
    const workflowId = uniqueName('workflow');
    const lost = await nextRun(database, scope, 'incremental', workflowId);
    const intent = intentFor('c1');
    await intend(database, lost, [intent]);
    await settle(database, [acknowledgement(lost, intent, 't1')]);
    await openRun(database, newRun(scope, { workflowId }));
    expect(await readRun(database, lost.runId)).toMatchObject({ state: 'interrupted', counts: { created: 1 } });
  });

  test('are kept as they were when it was closed', async () => {
    const scope = await newScope(database);
    const [before, after] = [intentFor('c1'), intentFor('c2')];
    await intend(database, scope, [before, after]);
    await settle(database, [acknowledgement(scope, before, 't1')]);
    expect((await closeRun(database, scope.runId, 'succeeded', null)).counts.created).toBe(1);
    await settle(database, [acknowledgement(scope, after, 't2')]);
    expect((await totalCounts(database, await readRun(database, scope.runId))).created).toBe(1);
  });
});

describe('closing a run', () => {
  test('keeps its first end', async () => {
    const scope = await newScope(database);
    await closeRun(database, scope.runId, 'stopped', 'asked to');
    const closed = await closeRun(database, scope.runId, 'succeeded', null);
    expect(closed).toMatchObject({ state: 'stopped', message: 'asked to', finishedAt: expect.any(Date) });
  });

  test('that is not there fails', async () => {
    await expect(closeRun(database, newId(), 'stopped', null)).rejects.toThrow();
  });
});

describe('the checkpoint of a sync', () => {
  test('moves ahead and never back', async () => {
    const { syncNumber } = await newScope(database);
    expect(await readCursor(database, syncNumber)).toEqual({ sinceMs: null, indexedAt: null });
    for (const [to, stands] of [[1_000, 1_000], [3_000, 3_000], [2_000, 3_000], [-5, 3_000], [1_795_459_200_123, 1_795_459_200_123]] as const) {
      await moveCursor(database, syncNumber, to);
      expect((await readCursor(database, syncNumber)).sinceMs).toBe(stands);
    }
  });

  test('remembers that the target was indexed', async () => {
    const { syncNumber } = await newScope(database);
    await markIndexed(database, syncNumber);
    expect((await readCursor(database, syncNumber)).indexedAt).toBeInstanceOf(Date);
  });
});

test('the newest runs come first, of one sync or of all', async () => {
  const scope = await newScope(database);
  const later = await nextRun(database, scope);
  const other = await newScope(database);
  const { sync } = await readRun(database, scope.runId);
  expect((await recentRuns(database, 10, sync)).map(({ id }) => id)).toEqual([later.runId, scope.runId]);
  expect((await recentRuns(database, 1, sync)).map(({ id }) => id)).toEqual([later.runId]);
  expect((await recentRuns(database, 1)).map(({ id }) => id)).toEqual([other.runId]);
  expect(await recentRuns(database, 10, 'no such sync')).toEqual([]);
});
