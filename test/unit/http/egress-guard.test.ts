import { existsSync, readFileSync } from 'node:fs';
import type { LookupAddress } from 'node:dns';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { Dispatcher } from 'undici';
import { judgeUrl } from '../../../src/egress/judge-url.js';
import { networkRules, publicOnly, type NetworkRules } from '../../../src/egress/network-rules.js';
import { createDispatcher } from '../../../src/http/create-dispatcher.js';
import { permittedAddress, type AddressLookup } from '../../../src/http/guarded-connect.js';
import { sendJson, startServer } from './loopback-server.js';
import { clientOf, get, systemAt } from './system-under-test.js';

// Rows 13 and 14 of the security matrix.

interface TestLookup {
  readonly lookup: AddressLookup;
  readonly asked: string[];
}

/** A look-up that gives each answer once, and the last one for ever. */
function answering(...answers: readonly (readonly string[])[]): TestLookup {
  const asked: string[] = [];
  return {
    asked,
    lookup: (host, _options, callback) => {
      const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
      asked.push(host);
      callback(null, addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })));
    },
  };
}

function guarded(rules: NetworkRules, lookup: AddressLookup): Dispatcher {
  const dispatcher = createDispatcher({ concurrency: 2, timeoutMs: 2_000 }, rules, lookup);
  onTestFinished(() => dispatcher.destroy());
  return dispatcher;
}

const refused = { outcome: 'fail', error: { detail: { code: 'address-refused' } } };

describe('row 13: the URLs of the attack list', () => {
  interface Row { readonly url: string; readonly expect: string }
  const file = fileURLToPath(new URL('../../../../shared/data/ssrf/ssrf-urls.json', import.meta.url));
  const found = existsSync(file);
  if (!found) console.warn(`skipped: ${file} not found`);
  const rows = found ? JSON.parse(readFileSync(file, 'utf8')) as Row[] : [];
  const plain = rows.filter(({ expect: what }) => what === 'reject');

  it.skipIf(!found)('are all there', () => {
    expect(rows.length).toBe(72);
    expect(plain.length).toBeGreaterThan(60);
  });

  it.each(plain.filter(({ url }) => !url.startsWith('https://multi.test')))('$url is refused', async ({ url }) => {
    expect(judgeUrl(url, publicOnly)).toBeDefined();
    const sane = url.replace(/[\t\r\n]/g, '');
    if (!URL.canParse(sane)) return;
    // And once more where nobody had checked it: nothing is dialled.
    const { origin, protocol } = new URL(sane);
    if (!protocol.startsWith('http') || judgeUrl(origin, publicOnly) === undefined) return;
    const { asked, lookup } = answering(['169.254.169.254']);
    const { client } = clientOf(systemAt(origin), { dispatcher: guarded(publicOnly, lookup) });
    expect(await client.send(get('/'))).toMatchObject(refused);
    expect(asked.length).toBeLessThanOrEqual(1);
  });

  it.each(rows.filter(({ expect: what }) => what.startsWith('accept')))('$url is accepted', ({ url }) => {
    expect(judgeUrl(url, publicOnly)).toBeUndefined();
  });

  it('with several addresses, one of them private, is refused whole', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    for (const answer of [['8.8.8.8', '10.0.0.1'], ['10.0.0.1', '8.8.8.8'], ['127.0.0.1', '169.254.169.254']]) {
      const { lookup } = answering(answer);
      const { client } = clientOf(systemAt(`http://multi.test:${server.port}`), { dispatcher: guarded(networkRules(['127.0.0.1']), lookup) });
      expect(await client.send(get('/'))).toMatchObject(refused);
    }
    expect(server.sockets.size).toBe(0);
  });
});

describe('row 14: DNS rebinding', () => {
  it('does not help: the address that was judged is the one that is connected to, and each new connection is judged', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { ok: true }, { connection: 'close' }));
    const { lookup, asked } = answering(['127.0.0.1'], ['169.254.169.254']);
    const { client } = clientOf(systemAt(`http://rebind.test:${server.port}`), { dispatcher: guarded(networkRules(['127.0.0.1']), lookup) });
    expect(await client.send(get('/first'))).toMatchObject({ outcome: 'ok' });
    const second = await client.send(get('/second'));
    expect(second).toMatchObject({ outcome: 'fail', error: { message: expect.stringContaining('rebind.test resolves to 169.254.169.254 is where a cloud hands out credentials') } });
    expect(asked).toEqual(['rebind.test', 'rebind.test']);
    expect(server.received.map(({ url }) => url)).toEqual(['/first']);
  });

  it('of a name that looks public to this machine is refused even where this machine is allowed', async () => {
    const { client } = clientOf(systemAt('http://rebind.test:8080'), { dispatcher: guarded(networkRules(['loopback']), answering(['127.0.0.1']).lookup) });
    expect(await client.send(get('/'))).toMatchObject(refused);
  });

  it('asks once for each connection, not for each request: kept-alive connections cost no look-up', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const { lookup, asked } = answering(['127.0.0.1']);
    const { client } = clientOf(systemAt(`http://crm.test:${server.port}`), { dispatcher: guarded(networkRules(['crm.test']), lookup) });
    for (let count = 0; count < 50; count++) await client.request(get('/'));
    expect([server.received.length, asked.length]).toEqual([50, server.sockets.size]);
    expect(asked.length).toBeLessThanOrEqual(2);
  });
});

describe('row 14: a redirect', () => {
  it.each([301, 302, 303, 307, 308])('%d to a metadata address is not followed, and no credentials leave', async (status) => {
    const inside = await startServer((_request, response) => sendJson(response, 200, {}));
    const server = await startServer((_request, response) => void response.writeHead(status, { location: status === 302 ? 'http://169.254.169.254/latest/meta-data/' : inside.url }).end());
    const { client } = clientOf(systemAt(server.url, { auth: { type: 'bearer', token: 'secret://env/TOKEN' } }), {}, { TOKEN: 'canary-token' });
    expect(await client.send(get('/'))).toMatchObject({ outcome: 'fail', error: { detail: { code: 'redirect' } } });
    expect([server.received.length, inside.received.length]).toEqual([1, 0]);
  });
});

test('a token URL is guarded as the base URL is', async () => {
  const server = await startServer((_request, response) => sendJson(response, 200, {}));
  const auth = { type: 'oauth2', grant: 'client_credentials', tokenUrl: `http://metadata.test:${server.port}/token`, clientId: 'c', clientSecret: 'secret://env/S', clientAuthentication: 'basic' } as const;
  const { client } = clientOf(systemAt(server.url, { auth }), { dispatcher: guarded(networkRules(['loopback']), answering(['169.254.169.254']).lookup) }, { S: 'canary-secret' });
  expect(await client.send(get('/'))).toMatchObject(refused);
  expect(server.received).toEqual([]);
});

test('row 30: a redirect of the token endpoint is not followed, and the client\'s secret goes nowhere else', async () => {
  const other = await startServer((_request, response) => sendJson(response, 200, { access_token: 't', expires_in: 60 }));
  const server = await startServer((_request, response) => void response.writeHead(307, { location: `${other.url}/token` }).end());
  const auth = { type: 'oauth2', grant: 'client_credentials', tokenUrl: '/token', clientId: 'c', clientSecret: 'secret://env/S', clientAuthentication: 'body' } as const;
  const { client } = clientOf(systemAt(server.url, { auth }), {}, { S: 'canary-secret' });
  expect(await client.send(get('/'))).toMatchObject({ outcome: 'fail', error: { detail: { code: 'redirect' } } });
  expect([server.received.length, other.received.length]).toEqual([1, 0]);
});

describe('an address for a connection that is made elsewhere, such as of mail', () => {
  it('is judged in the same way', async () => {
    await expect(permittedAddress('10.0.0.1', publicOnly)).rejects.toThrow('10.0.0.1 is a private address');
    await expect(permittedAddress('mail.test', publicOnly, answering(['8.8.8.8', '127.0.0.1']).lookup)).rejects.toThrow('127.0.0.1 is this machine');
    expect(await permittedAddress('mail.test', publicOnly, answering(['8.8.8.8']).lookup)).toBe('8.8.8.8');
    expect(await permittedAddress('mail.test', networkRules(['10.0.0.0/8']), answering(['10.1.2.3']).lookup)).toBe('10.1.2.3');
  });
});
