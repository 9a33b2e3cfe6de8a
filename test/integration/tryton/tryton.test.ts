import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compileDefinitions } from '../../../src/config/definition-set.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { createConnectorRegistry, type ConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import type { Connector } from '../../../src/contracts/connector.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { restSystem } from '../../support/rest-system.js';
import { everything, item } from '../../support/table-system.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { installTryton, Tryton } from '../../support/tryton.js';
import { field, SyncUnderTest } from '../activities/sync-under-test.js';

const signal = new AbortController().signal;
const installed = await installTryton((message) => process.stderr.write(`${message}\n`));
if (typeof installed === 'string') process.stderr.write(`skipped: ${installed}\n`);

describe.skipIf(typeof installed === 'string')('a real Tryton, through the built-in connector', () => {
  let tryton: Tryton;
  let proxy: TcpProxy;
  let registry: ConnectorRegistry;
  let ours: MigratedDatabase;

  beforeAll(async () => {
    if (typeof installed === 'string') return;
    tryton = await Tryton.start(installed);
    proxy = await TcpProxy.start(tryton.port);
    ours = await openMigratedDatabase();
    registry = createConnectorRegistry({ networkAllow: ['loopback'], resolve: (text) => (text === 'secret://env/TRYTON_KEY' ? tryton.key : text), secrets: createSecretRegister(), log: pino({ level: 'silent' }), budgetFor: ({ limits }) => createLocalBudget(limits) });
  });
  beforeEach(() => proxy.disarm());
  afterAll(async () => {
    await registry?.close();
    await proxy?.close();
    await tryton?.stop();
    await ours?.drop();
  });

  // As a user writes it.
  function definition() {
    const text = `system: erp\nconnector: tryton\nauth: { token: secret://env/TRYTON_KEY }\nsettings: { url: "http://127.0.0.1:${proxy.port}/main" }\nlimits: { requestsPerSecond: 200, settle: 1s }\n`;
    const set = compileDefinitions(parseDefinitions('erp.yaml', text), '.', { checkEnvironment: false });
    expect(set.findings).toEqual([]);
    return restSystem(set.systems.get('erp'));
  }
  const open = (): Connector => registry.connectorFor(definition());

  it('makes, finds, changes, archives, brings back and deletes a party', async () => {
    const erp = open();
    const [made] = await erp.write('party', [item('create', null, { name: 'Müller "&" Söhne', code: "O'1\\" })], signal);
    expect(made).toMatchObject({ outcome: 'ok', id: expect.stringMatching(/^\d+$/) });
    const id = made?.id ?? '';
    expect((await erp.find('party', 'name', 'Müller "&" Söhne', signal)).map((record) => record.id)).toEqual([id]);
    expect((await erp.find('party', 'code', "O'1\\", signal)).map((record) => record.id)).toEqual([id]);
    expect(await erp.write('party', [item('update', id, { name: 'Renamed' })], signal)).toMatchObject([{ outcome: 'ok' }]);
    expect(await erp.get('party', id, signal)).toMatchObject({ inactive: false, data: { name: 'Renamed' } });
    expect(await erp.write('party', [item('archive', id)], signal)).toMatchObject([{ outcome: 'ok' }]);
    expect(await erp.get('party', id, signal)).toMatchObject({ inactive: true });
    expect(await erp.write('party', [item('update', id, { active: true })], signal)).toMatchObject([{ outcome: 'ok' }]);
    expect(await erp.get('party', id, signal)).toMatchObject({ inactive: false });
    expect(await erp.write('party', [item('delete', id)], signal)).toMatchObject([{ outcome: 'ok' }]);
    expect(await erp.get('party', id, signal)).toBeNull();
  });

  it('parks what it refuses, and stops where the key is refused', async () => {
    const erp = open();
    await erp.write('party', [item('create', null, { name: 'A', code: 'same' })], signal);
    expect(await erp.write('party', [item('create', null, { name: 'B', code: 'same' })], signal)).toMatchObject([{ outcome: 'park' }]);
    const stranger = registry.connectorFor({ ...definition(), auth: { type: 'bearer', token: 'not-the-key' } });
    await expect(everything(stranger, 'party')).rejects.toMatchObject({ detail: { outcome: 'fail', code: 'authentication-failed' } });
  });

  it('takes the address and the e-mail address of a party as records of their own', async () => {
    const erp = open();
    const [party] = await erp.write('party', [item('create', null, { name: 'Ann' })], signal);
    expect(await erp.write('address', [item('create', null, { party: Number(party?.id), street: 'Road 1', city: 'Ulm', postal_code: '89073' })], signal)).toMatchObject([{ outcome: 'ok' }]);
    expect(await erp.write('contact-mechanism', [item('create', null, { party: Number(party?.id), type: 'email', value: 'ann@example.com' })], signal)).toMatchObject([{ outcome: 'ok' }]);
    expect(await erp.find('contact-mechanism', 'value', 'ann@example.com', signal)).toHaveLength(1);
  });

  it('is kept in step with a CRM: nothing twice, though answers are lost, and what is gone is archived', async () => {
    const sync = await SyncUnderTest.create(ours.database, {
      real: { target: { definition: definition(), object: 'party', connector: open() } },
      sync: { fields: [field('name', 'name', { required: true }), field('number', 'code')], match: [{ field: 'code', kind: 'text' }] },
    });
    for (let at = 1; at <= 25; at += 1) sync.source.put(`c${at}`, { name: `Client ${at}`, number: `N${at}` });
    proxy.arm({ kind: 'reset-reply' }, { after: 'POST /main', times: 3 });
    const first = await sync.run('incremental', { attempts: 6 });
    expect(first).toMatchObject({ state: 'succeeded' });
    expect(proxy.struck).toBe(3);
    proxy.disarm();
    sync.source.put('c1', { name: 'Renamed', number: 'N1' }, { version: '2' });
    sync.source.records.delete('c2');
    await sync.run('full', { attempts: 3 });
    const parties = (await everything(open(), 'party')).flatMap(({ records }) => records).filter(({ data }) => /^N\d+$/.test(String(data['code'])));
    expect(parties).toHaveLength(25);
    expect(new Set(parties.map(({ data }) => data['code'])).size).toBe(25);
    expect(parties.find(({ data }) => data['code'] === 'N1')?.data['name']).toBe('Renamed');
    expect(parties.filter(({ inactive }) => inactive).map(({ data }) => data['code'])).toEqual(['N2']);
    expect(await sync.letters()).toEqual([]);
  });
});
