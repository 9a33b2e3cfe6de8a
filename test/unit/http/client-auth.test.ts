import { describe, expect, it, test } from 'vitest';
import type { ServerResponse } from 'node:http';
import type { AuthDefinition } from '../../../src/contracts/auth-definition.js';
import { sendJson, startServer, type Received } from './loopback-server.js';
import { clientOf, get, post, systemAt } from './system-under-test.js';

const oauth = (more: object = {}): AuthDefinition => ({
  type: 'oauth2', grant: 'client_credentials', tokenUrl: '/oauth/token', clientId: 'client:1', clientSecret: 'secret://env/SECRET', clientAuthentication: 'basic', ...more,
});
const login: AuthDefinition = {
  type: 'login', post: '/login', body: { identity: 'sync', password: 'secret://env/SECRET' }, token: '/data/token', expiresIn: '/data/ttl', header: 'X-Session', prefix: 'Token ',
};
const env = { SECRET: 'p ä+s/s' };

/** How a token endpoint answers its requests, 1 being the first. */
type TokenAnswer = (count: number, response: ServerResponse) => void;

/** A system whose token endpoint gives token-1, token-2 …, and that accepts only tokens that `accepts` accepts. */
async function startSystem(tokenAnswer: TokenAnswer, accepts: (token: string) => boolean = () => true) {
  const tokenRequests: Received[] = [];
  const used: string[] = [];
  const server = await startServer((request, response) => {
    if (request.url === '/oauth/token' || request.url === '/login') {
      tokenRequests.push(request);
      tokenAnswer(tokenRequests.length, response);
      return;
    }
    const token = String(request.headers.authorization ?? request.headers['x-session'] ?? '');
    used.push(token);
    sendJson(response, accepts(token) ? 200 : 401, {});
  });
  return { ...server, tokenRequests, used };
}
const giveToken = (more: object = { expires_in: 3_600 }) => (count: number, response: ServerResponse): void =>
  sendJson(response, 200, { access_token: `token-${count}`, token_type: 'Bearer', ...more });

describe('fixed credentials', () => {
  test.each([
    [{ type: 'none' }, {}, '/a?b=1'],
    [{ type: 'api-key', in: 'header', name: 'X-Key', value: 'secret://env/KEY' }, { 'x-key': 'k-1' }, '/a?b=1'],
    [{ type: 'api-key', in: 'query', name: 'key', value: 'secret://env/KEY' }, {}, '/a?b=1&key=k-1'],
    [{ type: 'bearer', token: 'secret://env/KEY' }, { authorization: 'Bearer k-1' }, '/a?b=1'],
    [{ type: 'basic', username: 'üser', password: 'secret://env/KEY' }, { authorization: `Basic ${Buffer.from('üser:k-1').toString('base64')}` }, '/a?b=1'],
  ] as const)('%o', async (auth, headers, url) => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const { client } = clientOf(systemAt(server.url, { auth: auth as AuthDefinition }), {}, { KEY: 'k-1' });
    await client.request(get('/a', { query: { b: 1 } }));
    expect(server.received[0]).toMatchObject({ url, headers });
  });

  it('are read anew for each request, so that a rotated key is used at once', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const rotating: Record<string, string> = { KEY: 'old-key' };
    const { client } = clientOf(systemAt(server.url, { auth: { type: 'bearer', token: 'secret://env/KEY' } }), {}, rotating);
    await client.request(get('/a'));
    rotating['KEY'] = 'new-key';
    await client.request(get('/a'));
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer old-key', 'Bearer new-key']);
  });

  it('that are refused are a failure, without a second try', async () => {
    const server = await startServer((_request, response) => sendJson(response, 401, {}));
    const { client } = clientOf(systemAt(server.url, { auth: { type: 'bearer', token: 'k' } }));
    expect(await client.send(post('/a'))).toMatchObject({ outcome: 'fail', error: { detail: { outcome: 'fail', code: 'authentication-failed', status: 401 } } });
    expect(server.received).toHaveLength(1);
  });

  test.each([
    ['missing', undefined], ['a line break', 'abc\r\nx-evil: 1'], ['characters outside Latin-1', 'ключ-ключ'],
  ])('with %s stop the run and send nothing', async (_name, value) => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const { client } = clientOf(systemAt(server.url, { auth: { type: 'bearer', token: 'secret://env/KEY' } }), {}, value === undefined ? {} : { KEY: value });
    const verdict = await client.send(get('/a'));
    expect(verdict).toMatchObject({ outcome: 'fail', error: { detail: { code: 'missing-secret' } } });
    expect(JSON.stringify(verdict)).not.toMatch(/evil|ключ/);
    expect(server.received).toEqual([]);
  });
});

describe('client credentials', () => {
  it('are sent form-encoded in the Authorization header (RFC 6749 §2.3.1), and the token is kept', async () => {
    const system = await startSystem(giveToken());
    const { client } = clientOf(systemAt(system.url, { auth: oauth({ scope: 'read write' }) }), {}, env);
    for (let at = 0; at < 3; at++) await client.request(get('/a'));
    expect(system.used).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1']);
    expect(system.tokenRequests).toMatchObject([{
      method: 'POST', body: 'grant_type=client_credentials&scope=read+write',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${Buffer.from('client%3A1:p+%C3%A4%2Bs%2Fs').toString('base64')}` },
    }]);
  });

  it('may be sent in the body, to another host', async () => {
    const tokens = await startSystem(giveToken());
    const system = await startSystem(giveToken());
    const { client } = clientOf(systemAt(`${system.url}/api`, { auth: oauth({ tokenUrl: `${tokens.url}/oauth/token`, clientAuthentication: 'body' }) }), {}, env);
    await client.request(get('/a'));
    expect(system.used).toEqual(['Bearer token-1']);
    expect(Object.fromEntries(new URLSearchParams(tokens.tokenRequests[0]?.body))).toEqual({ grant_type: 'client_credentials', client_id: 'client:1', client_secret: env.SECRET });
  });
});

describe('a login', () => {
  it('trades a body for a token at a pointer, sent in a header of its own', async () => {
    const system = await startSystem((count, response) => sendJson(response, 200, { data: { token: `t${count}`, ttl: 60 } }));
    const { client } = clientOf(systemAt(system.url, { auth: login }), {}, env);
    await client.request(get('/a'));
    expect(system.used).toEqual(['Token t1']);
    expect(JSON.parse(system.tokenRequests[0]?.body ?? '')).toEqual({ identity: 'sync', password: env.SECRET });
  });
});

describe('a token that is refused', () => {
  it('is refreshed once for 50 callers at once, and each request is repeated once', async () => {
    const accepted = new Set(['Bearer token-1']);
    const system = await startSystem(giveToken(), (token) => accepted.has(token));
    const { client } = clientOf(systemAt(system.url, { auth: oauth(), limits: { concurrency: 50 } }), {}, env);
    await client.request(get('/a'));
    accepted.clear();
    accepted.add('Bearer token-2');
    const verdicts = await Promise.all(Array.from({ length: 50 }, (_, at) => client.send(at % 2 === 0 ? get('/a') : post('/a'))));
    expect(new Set(verdicts.map((verdict) => verdict.outcome))).toEqual(new Set(['ok']));
    expect(system.tokenRequests).toHaveLength(2);
    expect(system.used.filter((token) => token === 'Bearer token-2')).toHaveLength(50);
  });

  it('again after the refresh is a failure', async () => {
    const system = await startSystem(giveToken(), () => false);
    const { client } = clientOf(systemAt(system.url, { auth: oauth() }), {}, env);
    expect(await client.send(post('/a'))).toMatchObject({ outcome: 'fail', error: { detail: { code: 'authentication-failed', status: 401 } } });
    expect([system.tokenRequests.length, system.used.length]).toEqual([2, 2]);
  });

  it('may be told by a rule', async () => {
    const system = await startServer((request, response) => (request.url === '/oauth/token'
      ? sendJson(response, 200, { access_token: `token-${Math.random()}` })
      : sendJson(response, 200, { ok: false, error: 'token_expired' })));
    const { client } = clientOf(systemAt(system.url, {
      auth: oauth(), outcomes: [{ when: { kind: 'compare', field: '/error', operator: '=', value: 'token_expired' }, outcome: 'refresh-token' }],
    }), {}, env);
    expect(await client.send(get('/a'))).toMatchObject({ outcome: 'fail', error: { detail: { code: 'authentication-failed', status: 200 } } });
    expect(system.received.map(({ url }) => url)).toEqual(['/oauth/token', '/a', '/oauth/token', '/a']);
  });
});

const outcomeOf = async (answer: TokenAnswer, auth = oauth({ scope: 'read' }), timeoutMs = 20_000) => {
  const system = await startSystem(answer);
  const { client } = clientOf(systemAt(system.url, { auth, limits: { timeoutMs } }), { maxRateLimitWaitMs: 0 }, env);
  const verdict = await client.send(post('/contacts'));
  return { verdict, used: system.used, facts: verdict.outcome === 'ok' ? 'ok' : `${verdict.outcome} ${verdict.error.detail.code}` };
};

function raw(status: number, body: string, type = 'application/json'): TokenAnswer {
  return (_count, response) => void response.writeHead(status, { 'content-type': type }).end(body);
}

const tokenAnswers: readonly (readonly [string, TokenAnswer, string])[] = [
  ['HTML', raw(200, '<html>log in</html>', 'text/html'), 'retry not-json'],
  ['nothing', raw(200, ''), 'retry not-json'],
  ['10 MB', raw(200, JSON.stringify({ access_token: 'x'.repeat(10_000_000) })), 'fail too-large'],
  ['a token of 20 KB', raw(200, JSON.stringify({ access_token: 'x'.repeat(20_000) })), 'fail authentication-failed'],
  ['a line break in the token', raw(200, '{"access_token":"abc\\r\\nx-evil: 1"}'), 'fail authentication-failed'],
  ['a blank in the token', raw(200, '{"access_token":"abc def"}'), 'fail authentication-failed'],
  ['a token outside ASCII', raw(200, '{"access_token":"äöü"}'), 'fail authentication-failed'],
  ['an empty token', raw(200, '{"access_token":""}'), 'fail authentication-failed'],
  ['a token that is an object', raw(200, '{"access_token":{"a":1}}'), 'fail authentication-failed'],
  ['no token', raw(200, '{}'), 'fail authentication-failed'],
  ['an array', raw(200, '[]'), 'fail authentication-failed'],
  ['a scope that nobody asked for', raw(200, '{"access_token":"abc","scope":"read evil:everything"}'), 'fail authentication-failed'],
  ['a scope that is no text', raw(200, '{"access_token":"abc","scope":["read"]}'), 'fail authentication-failed'],
  ['another type of token', raw(200, '{"access_token":"abc","token_type":"mac"}'), 'fail authentication-failed'],
  ['invalid_client', raw(401, '{"error":"invalid_client"}'), 'fail authentication-failed'],
  ['invalid_scope', raw(400, '{"error":"invalid_scope"}'), 'fail authentication-failed'],
  ['403', raw(403, '{}'), 'fail authentication-failed'],
  ['404', raw(404, '{}'), 'fail authentication-failed'],
  ['a redirect', (_count, response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(), 'fail redirect'],
  ['500', raw(500, ''), 'retry status'],
  ['503', raw(503, ''), 'retry status'],
  ['429', raw(429, ''), 'rate-limited rate-limited'],
  ['a reset', (_count, response) => void response.destroy(), 'retry connection-lost'],
  ['silence', () => undefined, 'retry timeout'],
];

describe('a token endpoint', () => {
  test.each(tokenAnswers)('that answers with %s: the request is not sent', async (name, answer, facts) => {
    const result = await outcomeOf(answer, undefined, name === 'silence' ? 200 : undefined);
    expect(result.facts).toBe(facts);
    expect(result.used).toEqual([]);
    expect(JSON.stringify(result.verdict)).not.toMatch(/evil|äöü/);
    expect(result.verdict).toMatchObject({ error: { detail: { request: 'POST /oauth/token', excerpt: null } } });
  });

  it('is asked once for many callers, and one that gives up does not take the token from the others', async () => {
    const waiting: (() => void)[] = [];
    const system = await startSystem((count, response) => void waiting.push(() => giveToken()(count, response)));
    const { client } = clientOf(systemAt(system.url, { auth: oauth() }), {}, env);
    const caller = new AbortController();
    const givenUp = client.send(get('/a', { signal: caller.signal }));
    const others = [client.send(get('/a')), client.send(get('/a'))];
    await expect.poll(() => system.tokenRequests.length).toBe(1);
    caller.abort();
    expect(await givenUp).toMatchObject({ outcome: 'retry', error: { detail: { code: 'aborted' } } });
    waiting[0]?.();
    expect((await Promise.all(others)).map((verdict) => verdict.outcome)).toEqual(['ok', 'ok']);
    expect(system.tokenRequests).toHaveLength(1);
  });
});
