import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { ScoredMatch } from '../../../src/contracts/sync-definition.js';
import type { Database } from '../../../src/store/database.js';
import { acceptReview, listReviews, rejectReview, type Review } from '../../../src/store/identity-reviews.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { people } from '../../unit/domain/identity/people.js';
import { field, SyncUnderTest } from '../activities/sync-under-test.js';
import { planOf, refusalsOf } from '../plans/plan-under-test.js';
import { at, edit, writable } from './two-way-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const names = ['given', 'family', 'born', 'street', 'town', 'email'] as const;
const score: ScoredMatch = {
  link: 0.99, review: 0.1,
  fields: [{ field: 'given', kind: 'given-name' }, { field: 'family', kind: 'family-name' }, { field: 'born', kind: 'date' }, { field: 'street', kind: 'address' }, { field: 'town', kind: 'place' }],
};
const nina = { given: 'nina', family: 'katzenberger', born: '1984-03-02', street: '12 holunderpfad', town: 'trier', email: null };
const decision = { by: 'vera', note: null };

/** A two-way sync whose target has 150 people of its own besides those given, none of which the source is made to have. */
async function syncWith(own: Readonly<Record<string, JsonObject>>, creates: 'both' | 'forward' = 'forward'): Promise<SyncUnderTest> {
  const { find: _find, ...sourceObject } = writable;
  const sync = await SyncUnderTest.create(database, {
    sourceObject, targetObject: { find: undefined as never },
    sync: {
      match: [{ field: 'email', kind: 'email' }], score, limits: { deletes: 1, changes: 1, blanks: 1 }, fields: names.map((name) => field(name, name, { direction: 'both', conflict: 'source' })),
      ...(creates === 'both' ? { creates } : {}),
    },
  });
  for (const { id, values } of people(150, 31)) sync.target.put(id, Object.fromEntries(names.map((name) => [name, values[name] ?? null])));
  for (const [id, data] of Object.entries(own)) sync.target.put(id, data);
  return sync;
}

async function open(sync: SyncUnderTest): Promise<readonly Review[]> {
  return (await listReviews(database, { sync: sync.definition.sync, limit: 100 })).reviews;
}

const questions = async (sync: SyncUnderTest): Promise<unknown> => (await open(sync)).map(({ sourceId, targetId }) => [sourceId, targetId]);

async function oneOf(sync: SyncUnderTest, targetId: string): Promise<string> {
  return (await open(sync)).find((review) => review.targetId === targetId)?.id ?? '';
}

describe('a record without a strong key, in a two-way sync', () => {
  test.each(['forward', 'both'] as const)('is paired with the one record that it must be, whichever side new records are made on (%s)', async (creates) => {
    const sync = await syncWith({ own1: nina }, creates);
    sync.source.put('c1', { ...nina, family: 'katzenberge', email: 'nina@example.org' });
    expect((await sync.run('full')).counts).toMatchObject({ parked: 0, created: creates === 'both' ? 150 : 0 });
    expect(at(sync.target, 'own1')).toMatchObject({ email: 'nina@example.org' });
    edit(sync.target, 'own1', { town: 'mainz' });
    await sync.run('full');
    expect(at(sync.source, 'c1')).toMatchObject({ town: 'mainz' });
    expect(sync.target.created()).toEqual([]);
  });

  test('is made where nobody resembles it', async () => {
    const sync = await syncWith({});
    sync.source.put('c1', nina);
    expect((await sync.run('full')).counts).toMatchObject({ created: 1, parked: 0 });
    expect(await questions(sync)).toEqual([]);
  });

  test.each(['forward', 'both'] as const)('waits where two resemble it, and so do they; nothing is made of any (%s)', async (creates) => {
    const sync = await syncWith({ own1: nina, own2: nina }, creates);
    sync.source.put('c1', nina);
    await sync.run('full');
    expect(await questions(sync)).toEqual([['c1', 'own1'], ['c1', 'own2']]);
    expect((await open(sync))[0]?.reasons.map(({ text }) => text)).toContain('another record fits as well');
    for (const mode of ['incremental', 'full', 'incremental'] as const) await sync.run(mode);
    expect(await questions(sync)).toEqual([['c1', 'own1'], ['c1', 'own2']]);
    for (const system of [sync.source, sync.target]) expect(system.created().filter(({ fields }) => fields['family'] === nina.family)).toEqual([]);
  });

  test('is one pair with the record that a person says it is, by the next run', async () => {
    const sync = await syncWith({ own1: nina, own2: nina });
    sync.source.put('c1', { ...nina, email: 'nina@example.org' });
    await sync.run('full');
    await acceptReview(database, await oneOf(sync, 'own2'), decision);
    expect(await sync.run('incremental')).toMatchObject({ counts: { created: 0, updated: 1 } });
    expect([at(sync.target, 'own1'), at(sync.target, 'own2')]).toMatchObject([{ email: null }, { email: 'nina@example.org' }]);
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, updated: 0 } });
  });

  test('is made once a person says that it is neither of them, and the others are made at the source where the sync does so', async () => {
    const sync = await syncWith({ own1: nina, own2: nina }, 'both');
    sync.source.put('c1', nina);
    await sync.run('full');
    for (const id of ['own1', 'own2']) await rejectReview(database, await oneOf(sync, id), decision);
    expect(await sync.run('incremental')).toMatchObject({ counts: { created: 3 } });
    expect(await questions(sync)).toEqual([]);
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0, parked: 0 } });
  });

  test('is asked about a new record of the target too, before that is made at the source', async () => {
    const sync = await syncWith({ own1: nina, own2: nina }, 'both');
    sync.source.put('c1', nina);
    await sync.run('full');
    sync.target.put('own3', nina);
    expect(await sync.run('full')).toMatchObject({ counts: { created: 0 } });
    expect(await questions(sync)).toEqual([['c1', 'own1'], ['c1', 'own2'], ['c1', 'own3']]);
  });

  test('loses its question with the cause of it', async () => {
    const sync = await syncWith({ own1: nina, own2: nina });
    sync.source.put('c1', nina);
    await sync.run('full');
    edit(sync.source, 'c1', { given: 'otto', family: 'zwack', born: '1931-11-30', street: '7 ahornallee', town: 'mainz' });
    expect(await sync.run('full')).toMatchObject({ counts: { created: 1 } });
    expect(await questions(sync)).toEqual([]);
  });

  test('of two that resemble one record, only the first is paired; the second waits', async () => {
    const sync = await syncWith({ own1: nina });
    sync.source.put('c1', nina);
    sync.source.put('c2', nina);
    expect((await sync.run('full')).counts).toMatchObject({ created: 0, parked: 1 });
    expect(await open(sync)).toMatchObject([{ targetId: 'own1' }]);
  });

  test('is listed by a plan as left out, without a question being stored', async () => {
    const sync = await syncWith({ own1: nina, own2: nina }, 'both');
    sync.source.put('c1', nina);
    const plan = await planOf(sync);
    expect((await refusalsOf(sync, plan.id)).map(({ sourceId, code }) => [sourceId, code]).toSorted()).toEqual([['c1', 'review'], ['own1', 'review'], ['own2', 'review']]);
    expect(plan.counts).toMatchObject({ created: 150 });
    expect(await questions(sync)).toEqual([]);
  });
});
