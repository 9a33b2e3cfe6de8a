import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { httpbis, createVerifier } from 'http-message-signatures';
import type { HmacSigning, MessageSigning } from '../../../../src/contracts/signing-definition.js';
import { sendJson, startServer, type Received } from '../loopback-server.js';
import { clientOf, get, post, systemAt } from '../system-under-test.js';

const hmacSigning: HmacSigning = {
  type: 'hmac', algorithm: 'sha256', secret: 'secret://env/KEY', secretEncoding: 'text', signed: '{method}{target}{body}{timestamp}{nonce}', encoding: 'hex', header: 'X-Signature', prefix: 'v1=',
  timestamp: { header: 'X-Timestamp', format: 'unix' }, nonceHeader: 'X-Nonce',
};
const messageSigning: MessageSigning = {
  type: 'http-message-signatures', algorithm: 'hmac-sha256', key: 'secret://env/KEY', keyEncoding: 'text', keyId: 'crosswalk', label: 'sig1', digest: 'sha-256',
  components: ['@method', '@target-uri', 'authorization', 'content-type', 'content-digest', 'content-length'], parameters: ['created', 'keyid', 'alg', 'expires', 'nonce'], expiresMs: 60_000,
};
const auth = { type: 'bearer', token: 'secret://env/TOKEN' } as const;
const env = { KEY: 'a-signing-key', TOKEN: 'a-token' };

test('what arrives is what was signed: bytes, path with its query, and each attempt anew', async () => {
  const server = await startServer((_request, response, count) => (count === 1 ? sendJson(response, 429, {}, { 'retry-after': '0' }) : sendJson(response, 200, {})));
  const { client } = clientOf(systemAt(`${server.url}/api`, { signing: hmacSigning, auth }), {}, env);
  await client.request(post('/contacts', { query: { q: 'ä b' }, body: { name: 'Zoë' } }));
  expect(server.received.length).toBe(2);
  for (const { method, url, body, headers } of server.received) {
    const signature = createHmac('sha256', env.KEY).update(`${method}${url}${body}${String(headers['x-timestamp'])}${String(headers['x-nonce'])}`).digest('hex');
    expect(headers['x-signature']).toBe(`v1=${signature}`);
  }
  expect(new Set(server.received.map(({ headers }) => headers['x-nonce'])).size).toBe(2);
});

test.each([['with a body', post('/contacts?x=1', { body: { name: 'Zoë' } })], ['without', get('/contacts')]])('a message signature %s is verified by what arrives', async (_what, request) => {
  const server = await startServer((_request, response) => sendJson(response, 200, {}));
  const { client } = clientOf(systemAt(`${server.url}/api`, { signing: messageSigning, auth }), {}, env);
  await client.request(request);
  const [received] = server.received as [Received];
  const verified = await httpbis.verifyMessage({
    keyLookup: () => Promise.resolve({ id: 'crosswalk', algs: ['hmac-sha256'], verify: createVerifier(env.KEY, 'hmac-sha256') }),
    requiredFields: ['@method', '@target-uri', 'authorization', ...(received.body === '' ? [] : ['content-digest', 'content-length'])], requiredParams: ['created', 'keyid', 'expires', 'nonce'],
  }, { method: received.method, url: server.url + received.url, headers: received.headers as Record<string, string> });
  expect(verified).toBe(true);
});

test('a key that cannot be used stops the request, with the reason and without the key', async () => {
  const server = await startServer((_request, response) => sendJson(response, 200, {}));
  const { client } = clientOf(systemAt(server.url, { signing: { ...messageSigning, algorithm: 'ed25519' } }), {}, { KEY: 'canary-no-pem' });
  const verdict = await client.send(get('/'));
  expect(verdict).toMatchObject({ outcome: 'fail', error: { message: 'crm: requests cannot be signed: the signing key is no PEM private key without a password', detail: { code: 'missing-secret' } } });
  expect(JSON.stringify(verdict)).not.toContain('canary');
  expect(server.received).toEqual([]);
});
