import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { resolveReferences } from '../../../src/config/references.js';
import { createConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import type { Connector, WriteItem, WriteResult } from '../../../src/contracts/connector.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { RunCounts } from '../../../src/contracts/run.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { openDeadLetters } from '../../../src/store/dead-letters.js';
import { activeDefinitions } from '../../../src/store/definitions.js';
import { recentRuns } from '../../../src/store/runs.js';
import { type Instance, startInstance } from '../../support/instance.js';
import { PocketBase } from '../../support/pocketbase.js';
import { resolvePocketBase } from '../../support/pocketbase-binary.js';
import { type Contact, makeContacts, memberOf } from './contacts.js';
import { restSystem } from '../../support/rest-system.js';

const COUNT = 1_000;
const SYNC = 'pocketbase-to-mailing';
const COLLECTION = '/api/collections/contacts/records';
const never = new AbortController().signal;
const collection = new URL('../../../examples/pocketbase/contacts-collection.json', import.meta.url);

const binary = await resolvePocketBase((message) => void process.stderr.write(`${message}\n`));
if ('missing' in binary) process.stderr.write(`skipped: ${binary.missing}\n`);

// One story, told in order: each test goes on from where the one before has left the two systems.
describe.skipIf('missing' in binary)(`PocketBase as the source, with ${COUNT} contacts`, () => {
  let pocketBase: PocketBase;
  let instance: Instance;
  /** What PocketBase holds, by its id, and the ids that were deleted there. */
  const contacts = new Map<string, Contact>();
  const deleted = new Set<string>();

  beforeAll(async () => {
    if ('missing' in binary) return;
    pocketBase = await PocketBase.launch(binary.file);
    await pocketBase.call('POST', '/api/collections', JSON.parse(readFileSync(collection, 'utf8')));
    const bodies = makeContacts(COUNT);
    const made = await pocketBase.createRecords('contacts', bodies.map((body) => ({ ...body })));
    made.forEach((record, index) => contacts.set(String(record['id']), bodies[index] as Contact));
    instance = await startInstance({
      servers: inject('crosswalkServers'),
      definitions: 'examples/pocketbase',
      env: { POCKETBASE_URL: pocketBase.url, POCKETBASE_USER: pocketBase.user, POCKETBASE_PASSWORD: pocketBase.password },
    });
  });

  afterAll(async () => {
    await instance?.stop();
    await pocketBase?.remove();
  });

  test('the first sync carries over every contact with every value', async () => {
    expect([...contacts.keys()].every((id) => /^[a-z0-9]{15}$/.test(id)), 'ids as PocketBase makes them').toBe(true);
    const { executed } = await run('first sync', {}, { read: COUNT, created: COUNT });
    expect(countBy(executed)).toEqual({ create: COUNT });
    await expectEveryValue();
  });

  test('a run after which nothing has changed writes nothing', async () => {
    expect((await run('unchanged, incremental', {}, { unchanged: COUNT, read: COUNT })).executed).toEqual([]);
    expect((await run('unchanged, full', { mode: 'full' }, { unchanged: COUNT, read: COUNT })).executed).toEqual([]);
  });

  test('ten changed contacts are updated, in the fields that differ, and nothing else is written', async () => {
    const [spared, touched] = await changeTen();
    const { executed } = await run('10 changed, 3 deleted, incremental', {}, { updated: 10, unchanged: COUNT - 13, read: COUNT - 3 });
    expect(countBy(executed)).toEqual({ update: 10 });
    expect(new Map(executed.map(({ fields }) => [fieldsOf(fields), 1])).size, 'each change was of another field').toBe(10);
    expect(await writtenContacts(executed.map(({ id }) => id))).toEqual([...touched].toSorted());
    expect(touched.has(spared)).toBe(false);
    await expectEveryValue();
  });

  test('three deleted contacts are archived by the full read, and nothing else is written', async () => {
    const { executed } = await run('full', { mode: 'full' }, { archived: 3, unchanged: COUNT - 3, read: COUNT - 3 });
    expect(countBy(executed)).toEqual({ archive: 3 });
    expect(await writtenContacts(executed.map(({ id }) => id))).toEqual([...goneFromSource()].toSorted());
    for (const id of goneFromSource()) deleted.add(id);
    await expectEveryValue();
    expect((await run('unchanged, full again', { mode: 'full' }, { unchanged: COUNT - 3, read: COUNT - 3 })).executed).toEqual([]);
  });

  test('a list since a time holds what changed from its second on, and a look-up finds an address with an apostrophe', async () => {
    const [first, second] = liveIds();
    const before = await updatedAtMs(first);
    while (Math.floor(Date.now() / 1_000) <= Math.floor(before / 1_000)) await sleep(50);
    await change(first, { email: "it's.me@example.com" });
    await change(second, { city: 'Zürich' });
    await withConnector(async (connector) => {
      const changed: string[] = [];
      for await (const page of connector.list('contact', { sinceMs: await updatedAtMs(first), signal: never })) changed.push(...page.records.map(({ id }) => id));
      expect(changed).toEqual([second, first]);
      expect((await connector.find('contact', 'email', "it's.me@example.com", never)).map(({ id }) => id)).toEqual([first]);
      expect(await connector.get('contact', [...deleted][0] ?? '', never)).toBeNull();
    });
    const { executed } = await run('2 changed, incremental', {}, { updated: 2, unchanged: COUNT - 5, read: COUNT - 3 });
    expect(executed.map(({ fields }) => fields)).toEqual([{ city: 'Zürich' }, { email_address: "it's.me@example.com" }]);
  });

  test('a list during which contacts change misses none but those that are newer than its beginning', async () => {
    const seen: string[] = [];
    const changed = new Set<string>();
    await withConnector(async (connector) => {
      for await (const page of connector.list('contact', { signal: never })) {
        const ids = page.records.map(({ id }) => id);
        seen.push(...ids);
        const toCome = liveIds().filter((id) => !seen.includes(id) && !changed.has(id));
        // One that was read already, and one whose turn would have come.
        for (const id of [ids[0], toCome[0]]) {
          if (id === undefined) continue;
          await change(id, { street: `Side Street ${seen.length}` });
          changed.add(id);
        }
      }
    }, 100);
    expect(liveIds().filter((id) => !seen.includes(id) && !changed.has(id))).toEqual([]);
    expect(liveIds().filter((id) => !seen.includes(id)).length, 'contacts that moved to pages read before').toBeGreaterThan(0);
    const { executed } = await run('changed during a list', {}, { updated: changed.size, unchanged: COUNT - 3 - changed.size, read: COUNT - 3 });
    expect(await writtenContacts(executed.map(({ id }) => id))).toEqual([...changed].toSorted());
  });

  test('PocketBase can be written to with the operations of its definition', async () => {
    await withConnector(async (connector) => {
      const item = (kind: WriteItem['kind'], id: string | null, fields: JsonObject): WriteItem => ({ kind, id, fields, expectedVersion: null, idempotencyKey: 'unused' });
      const write = async (one: WriteItem): Promise<WriteResult> => (await connector.write('contact', [one], never))[0] as WriteResult;
      const made = await write(item('create', null, { email: 'written@example.com', city: 'Basel' }));
      expect(made).toMatchObject({ outcome: 'ok', version: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/) });
      expect(await write(item('create', null, { email: 'written@example.com' })), 'the address is unique there').toMatchObject({ outcome: 'park', status: 400 });
      expect(await write(item('update', made.id, { city: 'Bern' }))).toMatchObject({ outcome: 'ok', id: made.id });
      expect((await connector.get('contact', made.id ?? '', never))?.data).toMatchObject({ email: 'written@example.com', city: 'Bern' });
      expect(await write(item('delete', made.id, {}))).toMatchObject({ outcome: 'ok' });
      expect(await connector.get('contact', made.id ?? '', never)).toBeNull();
    });
  });

  test('a token that PocketBase no longer takes is replaced by a new login', async () => {
    const [id] = liveIds();
    await pocketBase.revokeTokens();
    await change(id, { city: 'Lausanne' });
    const { executed } = await run('after the tokens were revoked', {}, { updated: 1, unchanged: COUNT - 4, read: COUNT - 3 });
    expect(executed.map(({ fields }) => fields)).toEqual([{ city: 'Lausanne' }]);
  });

  test('while PocketBase is down a run fails with the reason and changes nothing; afterwards the next one makes up for it', async () => {
    const before = await stateOfOurs();
    const [id] = liveIds();
    await change(id, { city: 'Genève' });
    await pocketBase.stop();
    const last = await instance.sandbox.lastOp('mailing');
    // The declared delays add up to 45 seconds; that they are kept is another test's business.
    await instance.apply({ system: (definition) => ({ ...definition, retry: { scheduleMs: [100, 200] } }) });
    await expect(instance.sync(SYNC)).rejects.toThrow('Workflow execution failed');
    const [failed] = await recentRuns(instance.database, 1, SYNC);
    print('PocketBase down', failed?.counts);
    expect(failed).toMatchObject({ state: 'failed', counts: { read: 0, updated: 0, archived: 0 } });
    expect(failed?.message).toBe(
      'pocketbase: POST /api/collections/_superusers/auth-with-password was not sent: the connection was refused, or the host cannot be reached. Gave up after 3 attempts.',
    );
    expect(await instance.sandbox.ops('mailing', { after: last })).toEqual([]);
    expect(await stateOfOurs()).toEqual(before);

    await pocketBase.start();
    const { executed } = await run('PocketBase is back', {}, { updated: 1, unchanged: COUNT - 4, read: COUNT - 3 });
    expect(executed.map(({ fields }) => fields)).toEqual([{ city: 'Genève' }]);
    await expectEveryValue();
  });

  async function withConnector(use: (connector: Connector) => Promise<void>, pageSize?: number): Promise<void> {
    const [stored] = (await activeDefinitions(instance.database, 'system')).filter(({ name }) => name === 'pocketbase');
    if (stored === undefined) throw new Error('the system is not applied');
    const sources = { env: instance.env, readFile: () => '', baseFolder: '/' };
    const registry = createConnectorRegistry({ networkAllow: ['loopback'],
      resolve: (text) => resolveReferences(text, sources), secrets: createSecretRegister(), log: { debug: () => undefined }, budgetFor: ({ limits }) => createLocalBudget(limits),
    });
    try {
      await use(registry.connectorFor(pageSize === undefined ? stored.body : withPageSize(stored.body, pageSize)));
    } finally {
      await registry.close();
    }
  }

  async function updatedAtMs(id: string | undefined): Promise<number> {
    const record = await pocketBase.call('GET', `${COLLECTION}/${id}`) as { readonly updated: string };
    return Date.parse(record.updated);
  }

  /** Runs the sync, and gives what the mailing system says it has executed since. */
  async function run(what: string, options: Parameters<Instance['sync']>[1], wanted: Partial<RunCounts>) {
    const last = await instance.sandbox.lastOp('mailing');
    const result = await instance.sync(SYNC, options);
    print(what, result.counts);
    expect(result).toMatchObject({ state: 'succeeded', message: null });
    expect(notZero(result.counts)).toEqual(wanted);
    return { executed: await instance.sandbox.ops('mailing', { after: last }) };
  }

  /** Compares every member with what its contact has to become; those of deleted contacts keep their values and are archived. */
  async function expectEveryValue(): Promise<void> {
    const members = await instance.sandbox.records('mailing', 'members');
    const found = Object.fromEntries(members.map(({ id: _id, created_at: _created, last_changed: _changed, ...member }) => [String(member['external_id']), member]));
    const wanted = Object.fromEntries([...contacts].map(([id, contact]) =>
      [id, { ...memberOf(contact, id), status: deleted.has(id) ? 'archived' : 'subscribed', language: null, segment: null, merge_fields: {} }]));
    expect(members.length).toBe(COUNT);
    expect(found).toEqual(wanted);
    expect(await openDeadLetters(instance.database, { limit: 10 })).toEqual([]);
  }

  /** Changes ten contacts, each in another field, saves one more without a change that matters, and deletes three. */
  async function changeTen(): Promise<readonly [spared: string, touched: ReadonlySet<string>]> {
    const changes: readonly Partial<Contact>[] = [
      { email: 'New.Address@Example.NET' }, { first_name: 'Grace' }, { last_name: 'Hopper' }, { phone: '', country: 'DE' }, { company: 'Ätherwerk AG' }, { stage: 'won' },
      { interests: ['events'] }, { birthday: '1906-12-09' }, { city: 'Genève', postcode: '1200' }, { street: '' },
    ];
    const ids = liveIds();
    const touched = new Set<string>();
    for (const [index, fields] of changes.entries()) {
      // Any ten, far apart, whose values differ from the new ones.
      const id = ids.slice(index * 90).find((candidate) => !touched.has(candidate) && Object.keys(difference(candidate, fields)).length >= Object.keys(fields).length);
      await change(id, fields);
      touched.add(id ?? '');
    }
    const spared = ids.find((id) => !touched.has(id) && contacts.get(id)?.first_name === 'Ada') ?? '';
    await change(spared, { first_name: '  Ada  ' });
    for (const id of ids.slice(-3)) await pocketBase.call('DELETE', `${COLLECTION}/${id}`);
    return [spared, touched];
  }

  async function change(id: string | undefined, fields: Partial<Contact>): Promise<void> {
    const contact = contacts.get(id ?? '');
    if (id === undefined || contact === undefined) throw new Error('there is no contact to change');
    await pocketBase.call('PATCH', `${COLLECTION}/${id}`, fields);
    contacts.set(id, { ...contact, ...fields });
  }

  function difference(id: string, fields: Partial<Contact>): JsonObject {
    const contact = contacts.get(id);
    if (contact === undefined) return {};
    const before = memberOf(contact, id);
    return Object.fromEntries(Object.entries(memberOf({ ...contact, ...fields }, id)).filter(([field, value]) => JSON.stringify(before[field]) !== JSON.stringify(value)));
  }

  function liveIds(): string[] {
    return [...contacts.keys()].filter((id) => !deleted.has(id));
  }

  /** The three that changeTen has deleted. */
  function goneFromSource(): string[] {
    return [...contacts.keys()].slice(-3);
  }

  async function writtenContacts(memberIds: readonly string[]): Promise<string[]> {
    const members = new Map((await instance.sandbox.records('mailing', 'members')).map((member) => [member['id'], member]));
    return memberIds.map((id) => String(members.get(id)?.['external_id'])).toSorted();
  }

  /** What Crosswalk itself remembers and a failed run must leave alone. */
  async function stateOfOurs(): Promise<unknown> {
    const { rows } = await instance.database.pool.query(
      `select (select count(*) from links) as links, (select count(*) from writes) as writes, (select count(*) from dead_letters) as letters, (select since_ms from syncs where name = $1) as since`, [SYNC]);
    return rows[0];
  }
});

function withPageSize(system: SystemDefinition, limit: number): SystemDefinition {
  const definition = restSystem(system);
  const contact = definition.objects['contact'];
  if (contact?.list.paginate.type !== 'page') throw new Error('the pages are not numbered');
  return { ...definition, objects: { contact: { ...contact, list: { ...contact.list, paginate: { ...contact.list.paginate, limit } } } } };
}

function notZero(counts: RunCounts): Partial<RunCounts> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

function countBy(ops: readonly { readonly op: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { op } of ops) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

function fieldsOf(fields: object | undefined): string {
  return Object.keys(fields ?? {}).toSorted().join(',');
}

function print(what: string, counts: RunCounts | undefined): void {
  const shown = counts === undefined ? [] : Object.entries(notZero(counts)).map(([name, count]) => `${count} ${name}`);
  process.stdout.write(`  ${what}: ${shown.join(', ') || 'nothing'}\n`);
}
