import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import type { Database } from '../../../src/store/database.js';
import { activeDefinitions, compareDefinitions, readDefinition, storeDefinitions, type AppliedChange, type NewDefinition } from '../../../src/store/definitions.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
beforeEach(async () => { await database.pool.query('truncate definitions'); });
afterAll(() => migrated.drop());

const system = (name: string, title: string): NewDefinition => ({ kind: 'system', name, hash: `hash of ${title}`, body: { system: name, title } as SystemDefinition, source: `# ${title}\nsystem: ${name}\n` });
const sync = (name: string, title: string): NewDefinition => ({ kind: 'sync', name, hash: `hash of ${title}`, body: { sync: name, title } as SyncDefinition, source: `# ${title}\nsync: ${name}\n` });
const text = (changes: readonly AppliedChange[]): readonly string[] => changes.map(({ kind, name, change, version }) => `${kind} ${name}: ${change}, version ${version}`);

describe('storing definitions', () => {
  test('makes new versions of what is new or changed, and leaves the rest', async () => {
    expect(text(await storeDefinitions(database, [system('crm', 'CRM'), sync('contacts', 'one')]))).toEqual(['system crm: created, version 1', 'sync contacts: created, version 1']);
    expect(text(await storeDefinitions(database, [system('crm', 'CRM'), sync('contacts', 'two')]))).toEqual(['system crm: unchanged, version 1', 'sync contacts: changed, version 2']);
    expect(await activeDefinitions(database, 'sync')).toEqual([{ ...sync('contacts', 'two'), version: 2 }]);
  });

  test('never changes a version that is there: the one before is read as it was, with the author\'s own text', async () => {
    await storeDefinitions(database, [sync('contacts', 'one')]);
    await storeDefinitions(database, [sync('contacts', 'two')]);
    expect(await readDefinition(database, 'sync', 'contacts', 1)).toEqual({ ...sync('contacts', 'one'), version: 1 });
    expect(await readDefinition(database, 'sync', 'contacts', 2)).toEqual({ ...sync('contacts', 'two'), version: 2 });
    expect(await readDefinition(database, 'sync', 'contacts', 3)).toBeUndefined();
    expect(await readDefinition(database, 'system', 'contacts', 1)).toBeUndefined();
  });

  test('retires what is no longer there, and keeps its versions', async () => {
    await storeDefinitions(database, [system('crm', 'CRM'), sync('contacts', 'one')]);
    expect(text(await storeDefinitions(database, [system('crm', 'CRM')]))).toEqual(['system crm: unchanged, version 1', 'sync contacts: removed, version 1']);
    expect(await activeDefinitions(database, 'sync')).toEqual([]);
    expect((await readDefinition(database, 'sync', 'contacts', 1))?.version).toBe(1);
    expect(text(await storeDefinitions(database, []))).toEqual(['system crm: removed, version 1']);
  });

  test('gives a text that comes back a new version', async () => {
    for (const title of ['one', 'two', 'one']) await storeDefinitions(database, [sync('contacts', title)]);
    expect((await activeDefinitions(database, 'sync')).map(({ version, hash }) => [version, hash])).toEqual([[3, 'hash of one']]);
    await storeDefinitions(database, []);
    expect(text(await storeDefinitions(database, [sync('contacts', 'one')]))).toEqual(['sync contacts: created, version 4']);
  });

  test('keeps a system and a sync of one name apart', async () => {
    expect(text(await storeDefinitions(database, [system('same', 'a'), sync('same', 'b')]))).toEqual(['system same: created, version 1', 'sync same: created, version 1']);
  });

  test('takes all of them or none', async () => {
    await storeDefinitions(database, [sync('contacts', 'one'), sync('accounts', 'one')]);
    const unstorable = { ...sync('deals', 'new'), source: 'a text with \0 in it' };
    await expect(storeDefinitions(database, [sync('contacts', 'two'), unstorable])).rejects.toThrow();
    expect((await activeDefinitions(database, 'sync')).map(({ name, version }) => `${name} ${version}`)).toEqual(['accounts 1', 'contacts 1']);
    expect(await readDefinition(database, 'sync', 'contacts', 2)).toBeUndefined();
  });

  test('at the same time as others ends with one version in force, and none is lost half-way', async () => {
    const outcomes = await Promise.allSettled(['one', 'two', 'three', 'four'].map((title) => storeDefinitions(database, [system('crm', title), sync('contacts', title)])));
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    const [systems, syncs] = [await activeDefinitions(database, 'system'), await activeDefinitions(database, 'sync')];
    expect([systems.length, syncs.length]).toEqual([1, 1]);
    expect(systems[0]?.hash).toBe(syncs[0]?.hash);
  });

  test('can be looked at before it is done', async () => {
    await storeDefinitions(database, [sync('contacts', 'one'), sync('accounts', 'one')]);
    const next = [sync('contacts', 'two'), sync('deals', 'new')];
    const expected = await compareDefinitions(database, next);
    expect(text(expected)).toEqual(['sync contacts: changed, version 2', 'sync deals: created, version 1', 'sync accounts: removed, version 1']);
    expect((await activeDefinitions(database, 'sync')).map(({ name, version }) => `${name} ${version}`)).toEqual(['accounts 1', 'contacts 1']);
    expect(await storeDefinitions(database, next)).toEqual(expected);
  });
});
