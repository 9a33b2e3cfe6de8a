import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeyMatcher, type Match } from '../../../activities/sync/key-matcher.js';
import type { MappedSource } from '../../../activities/sync/page-planner.js';
import type { RunContext } from '../../../activities/sync/run-context.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import { adopt } from '../../../src/store/crosswalk.js';
import type { Database } from '../../../src/store/database.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { linked } from '../store/store-under-test.js';
import { watchedPage } from '../../unit/activities/writer-under-test.js';
import { SyncUnderTest, type SyncUnderTestOptions } from './sync-under-test.js';

let migrated: MigratedDatabase;
let database: Database;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

interface MatcherUnderTest {
  readonly sync: SyncUnderTest;
  readonly context: RunContext;
  /** Matches contacts in the order given; each is an id with its values. */
  match(contacts: Readonly<Record<string, JsonObject>>): Promise<readonly Match[]>;
  /** Takes a record that the target has into the crosswalk. */
  adopted(id: string, values: JsonObject): Promise<string>;
}

async function matcher(options: SyncUnderTestOptions & { readonly indexed?: boolean } = {}): Promise<MatcherUnderTest> {
  const sync = await SyncUnderTest.create(database, { targetObject: options.indexed === false ? {} : { find: undefined as never }, ...options });
  const context = await sync.context((await sync.start()).runId);
  const keyMatcher = new KeyMatcher(context, sync.heartbeat.signal);
  const mapped = (id: string, values: JsonObject): MappedSource => {
    const data = { email: null, name: null, phone: null, address: { city: null }, ...values };
    const record = { id, version: '1', updatedAtMs: null, deleted: false, inactive: false, data: values };
    return { record, values: data, fingerprint: context.mapper.fingerprint(data), keys: context.mapper.keys(data), entityId: null };
  };
  return {
    sync,
    context,
    match: (contacts) => keyMatcher.match(Object.entries(contacts).map(([id, values]) => mapped(id, values)), watchedPage()),
    adopted: async (id, values) => {
      const entityId = newId();
      const data = { email: null, name: null, phone: null, address: { city: null }, ...values };
      await adopt(database, context.scope, [{ id, version: '3', entityId, values: data, keys: context.mapper.keys(data) }]);
      return entityId;
    },
  };
}

/** What became of each record, in a word. */
function inWords(matches: readonly Match[]): readonly string[] {
  return matches.map((match) => {
    if (match.kind === 'duplicate') return `duplicate of ${/as (\S+),/.exec(match.letter.message)?.[1] ?? '?'}`;
    if (match.kind === 'linked' || match.kind === 'review') return match.kind;
    return match.write.intent.kind === 'create' ? 'create' : `update ${match.write.intent.externalId ?? '?'}`;
  });
}

const ada = { email: 'ada@example.org', name: 'Ada' };

describe('a record without a link', () => {
  test('is made where nobody has its keys, without its empty fields', async () => {
    const { match } = await matcher();
    const [made] = await match({ c1: ada });
    expect(made).toMatchObject({ kind: 'write', write: { intent: { kind: 'create', sourceId: 'c1', externalId: null, before: null, after: { email: 'ada@example.org', name: 'Ada' }, expectedVersion: null } } });
    expect(Object.keys(made?.kind === 'write' ? made.write.intent.after : {})).not.toContain('phone');
  });

  test('is made also where it has no keys at all', async () => {
    const { match } = await matcher();
    expect(inWords(await match({ c1: { name: 'no keys' }, c2: { name: 'no keys' } }))).toEqual(['create', 'create']);
  });

  test('is linked without a write where the target has a record with its key and the same values', async () => {
    const { match, adopted } = await matcher();
    const entityId = await adopted('t1', ada);
    expect(await match({ c1: ada })).toMatchObject([{ kind: 'linked', link: { sourceId: 'c1', entityId } }]);
  });

  test('is written to the record that has its key, with what differs and nothing else', async () => {
    const { match, adopted } = await matcher();
    const entityId = await adopted('t1', { ...ada, name: 'old', phone: '+4930111111' });
    const [match1] = await match({ c1: { ...ada, phone: '+4930222222' } });
    expect(match1).toMatchObject({ kind: 'write', write: { intent: { kind: 'update', externalId: 't1', entityId, before: { name: 'old', phone: '+4930111111' }, after: { name: 'Ada', phone: '+4930222222' }, expectedVersion: '3' } } });
    expect(match1?.kind === 'write' ? match1.write.droppedKeys : []).toEqual([expect.objectContaining({ kind: 'phone', value: '+4930111111' })]);
  });

  test('compares keys in their normal form', async () => {
    const { match, adopted } = await matcher();
    await adopted('t1', { email: 'Ada@Example.ORG', name: 'Ada' });
    expect(inWords(await match({ c1: ada }))).toEqual(['update t1']);
  });
});

describe('a duplicate', () => {
  test('is a record whose key belongs to one that is linked already', async () => {
    const { match, context } = await matcher();
    await linked(database, context.scope, 'c1', 't1', { after: ada }, { keys: context.mapper.keys(ada) });
    expect(inWords(await match({ c2: ada }))).toEqual(['duplicate of c1']);
  });

  test('is the second of two new records with the same key, on the same page or on a later one', async () => {
    const { match } = await matcher();
    expect(inWords(await match({ c1: ada, c2: { ...ada, name: 'other' } }))).toEqual(['create', 'duplicate of c1']);
    expect(inWords(await match({ c3: ada, c4: { name: 'free' } }))).toEqual(['duplicate of c1', 'create']);
  });

  test('is no record that comes again itself', async () => {
    const { match } = await matcher();
    expect(inWords(await match({ c1: ada }))).toEqual(['create']);
    expect(inWords(await match({ c1: { ...ada, name: 'newer' } }))).toEqual(['create']);
  });

  test('is the second of two records that find the same target record by different keys', async () => {
    const { match, adopted } = await matcher();
    await adopted('t1', { ...ada, phone: '+4930111111' });
    expect(inWords(await match({ c1: ada, c2: { name: 'by phone', phone: '+4930111111' } }))).toEqual(['update t1', 'duplicate of c1']);
    expect(inWords(await match({ c3: { name: 'by phone', phone: '+4930111111' } }))).toEqual(['duplicate of c1']);
  });
});

describe('a weaker key', () => {
  const phone = '+4930111111';

  test('makes two records one only where no stronger key speaks against it', async () => {
    for (const [contact, word] of [[{ name: 'no address', phone }, 'update t1'], [{ email: 'bob@example.org', phone }, 'create']] as const) {
      const { match, adopted } = await matcher();
      await adopted('t1', { ...ada, phone });
      expect(inWords(await match({ c1: contact }))).toEqual([word]);
    }
  });

  test('does not make colleagues with one telephone duplicates of each other', async () => {
    const { match } = await matcher();
    expect(inWords(await match({ c1: { email: 'a@example.org', phone }, c2: { email: 'b@example.org', phone }, c3: { phone } }))).toEqual(['create', 'create', 'duplicate of c1']);
  });

  test.each([['first', ['t1', 't2']], ['last', ['t2', 't1']]])('finds the record that fits among several that share it, also when it comes %s', async (_which, ids) => {
    const { match, adopted } = await matcher();
    for (const id of ids) await adopted(id, id === 't1' ? { email: 'somebody@else.org', phone } : { name: 'no address', phone });
    expect(inWords(await match({ c1: { ...ada, phone } }))).toEqual(['update t2']);
  });
});

describe('a target that can be asked', () => {
  test('is asked for records that nobody knows, and what it has is linked', async () => {
    const { match, sync } = await matcher({ indexed: false });
    sync.target.put('own', { email: 'ada@example.org', name: 'Ada', phone: null, address: { city: null } });
    expect(inWords(await match({ c1: ada, c2: { email: 'bob@example.org' } }))).toEqual(['linked', 'create']);
    expect(sync.target.finds.toSorted()).toEqual(['ada@example.org', 'bob@example.org']);
  });

  test('is not asked for what the crosswalk knows', async () => {
    const { match, adopted, sync } = await matcher({ indexed: false });
    await adopted('t1', ada);
    expect(inWords(await match({ c1: ada }))).toEqual(['linked']);
    expect(sync.target.finds).toEqual([]);
  });

  test('is asked again about a key whose record was deleted there', async () => {
    const { match, context, sync } = await matcher({ indexed: false });
    const entityId = await linked(database, context.scope, 'c1', 't1', { after: ada }, { keys: context.mapper.keys(ada) });
    await linked(database, context.scope, 'c1', 't1', { entityId, kind: 'delete', externalId: 't1', after: {}, fingerprint: null });
    sync.target.put('made by hand', { email: 'ada@example.org', name: 'Ada', phone: null, address: { city: null } });
    expect(inWords(await match({ c2: ada }))).toEqual(['linked']);
  });

  test('whose record belongs to another source record makes a duplicate', async () => {
    const { match, context, sync } = await matcher({ indexed: false });
    await linked(database, context.scope, 'c1', 't1', { after: { name: 'linked before it had an address' } });
    sync.target.put('t1', { email: 'ada@example.org', name: 'Ada' });
    expect(inWords(await match({ c2: ada }))).toEqual(['duplicate of c1']);
  });

  test('that finds one record for two of ours links the first', async () => {
    const { match, sync } = await matcher({ indexed: false });
    sync.target.put('own', { email: 'ada@example.org', name: 'Ada', phone: null, address: { city: null } });
    expect(inWords(await match({ c1: ada, c2: ada }))).toEqual(['linked', 'duplicate of c1']);
  });

  test('that does not answer ends the page with its error', async () => {
    const { match, sync } = await matcher({ indexed: false });
    sync.target.onRead = () => { throw new Error('mailing does not answer'); };
    await expect(match({ c1: ada })).rejects.toThrow('mailing does not answer');
  });
});
