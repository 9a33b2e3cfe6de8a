import { getEventListeners } from 'node:events';
import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../../src/contracts/json.js';
import { SystemError } from '../../../src/contracts/system-error.js';
import { sendJson, startServer } from './loopback-server.js';
import { clientOf, countingBudget, get, post, systemAt } from './system-under-test.js';

describe('a request', () => {
  it('goes below the base URL with its query, headers and body, and the answer comes back as JSON', async () => {
    const server = await startServer((_request, response) => sendJson(response, 201, { id: 9, big: 1 }, { 'x-one': '1', 'x-many': ['a', 'b'] }));
    const { client } = clientOf(systemAt(`${server.url}/api/`, { headers: { 'X-Api-Version': '2026-${V}' } }), {}, { V: '11' });
    const answer = await client.request(post('/contacts', { query: { view: 'a b' }, headers: { 'idempotency-key': 'k1' }, body: { name: 'Ä' } }));
    expect(server.received).toMatchObject([{
      method: 'POST', url: '/api/contacts?view=a%20b', body: '{"name":"Ä"}',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-version': '2026-11', 'idempotency-key': 'k1' },
    }]);
    expect(answer).toMatchObject({ status: 201, json: { id: 9, big: 1 }, text: undefined, url: `${server.url}/api/contacts`, headers: { 'x-one': '1', 'x-many': ['a', 'b'] } });
  });

  it('of a link starts at the root of the host', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, []));
    const { client } = clientOf(systemAt(`${server.url}/api`, { auth: { type: 'api-key', in: 'query', name: 'key', value: 'k' } }));
    await client.request(get('/ignored', { fromRoot: '/other/path?page=2' }));
    expect(server.received[0]?.url).toBe('/other/path?page=2&key=k');
  });

  it('uses its connections again', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const { client } = clientOf(systemAt(server.url));
    for (let at = 0; at < 20; at++) await client.request(get('/a'));
    // Two, since a request that follows at once finds the connection before it not quite free.
    expect(server.sockets.size).toBeLessThanOrEqual(2);
  });

  it('gives its permit back, whatever comes of it', async () => {
    const server = await startServer((_request, response, count) => (count === 1 ? sendJson(response, 200, {}) : count === 2 ? sendJson(response, 500, {}) : void response.destroy()));
    const budget = countingBudget();
    const { client } = clientOf(systemAt(server.url), { budget });
    for (let at = 0; at < 3; at++) await client.send(get('/a'));
    expect([budget.acquired(), budget.held()]).toEqual([3, 0]);
  });

  it('leaves no listener on the signal it shares with others, and warns of nothing', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const { client } = clientOf(systemAt(server.url));
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    await Promise.all(Array.from({ length: 50 }, () => client.request(get('/a', { signal }))));
    await new Promise(setImmediate);
    process.off('warning', note);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(warnings).toEqual([]);
  });
});

describe('what comes of it', () => {
  test.each([
    [200, 'list', 'ok'], [401, 'create', 'fail'], [403, 'list', 'fail'], [404, 'read', 'not-found'], [404, 'list', 'fail'], [409, 'create', 'exists'],
    [409, 'change', 'version-conflict'], [412, 'change', 'version-conflict'], [422, 'create', 'park'], [500, 'create', 'unknown'], [500, 'keyed-create', 'retry'],
    [500, 'change', 'retry'], [500, 'list', 'retry'], [503, 'create', 'retry'], [303, 'create', 'unknown'],
  ] as const)('%d of a %s is %s', async (status, operation, outcome) => {
    const server = await startServer((_request, response) => sendJson(response, status, { why: 'because' }));
    const { client } = clientOf(systemAt(server.url));
    const verdict = await client.send(post('/contacts/7?x=1', { operation }));
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.answer).toMatchObject({ status, json: { why: 'because' } });
    if (verdict.outcome === 'ok') return;
    expect(verdict.error).toBeInstanceOf(SystemError);
    expect(verdict.error.detail).toMatchObject({ system: 'crm', outcome, status, request: 'POST /contacts/7', excerpt: '{"why":"because"}' });
    expect(verdict.error.message).toContain(`crm: POST /contacts/7 was answered with ${status}`);
  });

  it('is thrown by request', async () => {
    const server = await startServer((_request, response) => sendJson(response, 403, {}));
    const { client } = clientOf(systemAt(server.url));
    await expect(client.request(get('/a'))).rejects.toMatchObject({ name: 'SystemError', detail: { outcome: 'fail', code: 'status', status: 403 } });
  });

  it('follows the method where the operation is not said', async () => {
    const server = await startServer((_request, response) => sendJson(response, 500, {}));
    const { client } = clientOf(systemAt(server.url));
    expect((await client.send(get('/a'))).outcome).toBe('retry');
    expect((await client.send(post('/a'))).outcome).toBe('unknown');
    expect((await client.send(post('/a', { method: 'PATCH' }))).outcome).toBe('retry');
  });

  it('holds an excerpt of at most 500 characters on one line', async () => {
    const server = await startServer((_request, response) => void response.writeHead(500, { 'content-type': 'text/html' }).end(`<h1>\u001b[31mError</h1>\r\n\n${'x'.repeat(100_000)}`));
    const { client } = clientOf(systemAt(server.url));
    const verdict = await client.send(get('/a'));
    const excerpt = verdict.outcome === 'ok' ? '' : verdict.error.detail.excerpt ?? '';
    expect(excerpt.startsWith('<h1> [31mError</h1> xxx')).toBe(true);
    expect(excerpt).toHaveLength(501);
  });

  it('of a redirect is a failure, and nothing is sent to its target', async () => {
    const target = await startServer((_request, response) => sendJson(response, 200, {}));
    const server = await startServer((_request, response) => void response.writeHead(302, { location: `${target.url}/steal` }).end());
    const { client } = clientOf(systemAt(server.url, { auth: { type: 'bearer', token: 'secret-token' } }));
    await expect(client.request(get('/a'))).rejects.toMatchObject({ detail: { outcome: 'fail', code: 'redirect', status: 302 } });
    expect(target.received).toEqual([]);
  });
});

const answerWith = async (contentType: string | undefined, body: string | Buffer, operation: 'list' | 'create', answer: 'json' | 'optional', status = 200) => {
  const server = await startServer((_request, response) => void response.writeHead(status, contentType === undefined ? {} : { 'content-type': contentType }).end(body));
  const { client } = clientOf(systemAt(server.url));
  const verdict = await client.send(post('/a', { operation, answer }));
  return [verdict.outcome, verdict.outcome === 'ok' ? verdict.answer.json : verdict.error.detail.code];
};

describe('row 28: bodies of successes', () => {
  const page = '<!DOCTYPE html><title>Sign in</title>';

  test.each([
    ['application/json', '\uFEFF{"a":1}', 'list', 'json', ['ok', { a: 1 }]],
    [undefined, '[]', 'list', 'json', ['ok', []]],
    ['text/html; charset=utf-8', '{"a":1}', 'list', 'json', ['ok', { a: 1 }]],
    ['text/html', page, 'list', 'json', ['retry', 'not-json']],
    ['application/json', page, 'list', 'json', ['retry', 'not-json']],
    ['application/json', '{"a":', 'list', 'json', ['retry', 'not-json']],
    ['application/json', '', 'list', 'json', ['retry', 'not-json']],
    ['application/json', Buffer.from([0x22, 0xff, 0x22]), 'list', 'json', ['retry', 'not-json']],
    ['text/html', page, 'create', 'json', ['unknown', 'not-json']],
    ['application/json', '', 'create', 'json', ['unknown', 'not-json']],
    ['application/json', '{"a":', 'create', 'json', ['unknown', 'not-json']],
    ['text/html', page, 'create', 'optional', ['unknown', 'not-json']],
    ['text/plain', '\uFEFF <html></html>', 'create', 'optional', ['unknown', 'not-json']],
    ['text/plain', 'ok', 'create', 'optional', ['ok', undefined]],
    [undefined, '', 'create', 'optional', ['ok', undefined]],
  ] as const)('%s %s of a %s that expects %s', async (contentType, body, operation, answer, expected) => {
    expect(await answerWith(contentType, body as string | Buffer, operation, answer)).toEqual(expected);
  });

  it('may be missing after 204', async () => {
    expect(await answerWith(undefined, '', 'create', 'json', 204)).toEqual(['ok', undefined]);
  });
});

describe('rules', () => {
  it('come before the table, the first that fits', async () => {
    const bodies = [{ ok: false, error: 'locked' }, { ok: false, error: 'missing_record' }, { ok: true }];
    const server = await startServer((_request, response, count) => sendJson(response, 200, bodies[count - 1]));
    const { client } = clientOf(systemAt(server.url, {
      outcomes: [
        { when: { kind: 'compare', field: '/error', operator: '=', value: 'missing_record' }, outcome: 'not-found' },
        { status: [200], bodyContains: '"ok":false', outcome: 'park', message: 'the record is locked' },
      ],
    }));
    const locked = await client.send(get('/a'));
    expect(locked).toMatchObject({ outcome: 'park', error: { message: 'crm: GET /a was answered with 200: the record is locked', detail: { code: 'refused-by-rule', status: 200 } } });
    expect((await client.send(get('/a'))).outcome).toBe('not-found');
    expect((await client.send(get('/a'))).outcome).toBe('ok');
  });

  it('may accept what the table refuses', async () => {
    const server = await startServer((_request, response) => void response.writeHead(404).end());
    const { client } = clientOf(systemAt(server.url, { outcomes: [{ status: [404], outcome: 'ok' }] }));
    expect(await client.send(post('/a', { method: 'DELETE' }))).toMatchObject({ outcome: 'ok', answer: { status: 404, json: undefined } });
  });

  it('judge a part of an answer as well', () => {
    const { client } = clientOf(systemAt('http://127.0.0.1:9', { outcomes: [{ when: { kind: 'compare', field: 'state', operator: '=', value: 'skipped' }, outcome: 'ok' }] }));
    const part = (status: number | null, json: JsonObject) => client.judge({ status, json, text: () => JSON.stringify(json) }, 'create', 'POST /batch, item 3,')?.detail;
    expect(part(422, { state: 'skipped' })).toBeUndefined();
    expect(part(200, {})).toBeUndefined();
    expect(part(null, {})).toBeUndefined();
    expect(part(422, { email: 'bad' })).toMatchObject({ outcome: 'park', status: 422, request: 'POST /batch, item 3,', excerpt: '{"email":"bad"}' });
    expect(part(401, {})).toMatchObject({ outcome: 'fail', code: 'authentication-failed' });
  });
});

describe('the last word before sending', () => {
  it('is asked for with the permit held, and can keep the request back', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const budget = countingBudget();
    const { client } = clientOf(systemAt(server.url), { budget });
    const heldAtCall: number[] = [];
    const ask = (answer: boolean) => client.send(post('/a', { beforeSend: async () => (heldAtCall.push(budget.held()), answer) }));
    expect((await ask(true)).outcome).toBe('ok');
    expect(await ask(false)).toMatchObject({ outcome: 'retry', error: { detail: { code: 'aborted' } } });
    expect(await client.send(post('/a', { beforeSend: () => Promise.reject(new Error('no lease')) }))).toMatchObject({ outcome: 'retry' });
    expect(heldAtCall).toEqual([1, 1]);
    expect(server.received).toHaveLength(1);
    expect(budget.held()).toBe(0);
  });

  it('is not asked where the credentials are missing', async () => {
    const { client } = clientOf(systemAt('http://127.0.0.1:9', { auth: { type: 'bearer', token: 'secret://env/NONE' } }));
    let asked = 0;
    const verdict = await client.send(post('/a', { beforeSend: async () => ++asked > 0 }));
    expect(verdict).toMatchObject({ outcome: 'fail', error: { detail: { code: 'missing-secret' } } });
    expect(asked).toBe(0);
  });
});

describe('the log', () => {
  it('has one line an attempt, without the query', async () => {
    const server = await startServer((_request, response, count) => sendJson(response, count === 1 ? 429 : 200, {}, { 'retry-after': '0' }));
    const { client, log } = clientOf(systemAt(server.url), { budget: countingBudget() });
    await client.request(get('/contacts', { query: { email: 'ada@example.com' } }));
    expect(log).toMatchObject([
      { message: 'request', fields: { system: 'crm', method: 'GET', path: '/contacts', status: 429, outcome: 'rate-limited', attempt: 1 } },
      { message: 'request', fields: { system: 'crm', method: 'GET', path: '/contacts', status: 200, outcome: 'ok', attempt: 2 } },
    ]);
    expect(JSON.stringify(log)).not.toContain('ada@');
  });

  it('costs nothing where debug is off', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const { client } = clientOf(systemAt(server.url), { log: { debug: () => expect.unreachable(), isLevelEnabled: () => false } });
    await client.request(get('/a'));
  });
});

describe('what a definition can get wrong', () => {
  test.each(['', 'crm.example.com', 'ftp://crm.example.com', 'https://ada:hunter22@crm.example.com'])('the base URL %s', async (baseUrl) => {
    const { client } = clientOf(systemAt(baseUrl));
    const verdict = await client.send(get('/a'));
    expect(verdict).toMatchObject({ outcome: 'fail', error: { detail: { code: 'missing-secret' } } });
    expect(JSON.stringify(verdict)).not.toContain('hunter22');
  });

  it('a header that HTTP does not allow', async () => {
    const { client } = clientOf(systemAt('http://127.0.0.1:9'));
    expect(await client.send(post('/a', { headers: { 'if-match': 'a\r\nx-evil: 1' } }))).toMatchObject({ outcome: 'park', error: { detail: { code: 'unexpected-shape' } } });
  });
});
