import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkHolder } from '../../../src/store/crosswalk.js';
import type { Database } from '../../../src/store/database.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { SyncUnderTest, type SyncUnderTestOptions } from './sync-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

/** Two syncs of the same contacts, to the mailing list and to the support desk. */
async function twoSyncs(options: { readonly toMailing?: SyncUnderTestOptions; readonly toDesk?: SyncUnderTestOptions } = {}): Promise<{ readonly mailing: SyncUnderTest; readonly desk: SyncUnderTest }> {
  const mailing = await SyncUnderTest.create(database, options.toMailing);
  const desk = await SyncUnderTest.create(database, { ...options.toDesk, sharing: mailing });
  for (let at = 1; at <= 5; at += 1) mailing.source.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}` });
  return { mailing, desk };
}

async function both(syncs: readonly SyncUnderTest[]): Promise<readonly object[]> {
  const counts: object[] = [];
  for (const sync of syncs) {
    const { state, counts: { created, updated, archived, duplicates } } = await sync.run('full');
    expect(state).toBe('succeeded');
    counts.push({ created, updated, archived, duplicates });
  }
  return counts;
}

const nothing = { created: 0, updated: 0, archived: 0, duplicates: 0 };

describe('two syncs of the same source', () => {
  test('each keep their own target linked, run after run', async () => {
    const { mailing, desk } = await twoSyncs();
    expect(await both([mailing, desk])).toEqual([{ ...nothing, created: 5 }, { ...nothing, created: 5 }]);
    for (let turn = 0; turn < 2; turn += 1) expect(await both([mailing, desk])).toEqual([nothing, nothing]);
    const { scope } = await mailing.context((await mailing.start()).runId);
    const holders = await Promise.all([...mailing.target.records.keys()].map((id) => linkHolder(database, scope, id)));
    expect(holders.map((holder) => holder?.otherSourceId).toSorted()).toEqual(['c1', 'c2', 'c3', 'c4', 'c5']);
  });

  test('both follow a contact whose address changes', async () => {
    const { mailing, desk } = await twoSyncs();
    await both([mailing, desk]);
    mailing.source.put('c3', { email: 'married@example.org', name: 'n3' });
    expect(await both([mailing, desk])).toEqual([{ ...nothing, updated: 1 }, { ...nothing, updated: 1 }]);
    expect(Object.values(mailing.atTarget('email'))).toContain('married@example.org');
    expect(Object.values(desk.atTarget('email'))).toContain('married@example.org');
  });

  test('make no contact twice where nothing but the link tells who it is', async () => {
    const { mailing, desk } = await twoSyncs({ toMailing: { sync: { match: [] } }, toDesk: { sync: { match: [] } } });
    await both([mailing, desk]);
    mailing.source.put('c3', { email: 'c3@example.org', name: 'renamed' });
    expect(await both([mailing, desk])).toEqual([{ ...nothing, updated: 1 }, { ...nothing, updated: 1 }]);
    expect([mailing.target.records.size, desk.target.records.size]).toEqual([5, 5]);
  });

  test('link what each target had before, and keep both links', async () => {
    const { mailing, desk } = await twoSyncs();
    for (const at of [1, 2]) {
      mailing.target.put(`m${at}`, { email: `c${at}@example.org`, name: `n${at}` });
      desk.target.put(`d${at}`, { email: `c${at}@example.org`, name: 'another name' });
    }
    expect(await both([mailing, desk])).toEqual([{ ...nothing, created: 3 }, { ...nothing, created: 3, updated: 2 }]);
    mailing.source.put('c1', { email: 'changed@example.org', name: 'n1' });
    expect(await both([mailing, desk])).toEqual([{ ...nothing, updated: 1 }, { ...nothing, updated: 1 }]);
    expect(await both([mailing, desk])).toEqual([nothing, nothing]);
    expect([mailing.target.records.size, desk.target.records.size]).toEqual([5, 5]);
  });

  test('both remove what is gone', async () => {
    const { mailing, desk } = await twoSyncs();
    await both([mailing, desk]);
    mailing.source.records.delete('c2');
    expect(await both([mailing, desk])).toEqual([{ ...nothing, archived: 1 }, { ...nothing, archived: 1 }]);
    expect(await both([mailing, desk])).toEqual([nothing, nothing]);
  });

  test('remove what is inactive by their own rules, and leave it so', async () => {
    const { mailing, desk } = await twoSyncs({ toDesk: { sync: { onInactive: 'sync' } } });
    await both([mailing, desk]);
    mailing.source.put('c2', { email: 'c2@example.org', name: 'n2' }, { inactive: true });
    expect(await both([mailing, desk])).toEqual([{ ...nothing, archived: 1 }, nothing]);
    for (let turn = 0; turn < 2; turn += 1) expect(await both([mailing, desk])).toEqual([nothing, nothing]);
    expect([Object.keys(mailing.atTarget()).length, Object.keys(desk.atTarget()).length]).toEqual([4, 5]);
  });

  test('forget a link by their own rules', async () => {
    const { mailing, desk } = await twoSyncs({ toMailing: { sync: { onDelete: 'unlink' } }, toDesk: { sync: { onDelete: 'ignore' } } });
    await both([mailing, desk]);
    mailing.source.put('c2', { email: 'c2@example.org', name: 'n2' }, { deleted: true });
    await both([mailing, desk]);
    mailing.source.put('c2', { email: 'c2@example.org', name: 'is back' });
    expect(await both([mailing, desk])).toEqual([nothing, { ...nothing, updated: 1 }]);
  });
});

test('a sync from one target to the next keeps its links when the first one archives', async () => {
  const first = await SyncUnderTest.create(database);
  for (let at = 1; at <= 3; at += 1) first.source.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}` });
  await first.run('full');
  first.source.records.delete('c2');
  expect(await first.run('full')).toMatchObject({ counts: { archived: 1 } });
  first.source.put('c2', { email: 'c2@example.org', name: 'n2' });
  expect(await first.run('full')).toMatchObject({ counts: { updated: 1, created: 0 } });
});
