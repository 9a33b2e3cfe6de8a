import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScoredMatch, SyncDefinition } from '../../../src/contracts/sync-definition.js';
import { whyNotAtOnce } from '../../../src/store/answered-matches.js';
import type { Database } from '../../../src/store/database.js';
import { EntityConflict, splitRecord, unmergeEntities } from '../../../src/store/entity-merges.js';
import { acceptReview, listReviews, rejectReview, type Review } from '../../../src/store/identity-reviews.js';
import { objectNumber } from '../../../src/store/names.js';
import { recordHistory } from '../../../src/store/record-history.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { people } from '../../unit/domain/identity/people.js';
import { field, SyncUnderTest } from './sync-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

const score: ScoredMatch = {
  link: 0.99, review: 0.1,
  fields: [{ field: 'given', kind: 'given-name' }, { field: 'family', kind: 'family-name' }, { field: 'born', kind: 'date' }, { field: 'street', kind: 'address' }, { field: 'town', kind: 'place' }],
};
const nina = { given: 'nina', family: 'katzenberger', born: '1984-03-02', street: '12 holunderpfad', town: 'trier', email: null };
const decision = { by: 'vera', note: null };

/** A sync whose target has 150 people of its own, besides those given. */
async function syncWith(own: Readonly<Record<string, Readonly<Record<string, unknown>>>>, more: Partial<ScoredMatch> = {}): Promise<SyncUnderTest> {
  const names = ['given', 'family', 'born', 'street', 'town', 'email'];
  const sync = await SyncUnderTest.create(database, {
    sync: { match: [{ field: 'email', kind: 'email' }], score: { ...score, ...more }, fields: names.map((name) => field(name, name)) }, targetObject: { find: undefined as never },
  });
  for (const { id, values } of people(150, 31)) sync.target.put(id, { given: values['given'] ?? null, family: values['family'] ?? null, born: values['born'] ?? null, street: values['street'] ?? null, town: values['town'] ?? null, email: values['email'] ?? null });
  for (const [id, data] of Object.entries(own)) sync.target.put(id, data as never);
  return sync;
}

async function open(sync: SyncUnderTest): Promise<readonly Review[]> {
  return (await listReviews(database, { sync: sync.definition.sync, limit: 100 })).reviews;
}

async function linkedWith(sync: SyncUnderTest, id: string): Promise<readonly string[]> {
  const history = await recordHistory(database, { ...sync.definition.from, id }, 10);
  return (history?.links ?? []).filter((link) => link.system === sync.definition.to.system && link.state === 'live').map((link) => link.id);
}

describe('a record without a strong key', () => {
  test('is linked by itself with the one record that it must be, and the ledger says why', async () => {
    const sync = await syncWith({ own1: nina });
    sync.source.put('c1', { ...nina, family: 'katzenberge', email: 'nina@example.org' });
    const { counts } = await sync.run('full');
    expect(counts).toMatchObject({ created: 0, updated: 1, parked: 0 });
    expect(await linkedWith(sync, 'c1')).toEqual(['own1']);
    const reason = (await recordHistory(database, { ...sync.definition.from, id: 'c1' }, 10))?.writes[0]?.reason;
    expect(reason).toMatch(/^scored (99\.\d|100\.0) %: /);
    expect(reason).not.toContain('katzen');
  });

  test('is made where nobody resembles it', async () => {
    const sync = await syncWith({});
    sync.source.put('c1', nina);
    expect((await sync.run('full')).counts).toMatchObject({ created: 1, parked: 0 });
    expect(await open(sync)).toEqual([]);
  });

  test('waits where two resemble it, and a person is asked with the reasons', async () => {
    const sync = await syncWith({ own1: nina, own2: nina });
    sync.source.put('c1', nina);
    const { counts } = await sync.run('full');
    expect(counts).toMatchObject({ created: 0, parked: 1 });
    const reviews = await open(sync);
    expect(reviews.map(({ sourceId, targetId }) => [sourceId, targetId])).toEqual([['c1', 'own1'], ['c1', 'own2']]);
    expect(reviews[0]?.reasons.map(({ text }) => text)).toContain('another record fits as well');
    expect(await linkedWith(sync, 'c1')).toEqual([]);
  });

  test('is not asked about twice, and the question falls away with its cause', async () => {
    const sync = await syncWith({ own1: nina, own2: nina });
    sync.source.put('c1', nina);
    await sync.run('full');
    await sync.run('full');
    expect((await open(sync)).length).toBe(2);
    sync.source.put('c1', { ...nina, given: 'otto', family: 'zwack', born: '1931-11-30', street: '7 ahornallee', town: 'mainz' });
    await sync.run('full');
    expect(await open(sync)).toEqual([]);
  });

  test('is not compared where a condition does not hold', async () => {
    const [given, ...rest] = score.fields;
    const sync = await syncWith({ own1: nina }, { fields: [...rest, { field: given?.field ?? '', kind: 'given-name', least: 1 }] });
    sync.source.put('c1', { ...nina, given: 'nino' });
    expect((await sync.run('full')).counts).toMatchObject({ created: 1, parked: 0 });
  });

  test('is not linked with a record that another record is linked with', async () => {
    const sync = await syncWith({ own1: nina });
    sync.source.put('c1', nina);
    await sync.run('full');
    sync.source.put('c2', nina);
    await sync.run('full');
    expect(await linkedWith(sync, 'c1')).toEqual(['own1']);
    expect(await linkedWith(sync, 'c2')).not.toEqual(['own1']);
  });

  test('of two on one page that resemble one record, the second waits', async () => {
    const sync = await syncWith({ own1: nina });
    sync.source.put('c1', nina);
    sync.source.put('c2', nina);
    expect((await sync.run('full')).counts).toMatchObject({ created: 0, parked: 1 });
    expect((await open(sync)).map(({ sourceId, targetId }) => [sourceId, targetId])).toEqual([['c2', 'own1']]);
  });

  test('is planned without anything being stored', async () => {
    const sync = await syncWith({ own1: nina, own2: nina });
    sync.source.put('c1', nina);
    await sync.run('full');
    sync.source.put('c3', { ...nina, street: '12 holunderpfd' });
    expect((await sync.run('plan')).counts).toMatchObject({ created: 0, parked: 2 });
    expect((await open(sync)).map(({ sourceId }) => sourceId)).toEqual(['c1', 'c1']);
  });
});

describe('an answer', () => {
  async function asked(): Promise<SyncUnderTest> {
    const sync = await syncWith({ own1: { ...nina, town: 'kassel' }, own2: { ...nina, town: 'kassel' } });
    sync.source.put('c1', nina);
    await sync.run('full');
    return sync;
  }

  test('of yes links the two, closes the other question, and the next complete read writes', async () => {
    const sync = await asked();
    const question = (await open(sync)).find(({ targetId }) => targetId === 'own2');
    await acceptReview(database, question?.id ?? '', decision);
    expect(await linkedWith(sync, 'c1')).toEqual(['own2']);
    expect(await open(sync)).toEqual([]);
    const [answered] = (await listReviews(database, { sync: sync.definition.sync, all: true, limit: 10 })).reviews.filter(({ state }) => state === 'accepted');
    expect(answered).toMatchObject({ targetId: 'own2', decidedBy: 'vera' });
    expect(answered?.decidedAt).toBeInstanceOf(Date);
    expect((await sync.run('full')).counts).toMatchObject({ created: 0, updated: 1 });
    expect(sync.atTarget('town')).toMatchObject({ own1: 'kassel', own2: 'trier' });
  });

  test('of no to both makes the record at the next complete read, and nobody is asked again', async () => {
    const sync = await asked();
    for (const { id } of await open(sync)) await rejectReview(database, id, decision);
    expect((await sync.run('full')).counts).toMatchObject({ created: 1, parked: 0 });
    expect(await open(sync)).toEqual([]);
    await expect(rejectReview(database, (await listReviews(database, { sync: sync.definition.sync, all: true, limit: 1 })).reviews[0]?.id ?? '', decision)).rejects.toThrow(EntityConflict);
  });

  test('that was wrong is taken apart again: the record gets one of its own, and is not joined again', async () => {
    const sync = await asked();
    const [question] = await open(sync);
    await acceptReview(database, question?.id ?? '', decision);
    const { rows: [merge] } = await database.pool.query<{ id: string }>('select id from identity_merges order by merged_at desc limit 1');
    await unmergeEntities(database, merge?.id ?? '', decision);
    expect(await linkedWith(sync, 'c1')).toEqual([]);
    await expect(unmergeEntities(database, merge?.id ?? '', decision)).rejects.toThrow('taken apart already');
    for (const { id } of (await open(sync))) await rejectReview(database, id, decision);
    await sync.run('full');
    expect(await linkedWith(sync, 'c1')).not.toContain(question?.targetId);
  });
});

describe('a wrong link', () => {
  test.each([['by score', null], ['by a strong key', 'nina@example.org']])('%s is split, and neither rule makes it again', async (_, email) => {
    const sync = await syncWith({ own1: { ...nina, email } });
    sync.source.put('c1', { ...nina, email, town: 'mainz' });
    await sync.run('full');
    expect(await linkedWith(sync, 'c1')).toEqual(['own1']);
    await splitRecord(database, { object: await objectNumber(database, sync.definition.from), id: 'c1' }, decision);
    expect((await sync.run('full')).counts).toMatchObject({ created: 1, parked: 0 });
    expect(await linkedWith(sync, 'c1')).not.toContain('own1');
    expect(Object.keys(sync.atTarget('town')).length).toBe(152);
  });

  test('that there is not cannot be split', async () => {
    const sync = await syncWith({});
    await expect(splitRecord(database, { object: await objectNumber(database, sync.definition.from), id: 'nobody' }, decision)).rejects.toThrow(EntityConflict);
  });
});

describe('the answer to a question', () => {
  /** One question about c1, and c2 new since: both would be written by a complete read. */
  async function asked(): Promise<{ readonly sync: SyncUnderTest; readonly review: Review }> {
    const sync = await syncWith({ own1: nina, own2: nina });
    sync.source.put('c1', { ...nina, email: 'nina@example.org' });
    await sync.run('full');
    const [review] = await open(sync);
    if (review === undefined) throw new Error('nothing was asked');
    sync.source.put('c2', { given: 'otto', family: 'zwilling', born: '1950-01-01', street: '1 am markt', town: 'bonn', email: 'otto@example.org' });
    sync.target.sent.length = 0;
    return { sync, review };
  }

  const redriven = (sync: SyncUnderTest, id: string) => sync.run('redrive', { selection: { letters: { kind: 'answered-match', id }, by: 'vera' } });

  test('with yes has the one record written, and no other', async () => {
    const { sync, review } = await asked();
    await acceptReview(database, review.id, decision);
    expect((await redriven(sync, review.id)).counts).toMatchObject({ created: 0, updated: 1, parked: 0 });
    expect(sync.target.records.get(review.targetId)?.data).toMatchObject({ email: 'nina@example.org' });
    expect(await linkedWith(sync, 'c2')).toEqual([]);
    expect((await redriven(sync, review.id)).counts).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
  });

  test('with no to every question has the record made', async () => {
    const { sync, review } = await asked();
    for (const { id } of await open(sync)) await rejectReview(database, id, decision);
    expect((await redriven(sync, review.id)).counts).toMatchObject({ created: 1, updated: 0, parked: 0 });
  });

  test('is waited for: an open question selects nothing', async () => {
    const { sync, review } = await asked();
    expect((await redriven(sync, review.id)).counts).toMatchObject({ created: 0, updated: 0, parked: 0 });
    expect(sync.target.sent).toEqual([]);
  });

  test.each<[string, Partial<SyncDefinition>, RegExp]>([
    ['in shadow mode', { rollout: { mode: 'shadow' } }, /shadow mode/],
    ['of both ways', { fields: [field('name', 'name', { direction: 'both' })] }, /two-way/],
  ])('waits for a complete read where the sync is %s', async (_what, change, reason) => {
    const sync = await SyncUnderTest.create(database, { sync: change });
    expect(await whyNotAtOnce(database, sync.definition.sync)).toMatch(reason);
  });

  test('waits for a complete read where the source cannot be asked for one record', async () => {
    const live = await SyncUnderTest.create(database);
    expect(await whyNotAtOnce(database, live.definition.sync)).toBeNull();
    const blind = await SyncUnderTest.create(database, { sourceObject: { get: undefined as never } });
    expect(await whyNotAtOnce(database, blind.definition.sync)).toMatch(/declares no "get"/);
  });
});
