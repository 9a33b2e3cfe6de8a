import { createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createApi } from '../../../src/ingress/server.js';
import { openHooks } from '../../../src/ingress/webhooks/open-hooks.js';
import { createLogger } from '../../../src/log/create-logger.js';
import { startInstance, type Instance } from '../../support/instance.js';

// Rows 9, 34 to 37 and 39 of the fault matrix, rows 1, 3, 4, 6, 7, 9 and 12 of the security matrix. See docs/faults.md.
const SECRET = 'made-for-this-test';

let instance: Instance;
let api: FastifyInstance;
let url: string;
let close: () => void;

beforeAll(async () => {
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox' });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 50 });
  expect(await instance.sync('contacts-to-mailing', { mode: 'full' })).toMatchObject({ state: 'succeeded' });
  const hooks = openHooks({ database: instance.database, client: instance.client, log: createLogger({ role: 'server', level: 'fatal' }), resolve: () => SECRET, keepSecret: async () => false, publicUrl: 'https://hooks.example.com' });
  ({ close } = hooks);
  api = createApi({ database: instance.database, client: instance.client, hosts: ['127.0.0.1'] }, hooks.route);
  url = await api.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  close?.();
  await api?.close();
  await instance?.stop();
});
beforeEach(async () => { await instance.database.pool.query('truncate inbox_events, inbox_work'); });

interface Sent {
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly at?: number;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly system?: string;
}

function send({ body = event('c-1'), at = Math.floor(Date.now() / 1000), secret = SECRET, headers = {}, system = 'crm' }: Sent = {}): Promise<Response> {
  const signature = createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex');
  return fetch(`${url}/hooks/${system}`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-timestamp': String(at), 'x-signature': signature, ...headers } });
}

let events = 0;
function event(id: string, more: object = {}): string {
  events += 1;
  return JSON.stringify({ id: `evt_${events}`, type: 'contact.updated', object: 'contact', object_id: id, ...more });
}

const stored = async () => (await instance.database.pool.query<{ object: string | null; record_id: string | null }>('select object, record_id from inbox_events order by dedupe_key')).rows;

describe('a webhook', () => {
  test('may be asked about with GET, which says nothing of systems and stores nothing', async () => {
    for (const system of ['crm', 'nobody']) {
      const answer = await fetch(`${url}/hooks/${system}?secret=x`);
      expect([answer.status, await answer.text()]).toEqual([200, '']);
    }
    expect(await stored()).toEqual([]);
  });

  test('that is genuine is stored before it is answered', async () => {
    const answer = await send({ body: event('c-1') });
    expect([answer.status, await answer.json()]).toEqual([200, { received: 1 }]);
    expect(await stored()).toEqual([{ object: 'contact', record_id: 'c-1' }]);
  });

  test('row 34, security row 4: that comes again, at once or later, counts once', async () => {
    const body = event('c-1');
    const answers = await Promise.all(Array.from({ length: 5 }, () => send({ body })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await send({ body, at: Math.floor(Date.now() / 1000) - 60 })).status).toBe(200);
    expect(await stored()).toHaveLength(1);
  });

  const now = Math.floor(Date.now() / 1000);
  test.each<[string, () => Promise<Response>]>([
    ['is signed with another secret', () => send({ secret: 'another' })],
    ['has no signature', () => fetch(`${url}/hooks/crm`, { method: 'POST', body: event('c-1') })],
    ['has an empty signature', () => send({ headers: { 'x-signature': '' } })],
    ['has a signature of 8 KB', () => send({ headers: { 'x-signature': 'a'.repeat(8_192) } })],
    ['is 6 minutes old', () => send({ at: now - 360 })],
    ['is 6 minutes early', () => send({ at: now + 360 })],
    ['says its time in milliseconds', () => send({ at: now * 1000 })],
    ['is for a system that there is not', () => send({ system: 'nobody' })],
    ['is for a system that receives none', () => send({ system: 'mailing' })],
    ['is for a system with an odd name', () => send({ system: '%00' })],
  ])('security rows 1, 3, 6, 7 and 12: that %s is refused like any other, and nothing is stored', async (_what, sent) => {
    const answer = await sent();
    expect([answer.status, await answer.text()]).toEqual([401, JSON.stringify({ status: 401, detail: 'The signature is missing or wrong.' })]);
    expect(await stored()).toEqual([]);
  });

  test.each<[string, Sent]>([
    ['is no JSON', { body: '{' }], ['is empty', { body: '' }], ['is not UTF-8', { body: new Uint8Array([0xff, 0xfe]) }], ['is 50,000 brackets', { body: '['.repeat(50_000) }],
    ['names no record', { body: JSON.stringify({ id: 'evt_x', object: 'contact' }) }], ['names an object of no interest', { body: JSON.stringify({ id: 'evt_y', object: '__proto__', object_id: '1' }) }],
  ])('that is genuine and %s is stored as one that says that something has changed', async (_what, sent) => {
    expect((await send(sent)).status).toBe(200);
    expect(await stored()).toMatchObject([{ record_id: null }]);
  });

  test('row 39, security row 9: that is too long is refused while it comes in', async () => {
    expect((await send({ body: ' '.repeat(2_000_000) })).status).toBe(413);
    expect(await stored()).toEqual([]);
  });

  test('row 9: that cannot be stored is answered with 503 and when to come again', async () => {
    await instance.database.pool.query('alter table inbox_events rename to inbox_events_away');
    try {
      const answer = await send();
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    } finally {
      await instance.database.pool.query('alter table inbox_events_away rename to inbox_events');
    }
    expect((await send()).status).toBe(200);
  });

  test('needs no leave of the API, and gives none to it', async () => {
    expect((await send({ headers: { 'content-type': 'text/plain' } })).status).toBe(200);
    expect((await fetch(`${url}/api/undos`, { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });
});

describe('from the sandbox to the target', () => {
  test('rows 34 and 35: what a webhook announces is read anew and written, whatever order and however often the webhooks come', async () => {
    const { rows: [link] } = await instance.database.pool.query<{ source: string; target: string }>(
      `select w.source_id as source, w.external_id as target from writes w join syncs s on s.id = w.sync_id where s.name = 'contacts-to-mailing' and w.state = 'acknowledged' limit 1`);
    for (const last of ['1', '2', '3']) await instance.admin('POST', '/crm/contacts/touch', { ids: [link?.source], fields: { first_name: `Realtime${last}` } });
    const before = await instance.sandbox.lastOp('mailing');
    const bodies = ['3', '1', '2'].map((version) => event(link?.source ?? '', { version }));
    await Promise.all([...bodies, ...bodies, ...bodies].map((body) => send({ body })));
    const name = async () => (await instance.sandbox.records('mailing', 'members')).find(({ id }) => String(id) === link?.target)?.['full_name'];
    await expect.poll(name, { timeout: 30_000 }).toContain('Realtime3');
    await expect.poll(async () => (await instance.database.pool.query('select 1 from inbox_work')).rowCount, { timeout: 30_000 }).toBe(0);
    const writes = (await instance.sandbox.ops('mailing', { after: before })).filter(({ op }) => op === 'update' || op === 'create');
    expect(writes).toHaveLength(1);
    await instance.temporal.workflow.getHandle('realtime/contacts-to-mailing').terminate();
  });

  const linkedContact = async (skip: number) => (await instance.database.pool.query<{ source: string; target: string }>(
    `select w.source_id as source, w.external_id as target from writes w join syncs s on s.id = w.sync_id where s.name = 'contacts-to-mailing' and w.state = 'acknowledged' and w.kind = 'create' order by w.id offset $1 limit 1`, [skip])).rows[0];
  const member = async (id: string | undefined) => (await instance.sandbox.records('mailing', 'members')).find((candidate) => String(candidate['id']) === id);
  const nothingWaits = async () => (await instance.database.pool.query("select 1 from inbox_work where consumer = 'sync/contacts-to-mailing'")).rowCount;

  test('row 36: an update of a record that is not there yet, and a late one of a record that was deleted, make nothing and bring nothing back', async () => {
    const link = await linkedContact(5);
    expect((await send({ body: event('not-there-yet') })).status).toBe(200);
    await expect.poll(nothingWaits, { timeout: 30_000 }).toBe(0);
    const before = await instance.sandbox.lastOp('mailing');
    await instance.admin('POST', '/crm/contacts/touch', { ids: [link?.source], fields: { status: 'deleted' } });
    await send({ body: event(link?.source ?? '', { type: 'contact.deleted' }) });
    await expect.poll(async () => (await member(link?.target))?.['status'], { timeout: 30_000 }).toBe('archived');
    await send({ body: event(link?.source ?? '', { version: 1 }) });
    await expect.poll(nothingWaits, { timeout: 30_000 }).toBe(0);
    expect((await member(link?.target))?.['status']).toBe('archived');
    expect((await instance.sandbox.ops('mailing', { after: before })).filter(({ op }) => op === 'create')).toEqual([]);
    await instance.temporal.workflow.getHandle('realtime/contacts-to-mailing').terminate();
  });

  test('row 37: a change that no webhook announced is found by the next run of the schedule', async () => {
    const link = await linkedContact(8);
    await instance.admin('POST', '/crm/contacts/touch', { ids: [link?.source], fields: { first_name: 'Silent' } });
    expect(await instance.sync('contacts-to-mailing', { mode: 'incremental' })).toMatchObject({ state: 'succeeded', counts: { updated: 1 } });
    expect((await member(link?.target))?.['full_name']).toContain('Silent');
  });

  test('a deal that is won begins one handoff, however often it is announced', async () => {
    await instance.admin('POST', '/seed', { system: 'crm', object: 'accounts', count: 5 });
    await instance.admin('POST', '/seed', { system: 'crm', object: 'deals', count: 10 });
    const [deal] = await instance.sandbox.records('crm', 'deals');
    const id = String(deal?.['id']);
    await instance.admin('POST', '/crm/deals/touch', { ids: [id], fields: { stage: 'won', amount: '1200.00', currency: 'EUR', status: 'active' } });
    await Promise.all(Array.from({ length: 3 }, () => send({ body: event(id, { object: 'deal' }) })));
    const handoffs = async () => (await instance.database.pool.query<{ state: string }>("select state from handoff_runs where handoff = 'deal-closed'")).rows;
    await expect.poll(handoffs, { timeout: 60_000 }).toEqual([{ state: 'succeeded' }]);
    // It is there only where the worker left something to it.
    await instance.temporal.workflow.getHandle('triggers/deal-closed').terminate().catch(() => undefined);
  });
});
