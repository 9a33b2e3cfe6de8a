import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import { findDeadLetters, openLettersOf } from '../../../src/store/dead-letter-lookup.js';
import { deadLetterGroups, openDeadLetters, park, resolveLetters } from '../../../src/store/dead-letters.js';
import type { LedgerScope } from '../../../src/store/ledger.js';
import { lettersOfRun } from '../../../src/store/run-letters.js';
import { readRun } from '../../../src/store/runs.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { letterFor, linked, newScope, nextRun } from './store-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

async function openOf(scope: LedgerScope) {
  const { sync } = await readRun(database, scope.runId);
  return openDeadLetters(database, { sync, limit: 500 });
}

describe('parking records', () => {
  test('keeps all that a person needs to judge them', async () => {
    const scope = await newScope(database);
    const letter = letterFor('c1', { problems: [{ field: 'email', code: 'invalid-email', message: 'no address' }], request: { kind: 'create', fields: { a: 1 } }, responseExcerpt: '{"error":1}' });
    await park(database, scope, [letter]);
    expect(await openOf(scope)).toMatchObject([{ ...letter, runId: scope.runId, definitionVersion: 1, attempts: 1 }]);
  });

  test('keeps one letter for a record, with its newest failure and its first time', async () => {
    const scope = await newScope(database);
    await park(database, scope, [letterFor('c1', { code: 'first' })]);
    const [first] = await openOf(scope);
    const next = await nextRun(database, scope);
    await park(database, next, [letterFor('c1', { code: 'second' }), letterFor('c1', { code: 'third' })]);
    expect(await openOf(scope)).toMatchObject([{ id: first?.id, code: 'third', attempts: 2, runId: next.runId, firstAt: first?.firstAt }]);
  });

  test('opens a new letter for a record whose last one was resolved', async () => {
    const scope = await newScope(database);
    await park(database, scope, [letterFor('c1')]);
    const [first] = await openOf(scope);
    await resolveLetters(database, scope.syncNumber, ['c1', 'not parked']);
    expect(await openOf(scope)).toEqual([]);
    await park(database, scope, [letterFor('c1')]);
    const [second] = await openOf(scope);
    expect(second).toMatchObject({ attempts: 1 });
    expect(second?.id).not.toBe(first?.id);
  });

  test('of many at once, and of none', async () => {
    const scope = await newScope(database);
    await park(database, scope, []);
    await park(database, scope, Array.from({ length: 500 }, (_, at) => letterFor(`c${at}`)));
    expect(await openOf(scope)).toHaveLength(500);
  });

  test('ends with the acknowledged write of the record, and of no other', async () => {
    const scope = await newScope(database);
    await park(database, scope, [letterFor('c1'), letterFor('c2')]);
    await linked(database, scope, 'c1', 't1');
    expect((await openOf(scope)).map(({ sourceId }) => sourceId)).toEqual(['c2']);
  });
});

describe('open dead letters', () => {
  test('come newest first, at most as many as asked for', async () => {
    const scope = await newScope(database);
    for (const id of ['c1', 'c2', 'c3']) await park(database, scope, [letterFor(id)]);
    const { sync } = await readRun(database, scope.runId);
    expect((await openDeadLetters(database, { sync, limit: 2 })).map(({ sourceId }) => sourceId)).toEqual(['c3', 'c2']);
    expect(await openDeadLetters(database, { sync: 'no such sync', limit: 2 })).toEqual([]);
  });

  test('are grouped by cause, the most frequent first', async () => {
    const scope = await newScope(database);
    const { sync } = await readRun(database, scope.runId);
    await park(database, scope, [letterFor('c1', { errorFingerprint: 'a' }), letterFor('c2', { errorFingerprint: 'b' }), letterFor('c3', { errorFingerprint: 'b' })]);
    expect((await deadLetterGroups(database)).filter((group) => group.sync === sync).map(({ count }) => count)).toEqual([2, 1]);
  });

  test('of a run are told apart: new ones, and those that failed once more', async () => {
    const scope = await newScope(database);
    await park(database, scope, [letterFor('c1'), letterFor('c2')]);
    const next = await nextRun(database, scope);
    await park(database, next, [letterFor('c2'), letterFor('c3'), letterFor('c4', { errorFingerprint: 'other' })]);
    const letters = await lettersOfRun(database, await readRun(database, next.runId), 10);
    expect(letters).toMatchObject({ added: 2, again: 1 });
    expect(letters.groups.map(({ count }) => count)).toEqual([1, 1]);
  });

  test('of records are found by object and id together', async () => {
    const scope = await newScope(database);
    await park(database, scope, [letterFor('c1')]);
    expect(await openLettersOf(database, [{ objectNumber: scope.sourceObject, id: 'c1' }])).toHaveLength(1);
    expect(await openLettersOf(database, [{ objectNumber: scope.targetObject, id: 'c1' }, { objectNumber: scope.sourceObject, id: 'c2' }])).toEqual([]);
    expect(await openLettersOf(database, [])).toEqual([]);
  });
});

describe('finding a dead letter by a part of its id', () => {
  test('takes the whole, the beginning or the end, in any case', async () => {
    const scope = await newScope(database);
    await park(database, scope, [letterFor('c1')]);
    const id = (await openOf(scope))[0]?.id ?? '';
    for (const part of [id, id.slice(0, 30), id.slice(-8), id.toUpperCase()]) expect((await findDeadLetters(database, part)).map((letter) => letter.id)).toContain(id);
  });

  test.each(['', 'abc', '%', '____', '%%%%', "0000' or true --", 'x'.repeat(36), '0'.repeat(37), 'a\0bcd'])('finds nothing by %j, which is no part of an id', async (part) => {
    expect(await findDeadLetters(database, part)).toEqual([]);
  });
});
