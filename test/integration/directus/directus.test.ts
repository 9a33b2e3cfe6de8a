import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compileDefinitions } from '../../../src/config/definition-set.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { createConnectorRegistry, type ConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import type { Connector } from '../../../src/contracts/connector.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { Directus, installDirectus } from '../../support/directus.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { restSystem } from '../../support/rest-system.js';
import { everything, item } from '../../support/table-system.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { field, SyncUnderTest } from '../activities/sync-under-test.js';

const signal = new AbortController().signal;
const installed = await installDirectus((message) => process.stderr.write(`${message}\n`));
if (typeof installed === 'string') process.stderr.write(`skipped: ${installed}\n`);

const TOKEN = 'token-of-crosswalk-for-tests-only';

describe.skipIf(typeof installed === 'string')('a real Directus, through the built-in connector', () => {
  let directus: Directus;
  let proxy: TcpProxy;
  let registry: ConnectorRegistry;
  let ours: MigratedDatabase;

  beforeAll(async () => {
    if (typeof installed === 'string') return;
    directus = await Directus.start(installed);
    await makeCollections(directus);
    await makeUser(directus);
    proxy = await TcpProxy.start(directus.port);
    ours = await openMigratedDatabase();
    registry = createConnectorRegistry({ networkAllow: ['loopback'], resolve: (text) => (text === 'secret://env/DIRECTUS_TOKEN' ? TOKEN : text), secrets: createSecretRegister(), log: pino({ level: 'silent' }), budgetFor: ({ limits }) => createLocalBudget(limits) });
  });
  beforeEach(() => proxy.disarm());
  afterAll(async () => {
    await registry?.close();
    await proxy?.close();
    await directus?.stop();
    await ours?.drop();
  });

  // As a user writes it.
  function definition() {
    const text = `system: crm\nconnector: directus\nauth: { token: secret://env/DIRECTUS_TOKEN }\nsettings: { url: "http://127.0.0.1:${proxy.port}" }\nlimits: { requestsPerSecond: 200, settle: 1s }\n`;
    const set = compileDefinitions(parseDefinitions('crm.yaml', text), '.', { checkEnvironment: false });
    expect(set.findings).toEqual([]);
    return restSystem(set.systems.get('crm'));
  }
  const open = (): Connector => registry.connectorFor(definition());
  const listed = async (object: string, sinceMs?: number): Promise<unknown[]> => {
    const found: unknown[] = [];
    for await (const page of open().list(object, { signal, ...(sinceMs === undefined ? {} : { sinceMs }) })) found.push(...page.records.map(({ data }) => data['name']));
    return found;
  };

  it('makes, finds, changes and deletes a contact', async () => {
    const crm = open();
    const [made] = await crm.write('contact', [item('create', null, { name: 'Zoë "the first"', email: "zoe.o'brien+1&2@example.com" })], signal);
    expect(made).toMatchObject({ outcome: 'ok', id: expect.stringMatching(/^\d+$/) });
    const id = made?.id ?? '';
    expect((await crm.find('contact', 'email', "zoe.o'brien+1&2@example.com", signal)).map((record) => record.id)).toEqual([id]);
    expect(await crm.find('contact', 'email', 'nobody@example.com', signal)).toEqual([]);
    expect(await crm.write('contact', [item('update', id, { name: 'Renamed' })], signal)).toMatchObject([{ outcome: 'ok' }]);
    expect(await crm.get('contact', id, signal)).toMatchObject({ id, data: { name: 'Renamed' } });
    expect(await crm.write('contact', [item('delete', id)], signal)).toMatchObject([{ outcome: 'ok' }]);
    expect(await crm.get('contact', id, signal)).toBeNull();
    expect(await crm.write('contact', [item('update', id, { name: 'Too late' })], signal)).toMatchObject([{ outcome: 'not-found' }]);
    expect(await crm.write('contact', [item('delete', id)], signal)).toMatchObject([{ outcome: 'not-found' }]);
  });

  it('says that a value which has to be unique is there already, parks what it refuses, and stops where the token is refused', async () => {
    const crm = open();
    expect(await crm.write('contact', [item('create', null, { name: 'Same', email: 'same@example.com' })], signal)).toMatchObject([{ outcome: 'ok' }]);
    expect(await crm.write('contact', [item('create', null, { name: 'Same', email: 'same@example.com' })], signal)).toMatchObject([{ outcome: 'exists' }]);
    expect(await crm.write('contact', [item('create', null, { email: 'nameless@example.com' })], signal)).toMatchObject([{ outcome: 'park' }]);
    const stranger = registry.connectorFor({ ...definition(), auth: { type: 'bearer', token: 'not-the-token' } });
    await expect(everything(stranger, 'contact')).rejects.toMatchObject({ detail: { outcome: 'fail', code: 'authentication-failed' } });
  });

  it('does not take missing rights for an empty collection, or for a record that is gone', async () => {
    const crm = open();
    await expect(everything(crm, 'deal')).rejects.toMatchObject({ detail: { outcome: 'fail', status: 403 } });
    await expect(crm.find('deal', 'title', 'A deal', signal)).rejects.toMatchObject({ detail: { outcome: 'fail', status: 403 } });
    const [created] = await crm.write('deal', [item('create', null, { title: 'A deal' })], signal);
    expect(created).toMatchObject({ outcome: 'fail', status: 403 });
  });

  it('reads every record once over several pages, and only what was made or changed since a time', async () => {
    const names = Array.from({ length: 230 }, (_, at) => `Company ${at}`);
    await directus.call('POST', '/items/companies', names.map((name) => ({ name })));
    expect((await listed('company')).toSorted()).toEqual(names.toSorted());
    const [first] = await open().find('company', 'name', 'Company 7', signal);
    // Its times have whole milliseconds, and two changes may share one.
    await sleep(20);
    const since = Date.now();
    await sleep(20);
    await directus.call('PATCH', `/items/companies/${first?.id}`, { name: 'Company seven' });
    await directus.call('POST', '/items/companies', { name: 'New company' });
    expect((await listed('company', since)).toSorted()).toEqual(['Company seven', 'New company']);
    expect(await listed('company', Date.now() + 3_600_000)).toEqual([]);
  });

  it('is kept in step: nothing twice, though answers are lost, and what is gone is deleted', async () => {
    const sync = await SyncUnderTest.create(ours.database, {
      real: { target: { definition: definition(), object: 'contact', connector: open() } },
      sync: { fields: [field('name', 'name', { required: true }), field('mail', 'email')], match: [{ field: 'email', kind: 'text' }], onDelete: 'delete' },
    });
    for (let at = 1; at <= 25; at += 1) sync.source.put(`c${at}`, { name: `Client ${at}`, mail: `client-${at}@example.org` });
    proxy.arm({ kind: 'reset-reply' }, { after: 'POST /items', times: 3 });
    expect(await sync.run('incremental', { attempts: 6 })).toMatchObject({ state: 'succeeded' });
    expect(proxy.struck).toBe(3);
    proxy.disarm();
    sync.source.put('c1', { name: 'Renamed', mail: 'client-1@example.org' }, { version: '2' });
    sync.source.records.delete('c2');
    await sync.run('full', { attempts: 3 });
    const contacts = (await everything(open(), 'contact')).flatMap(({ records }) => records).filter(({ data }) => String(data['email']).startsWith('client-'));
    expect(contacts.map(({ data }) => `${String(data['email'])} ${String(data['name'])}`).toSorted()).toEqual(
      Array.from({ length: 25 }, (_, at) => at + 1).filter((at) => at !== 2).map((at) => `client-${at}@example.org ${at === 1 ? 'Renamed' : `Client ${at}`}`).toSorted());
    expect(await sync.letters()).toEqual([]);
  });
});

/** The collections as somebody makes them in its app, with the fields that Directus fills by itself. */
async function makeCollections(directus: Directus): Promise<void> {
  const key = { field: 'id', type: 'integer', schema: { is_primary_key: true, has_auto_increment: true } };
  const times = ['created', 'updated'].map((when) => ({ field: `date_${when}`, type: 'timestamp', meta: { special: [`date-${when}`] }, schema: {} }));
  const text = (name: string, schema: object = {}): object => ({ field: name, type: 'string', schema });
  await directus.call('POST', '/collections', { collection: 'contacts', schema: {}, meta: {}, fields: [key, text('email', { is_unique: true, max_length: 255 }), { field: 'name', type: 'string', meta: { required: true }, schema: { is_nullable: false } }, ...times] });
  await directus.call('POST', '/collections', { collection: 'companies', schema: {}, meta: {}, fields: [key, text('name'), ...times] });
}

/** A user for Crosswalk with a static token and a policy for just its collections, as the notes of the connector ask for. */
async function makeUser(directus: Directus): Promise<void> {
  const { id } = await directus.call('POST', '/policies', { name: 'Crosswalk', admin_access: false, app_access: false });
  const actions = ['create', 'read', 'update', 'delete'];
  await directus.call('POST', '/permissions', ['contacts', 'companies'].flatMap((collection) => actions.map((action) => ({ policy: id, collection, action, permissions: {}, fields: ['*'] }))));
  await directus.call('POST', '/users', { email: 'crosswalk@example.com', status: 'active', token: TOKEN, policies: [{ policy: id }] });
}
