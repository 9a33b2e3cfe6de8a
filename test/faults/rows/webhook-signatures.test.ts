import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { secretOf, sendHook, sendRaw, serveHooks, signedHeaders, storeHookDefinitions, type HooksUnderTest } from './hooks-under-test.js';

// Rows 1 to 4 and 6 to 8 of the security matrix, over HTTP; the layouts of all vendors are in test/unit/ingress/webhooks/vectors.test.ts.
let migrated: MigratedDatabase;
let hooks: HooksUnderTest;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  await storeHookDefinitions(migrated.database);
  hooks = await serveHooks(migrated.database, { wakeRealtime: async () => undefined, wakeHandoff: async () => undefined });
});
afterAll(async () => {
  await hooks?.close();
  await migrated?.drop();
});
beforeEach(async () => { await migrated.database.pool.query('truncate inbox_events, inbox_work'); });

const BODY = JSON.stringify({ id: 'e1', object_id: 'c1' });
const stored = async () => (await migrated.database.pool.query('select 1 from inbox_events')).rowCount;
const work = async () => (await migrated.database.pool.query('select 1 from inbox_work')).rowCount;
const now = (): number => Math.floor(Date.now() / 1000);
const post = (body: string | Buffer<ArrayBuffer>, headers: Readonly<Record<string, string>>, system = 'crm') => fetch(`${hooks.url}/hooks/${system}`, { method: 'POST', body, headers });

async function refused(answer: Response): Promise<void> {
  expect([answer.status, await answer.text()]).toEqual([401, JSON.stringify({ status: 401, detail: 'The signature is missing or wrong.' })]);
  expect([await stored(), await work()]).toEqual([0, 0]);
}

/** Sends headers as they are, which no HTTP client would; gives the status. */
async function statusOf(headers: readonly (readonly [string, string])[], body = BODY): Promise<string> {
  const answer = await sendRaw(hooks.url, `POST /hooks/crm HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
  return /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'none';
}

const { 'x-signature': _signature, ...unsigned } = signedHeaders(BODY);
const signatureOf = (headers: Readonly<Record<string, string>>): string => headers['x-signature'] ?? '';

describe('security row 1', () => {
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['no signature', BODY, unsigned], ['an empty signature', BODY, { ...unsigned, 'x-signature': '' }], ['a wrong signature', BODY, { ...unsigned, 'x-signature': '0'.repeat(64) }],
    ['no signature, on a body that cannot be parsed', '['.repeat(100_000), unsigned],
  ])('%s is refused, and nothing is stored', async (_what, body, headers) => refused(await post(body, headers)));
});

describe('security row 2', () => {
  const flipped = Buffer.from(BODY);
  flipped.writeUInt8(flipped.readUInt8(7) ^ 1, 7);
  test.each<[string, string | Buffer<ArrayBuffer>]>([
    ['one bit is another', flipped], ['JSON that was written anew', JSON.stringify(JSON.parse(BODY), null, 1)], ['keys in another order', JSON.stringify({ object_id: 'c1', id: 'e1' })],
    ['a line end after it', `${BODY}\n`], ['a byte order mark before it', `\uFEFF${BODY}`],
  ])('a body in which %s is refused', async (_what, body) => refused(await post(body, signedHeaders(BODY))));
});

describe('security row 3', () => {
  test.each<[string, () => string]>([
    ['301 s ago', () => String(now() - 301)], ['in 301 s', () => String(now() + 303)], ['no number', () => 'yesterday'], ['empty', () => ''],
    ['milliseconds for seconds', () => String(Date.now())], ['a fraction', () => `${now()}.5`], ['with an exponent', () => '1e10'], ['negative', () => `-${now()}`],
  ])('a webhook that is signed rightly and whose time is %s is refused', async (_what, time) => {
    const at = time();
    const signature = createHmac('sha256', secretOf('crm')).update(`${at}.${BODY}`).digest('hex');
    await refused(await post(BODY, { 'x-timestamp': at, 'x-signature': signature }));
  });
});

test('security row 4: a genuine webhook that is sent again within its time is acknowledged and has no second effect', async () => {
  const headers = signedHeaders(BODY);
  expect((await post(BODY, headers)).status).toBe(200);
  expect([await stored(), await work()]).toEqual([1, 1]);
  await migrated.database.pool.query('truncate inbox_work');
  const again = await Promise.all([1, 2, 3].map(() => post(BODY, headers)));
  expect(again.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect([await stored(), await work()]).toEqual([1, 0]);
});

describe('security row 6', () => {
  test('a webhook that is signed with the secret of another system is refused', async () => refused(await post(BODY, signedHeaders(BODY, 'shop'))));
  test('a genuine webhook of one system is refused at the address of another', async () => refused(await post(BODY, signedHeaders(BODY, 'crm'), 'shop')));
  test('what a body, a query or a header says of the system chooses no secret', async () => {
    const body = JSON.stringify({ id: 'e1', system: 'shop', tenant: 'shop', object_id: 'c1' });
    await refused(await fetch(`${hooks.url}/hooks/crm?system=shop`, { method: 'POST', body, headers: { ...signedHeaders(body, 'shop'), 'x-system': 'shop', host: 'shop' } }));
  });
});

describe('security row 7', () => {
  const headers = signedHeaders(BODY);
  const time = ['x-timestamp', headers['x-timestamp'] ?? ''] as const;
  const signature = signatureOf(headers);
  test.each<[string, readonly (readonly [string, string])[]]>([
    ['of 8 KB', [['x-signature', 'a'.repeat(8_192)]]], ['that is not ASCII', [['x-signature', `${signature.slice(0, -2)}é`]]], ['of bytes that are no text', [['x-signature', '\u00ff\u0080']]],
    ['that comes twice', [['x-signature', signature], ['x-signature', signature]]], ['in a list', [['x-signature', `${signature}, ${signature}`]]],
    ['that is cut', [['x-signature', signature.slice(0, -1)]]], ['that is cut to one byte', [['x-signature', signature.slice(0, 2)]]], ['with more behind it', [['x-signature', `${signature}00`]]],
    ['in base64url', [['x-signature', Buffer.from(signature, 'hex').toString('base64url')]]], ['in base64', [['x-signature', Buffer.from(signature, 'hex').toString('base64')]]],
  ])('a signature %s is refused with 401', async (_what, signatures) => {
    expect(await statusOf([time, ...signatures])).toBe('401');
    expect(await stored()).toBe(0);
  });

  test('a header of 100 KB is refused before it is looked at, and the server goes on', async () => {
    expect(await statusOf([time, ['x-signature', 'a'.repeat(102_400)]])).toBe('431');
    expect(await stored()).toBe(0);
    expect((await sendHook(hooks.url, BODY)).status).toBe(200);
  });
});

describe('security row 8', () => {
  const { 'x-timestamp': at = '' } = unsigned;
  const weak = createHmac('sha1', secretOf('crm')).update(`${at}.${BODY}`).digest('hex');
  const bodyOnly = createHmac('sha256', secretOf('crm')).update(BODY).digest('hex');
  test.each<[string, Readonly<Record<string, string>>]>([
    ['SHA-1 in place of SHA-256', { ...unsigned, 'x-signature': weak }], ['sha1=', { ...unsigned, 'x-signature': `sha1=${weak}` }], ['v0=', { ...unsigned, 'x-signature': `v0=${weak}` }],
    ['alg=none', { ...unsigned, 'x-signature': 'alg=none' }], ['none', { ...unsigned, 'x-signature': 'none' }], ['a signature over the body alone, without its time', { ...unsigned, 'x-signature': bodyOnly }],
    ['the same without a time', { 'x-signature': bodyOnly }], ['the header of an older scheme', { ...unsigned, 'x-hub-signature': `sha1=${weak}`, 'x-hubspot-signature': bodyOnly }],
    ['the secret itself', { ...unsigned, 'x-signature': secretOf('crm'), authorization: `Bearer ${secretOf('crm')}` }],
  ])('%s, which the definition does not name, is refused', async (_what, headers) => refused(await post(BODY, headers)));
});
