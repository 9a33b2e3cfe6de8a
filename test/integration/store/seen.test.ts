import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unlink } from '../../../src/store/crosswalk.js';
import type { Database } from '../../../src/store/database.js';
import { adoptSeen, countMissing, forgetSeen, hasLinks, markSeen, nextMissing } from '../../../src/store/seen.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { linked, newScope, nextRun } from './store-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

describe('what a full read has not seen', () => {
  test('is what is linked and was not marked, in parts and in order', async () => {
    const scope = await newScope(database);
    for (const at of [1, 2, 3, 4, 5, 6]) await linked(database, scope, `c${at}`, `t${at}`);
    await markSeen(database, scope.runId, ['c2', 'c5', 'never linked']);
    await markSeen(database, scope.runId, ['c5']);
    expect(await countMissing(database, scope, scope.runId)).toEqual({ linked: 6, missing: 4 });
    expect(await nextMissing(database, scope, scope.runId, '', 3)).toEqual(['c1', 'c3', 'c4']);
    expect(await nextMissing(database, scope, scope.runId, 'c4', 3)).toEqual(['c6']);
    expect(await nextMissing(database, scope, scope.runId, 'c6', 3)).toEqual([]);
  });

  test('leaves out what was removed or unlinked before', async () => {
    const scope = await newScope(database);
    const [first, second] = [await linked(database, scope, 'c1', 't1'), await linked(database, scope, 'c2', 't2')];
    await linked(database, scope, 'c3', 't3');
    await linked(database, scope, 'c4', 't4');
    await linked(database, scope, 'c1', 't1', { entityId: first, kind: 'archive', externalId: 't1', after: {}, fingerprint: null });
    await linked(database, scope, 'c2', 't2', { entityId: second, kind: 'delete', externalId: 't2', after: {}, fingerprint: null });
    await unlink(database, scope, ['c3']);
    expect(await countMissing(database, scope, scope.runId)).toEqual({ linked: 1, missing: 1 });
    expect(await nextMissing(database, scope, scope.runId, '', 10)).toEqual(['c4']);
  });

  test('is of this sync alone, though others link records of the same object', async () => {
    const scope = await newScope(database);
    const other = { ...(await newScope(database)), sourceObject: scope.sourceObject };
    await linked(database, scope, 'c1', 't1');
    await linked(database, other, 'c2', 'u2');
    expect(await countMissing(database, scope, scope.runId)).toEqual({ linked: 1, missing: 1 });
    expect(await nextMissing(database, other, other.runId, '', 10)).toEqual(['c2']);
  });

  test('is still there for one sync when another one has removed its side', async () => {
    const scope = await newScope(database);
    const other = { ...(await newScope(database)), sourceObject: scope.sourceObject };
    const entityId = await linked(database, scope, 'c1', 't1');
    await linked(database, other, 'c1', 'u1', { entityId });
    await linked(database, scope, 'c1', 't1', { entityId, kind: 'archive', externalId: 't1', after: {}, fingerprint: null });
    expect(await nextMissing(database, scope, scope.runId, '', 10)).toEqual([]);
    expect(await nextMissing(database, other, other.runId, '', 10)).toEqual(['c1']);
  });

  test('is remembered by a run until it is forgotten', async () => {
    const scope = await newScope(database);
    await linked(database, scope, 'c1', 't1');
    await markSeen(database, scope.runId, ['c1']);
    expect((await countMissing(database, scope, scope.runId)).missing).toBe(0);
    expect((await countMissing(database, scope, (await nextRun(database, scope)).runId)).missing).toBe(1);
    await forgetSeen(database, scope.runId);
    expect((await countMissing(database, scope, scope.runId)).missing).toBe(1);
  });

  test('is handed to the run that takes up where another ended, also when that has seen some of it already', async () => {
    const scope = await newScope(database);
    const next = await nextRun(database, scope);
    for (const at of [1, 2, 3]) await linked(database, scope, `c${at}`, `t${at}`);
    await markSeen(database, scope.runId, ['c1', 'c2']);
    await markSeen(database, next.runId, ['c2']);
    await adoptSeen(database, scope.runId, next.runId);
    await adoptSeen(database, scope.runId, next.runId);
    expect(await nextMissing(database, next, next.runId, '', 10)).toEqual(['c3']);
    expect((await countMissing(database, scope, scope.runId)).missing).toBe(3);
  });
});

test('a sync has links once one of its records was written', async () => {
  const scope = await newScope(database);
  expect(await hasLinks(database, scope.syncNumber)).toBe(false);
  await linked(database, scope, 'c1', 't1');
  expect(await hasLinks(database, scope.syncNumber)).toBe(true);
});
