import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compileWebhooks } from '../../../../src/config/compile-webhooks.js';
import { readSecretFile } from '../../../../src/config/definition-set.js';
import { resolveReferences } from '../../../../src/config/references.js';
import { webhooksSchema } from '../../../../src/config/schema/webhooks-schema.js';
import { postHook } from '../../../../src/ingress/routes/post-hook.js';
import { HookDefinitionCache } from '../../../../src/ingress/webhooks/hook-definitions.js';
import { InboxWriter } from '../../../../src/ingress/webhooks/inbox-writer.js';
import { keepHookSecret } from '../../../../src/ingress/webhooks/keep-hook-secret.js';
import { Waker } from '../../../../src/ingress/webhooks/waker.js';
import type { NewInboxEvent } from '../../../../src/store/inbox.js';
import type { Database } from '../../../../src/store/database.js';

let folder: string;
let server: FastifyInstance;
let waker: Waker;
let stored: NewInboxEvent[];
let failures: unknown[];
let url: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crosswalk-handshake-'));
  stored = [];
  failures = [];
});
afterEach(async () => {
  waker.stop();
  await server.close();
  expect(failures).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

/** The route of webhooks for one system, over a database that holds only its definition. */
async function receive(webhooks: object): Promise<void> {
  const body = { system: 'vendor', objects: { task: {} }, webhooks: compileWebhooks(webhooksSchema.parse(webhooks)) };
  const rows = (kind: string) => (kind === 'system' ? [{ name: 'vendor', version: 1, hash: '', body, source: '' }] : []);
  const selectFrom = () => ({ selectAll: () => ({ where: (_column: string, _is: string, kind: string) => ({ where: () => ({ orderBy: () => ({ execute: async () => rows(kind) }) }) }) }) });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the reading of definitions comes here
  const database = { kysely: { selectFrom } } as unknown as Database;
  const sources = { env: { S: 's3cret-of-the-sender' }, readFile: readSecretFile, baseFolder: folder };
  waker = new Waker({ wake: async () => undefined, missed: async () => [], onFailure: () => undefined, everyMs: 60_000 });
  server = Fastify();
  const definitions = new HookDefinitionCache({ database, resolve: (text) => resolveReferences(text, sources), onProblem: () => undefined });
  postHook(server, {
    receiver: { definitions, waker, keepSecret: (reference, secret) => keepHookSecret(folder, reference, secret), writer: new InboxWriter(async (events) => { stored.push(...events); }) },
    publicUrl: 'https://hooks.example.com', problems: () => definitions.problems(), onFailure: (error) => { failures.push(error); },
  });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
}

async function post(body: string, headers: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly body: string; readonly headers: Headers }> {
  const answer = await fetch(`${url}/hooks/vendor`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
}

const hmac = (secret: string, text: string, encoding: 'hex' | 'base64') => createHmac('sha256', secret).update(text).digest(encoding);

// https://docs.slack.dev/reference/events/url_verification
test('Slack has its challenge given back, where it is signed and only there', async () => {
  await receive({ scheme: 'hmac-sha256', header: 'X-Slack-Signature', prefix: 'v0=', signed: 'v0:{timestamp}:{body}', timestamp: { header: 'X-Slack-Request-Timestamp' }, secret: 'secret://env/S', handshake: 'slack-challenge', id: '/event_id' });
  const body = JSON.stringify({ token: 'x', challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P', type: 'url_verification' });
  const at = String(Math.floor(Date.now() / 1000));
  const signed = { 'x-slack-request-timestamp': at, 'x-slack-signature': `v0=${hmac('s3cret-of-the-sender', `v0:${at}:${body}`, 'hex')}` };
  const answer = await post(body, signed);
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P' }]);
  expect((await post(body, { ...signed, 'x-slack-signature': `v0=${'0'.repeat(64)}` })).status).toBe(401);
  expect((await post(body, {})).status).toBe(401);
  expect(stored).toEqual([]);
});

// https://developers.asana.com/docs/establish-a-webhook
test('Asana gives its secret once: it is given back, kept for the owner only, and signs what follows', async () => {
  await receive({ scheme: 'hmac-sha256', header: 'X-Hook-Signature', secret: 'secret://file/asana.secret', handshake: 'asana-hook-secret', list: '/events', record: '/resource/gid' });
  const secret = 'b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81';
  const body = JSON.stringify({ events: [{ action: 'changed', resource: { gid: '1337', resource_type: 'task' } }] });
  expect((await post(body, { 'x-hook-signature': hmac(secret, body, 'hex') })).status).toBe(503);
  const answer = await post('{}', { 'x-hook-secret': secret });
  expect([answer.status, answer.headers.get('x-hook-secret')]).toEqual([200, secret]);
  expect(readFileSync(join(folder, 'asana.secret'), 'utf8')).toBe(`${secret}\n`);
  expect(statSync(join(folder, 'asana.secret')).mode & 0o777).toBe(0o600);
  expect((await post(body, { 'x-hook-signature': hmac(secret, body, 'hex') })).body).toBe('{"received":1}');
  expect(stored).toMatchObject([{ recordId: '1337' }]);
});

test('a secret that Asana has given is replaced by nobody', async () => {
  await receive({ scheme: 'hmac-sha256', header: 'X-Hook-Signature', secret: 'secret://file/asana.secret', handshake: 'asana-hook-secret', list: '/events', record: '/resource/gid' });
  await post('{}', { 'x-hook-secret': 'the-first-secret-0123456789' });
  const answer = await post('{}', { 'x-hook-secret': 'another-secret-0123456789' });
  expect([answer.status, answer.headers.get('x-hook-secret')]).toEqual([401, null]);
  expect(readFileSync(join(folder, 'asana.secret'), 'utf8')).toBe('the-first-secret-0123456789\n');
});

test('each file of a list takes the secret of one webhook, and odd secrets are kept in none', async () => {
  await receive({ scheme: 'hmac-sha256', header: 'X-Hook-Signature', secret: ['secret://file/one.secret', 'secret://file/two.secret'], handshake: 'asana-hook-secret', list: '/events', record: '/resource/gid' });
  for (const odd of ['short', 'x'.repeat(201), 'with blanks in it, which none has']) expect((await post('{}', { 'x-hook-secret': odd })).status).toBe(503);
  for (const secret of ['the-first-secret-0123456789', 'the-second-secret-0123456789']) {
    expect((await post('{}', { 'x-hook-secret': secret })).status).toBe(200);
    expect((await post('{"events":[]}', { 'x-hook-signature': hmac(secret, '{"events":[]}', 'hex') })).status).toBe(200);
  }
});

// https://developer.xero.com/documentation/webhooks/configuring-your-server
test('Xero gets 200 for what is signed well and 401 for the rest, and no body with a good answer', async () => {
  await receive({ scheme: 'hmac-sha256', header: 'x-xero-signature', encoding: 'base64', secret: 'secret://env/S', handshake: 'xero-intent-to-receive', list: '/events', record: '/resourceId' });
  const intent = JSON.stringify({ events: [], lastEventSequence: 0, firstEventSequence: 0, entropy: 'S0m3r4Nd0mt3xt' });
  const good = await post(intent, { 'x-xero-signature': hmac('s3cret-of-the-sender', intent, 'base64') });
  expect([good.status, good.body, good.headers.get('set-cookie')]).toEqual([200, '', null]);
  expect((await post(intent, { 'x-xero-signature': hmac('another', intent, 'base64') })).status).toBe(401);
  expect(stored).toEqual([]);
  const event = JSON.stringify({ events: [{ resourceId: '717f2bfc-c6d4-41fd-b238-3f2f0c0cf777', eventCategory: 'INVOICE' }] });
  const answer = await post(event, { 'x-xero-signature': hmac('s3cret-of-the-sender', event, 'base64') });
  expect([answer.status, answer.body]).toEqual([200, '']);
  expect(stored).toMatchObject([{ recordId: '717f2bfc-c6d4-41fd-b238-3f2f0c0cf777' }]);
});
