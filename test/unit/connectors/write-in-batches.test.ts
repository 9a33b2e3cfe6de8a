import { describe, expect, it, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import type { BatchOperation, WriteOperation } from '../../../src/contracts/system-definition.js';
import { compileGetter } from '../../../src/domain/json-pointer.js';
import { matchByKey, matchByPosition, readResultStatus } from '../../../src/connectors/batch-results.js';
import { sendJson, startServer } from '../http/loopback-server.js';
import { connectorAt, item, never, objectWith } from './connector-under-test.js';

const batched = (overrides: Partial<BatchOperation> = {}, write: Partial<WriteOperation> = {}) => {
  const batch: BatchOperation = {
    method: 'POST', path: '/contacts/batch', max: 100, items: '/items', idField: 'id', results: '/results',
    result: { status: '/status', error: '/error', record: '/contact', existing: '/existing_id' }, ...overrides,
  };
  const operation: WriteOperation = { method: 'POST', path: '/contacts', envelope: '', fields: {}, record: '', batch, ...write };
  return objectWith({ create: operation, update: { ...operation, method: 'PATCH', path: '/contacts/{id}' } });
};
const creates = (count: number) => Array.from({ length: count }, (_, at) => item('create', null, { email: `p${at}@example.com` }));
const updates = (count: number) => Array.from({ length: count }, (_, at) => item('update', `id${at}`, { at }));
const itemsOf = (body: string): readonly JsonObject[] => {
  const parsed: { readonly items: readonly JsonObject[] } = JSON.parse(body);
  return parsed.items;
};
const outcomes = (results: readonly { readonly outcome: string }[]): readonly string[] => results.map(({ outcome }) => outcome);

describe('a batch', () => {
  it('is one request, and one result each', async () => {
    const server = await startServer((request, response) => sendJson(response, 200, { results: itemsOf(request.body).map((_, at) => ({ status: 201, contact: { id: at, version: `v${at}` } })) }));
    const results = await connectorAt(server.url, batched({ idempotencyHeader: 'Idempotency-Key' }, { fields: { list: '${LIST}' } }), { env: { LIST: 'l1' } }).write('contact', creates(100), never);
    expect(results[42]).toEqual({ outcome: 'ok', id: '42', version: 'v42', status: 201, message: '', excerpt: null, retryAfterMs: null });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({ method: 'POST', url: '/contacts/batch', headers: { 'idempotency-key': expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(itemsOf(server.received[0]?.body ?? '')[42]).toEqual({ email: 'p42@example.com', list: 'l1' });
  });

  it('has the same key for the same items', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { results: [] }));
    const connector = connectorAt(server.url, batched({ idempotencyHeader: 'Idempotency-Key' }));
    for (const items of [creates(3), creates(3), creates(4)]) await connector.write('contact', items, never);
    const keys = server.received.map(({ headers }) => headers['idempotency-key']);
    expect([keys[0] === keys[1], keys[0] === keys[2]]).toEqual([true, false]);
  });

  it('of more items than it takes is several', async () => {
    const server = await startServer((request, response) => sendJson(response, 200, { results: itemsOf(request.body).map((each) => ({ status: 200, contact: { id: each['id'] } })) }));
    const announced: (readonly number[])[] = [];
    const results = await connectorAt(server.url, batched({ max: 4 })).write('contact', updates(10), never, async (positions) => announced.push(positions) > 0);
    expect(results.map(({ id }) => id)).toEqual(updates(10).map(({ id }) => id));
    expect(announced).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]);
  });

  it('of one item is a single write', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { id: 1 }));
    await connectorAt(server.url, batched()).write('contact', creates(1), never);
    expect(server.received[0]?.url).toBe('/contacts');
  });

  it('may be the body itself, with the id and the results where the definition says', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, [{ ok: true }, { ok: true }]));
    await connectorAt(server.url, batched({ items: '', idField: '/ref/id', results: '', result: { status: '/ok' } })).write('contact', updates(2), never);
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual([{ at: 0, ref: { id: 'id0' } }, { at: 1, ref: { id: 'id1' } }]);
  });
});

const judged = async (kind: 'create' | 'update', result: Json, overrides: Partial<BatchOperation> = {}, outcomeRules: Parameters<typeof connectorAt>[2] = {}) => {
  const server = await startServer((_request, response) => sendJson(response, 200, { results: [{ status: 200, contact: { id: 'id0' } }, result] }));
  return (await connectorAt(server.url, batched(overrides), outcomeRules).write('contact', kind === 'create' ? creates(2) : updates(2), never))[1];
};

describe('the results of a batch', () => {
  it('judge each item by its own status: one 422 among 100 parks one record', async () => {
    const server = await startServer((request, response) => sendJson(response, 207, { results: itemsOf(request.body).map((_, at) => (at === 57 ? { status: 422, error: 'bad e-mail' } : { status: '200', contact: { id: at } })) }));
    const results = await connectorAt(server.url, batched()).write('contact', creates(100), never);
    expect(results.filter(({ outcome }) => outcome === 'ok')).toHaveLength(99);
    expect(results[57]).toMatchObject({ outcome: 'park', id: null, status: 422, message: 'crm: POST /contacts/batch, item 58, was answered with 422 Unprocessable Entity', excerpt: '{"status":422,"error":"bad e-mail"}' });
  });

  test.each([
    ['create', { status: 409, existing_id: 77 }, { outcome: 'exists', id: '77', status: 409 }],
    ['create', { status: 500 }, { outcome: 'unknown', status: 500 }],
    ['create', { status: 429 }, { outcome: 'rate-limited' }],
    ['create', { status: 401 }, { outcome: 'fail' }],
    ['create', { status: 0 }, { outcome: 'unknown' }],
    ['create', { status: 'created', contact: { id: 5 } }, { outcome: 'ok', id: '5' }],
    ['create', { status: 'error', contact: { id: 5 } }, { outcome: 'park', status: null }],
    ['create', { error: 'invalid' }, { outcome: 'park' }],
    ['create', { error: null, contact: { id: 5 } }, { outcome: 'ok' }],
    ['create', { error: [], contact: { id: 5 } }, { outcome: 'ok' }],
    ['create', { status: 201, error: 'a warning', contact: { id: 5 } }, { outcome: 'ok' }],
    ['create', { status: 201, contact: { name: 'no id' } }, { outcome: 'unknown' }],
    ['create', { status: 201 }, { outcome: 'unknown' }],
    ['create', null, { outcome: 'unknown' }],
    ['update', { status: 200 }, { outcome: 'ok', id: 'id1' }],
    ['update', { status: 404 }, { outcome: 'not-found' }],
    ['update', { status: 412 }, { outcome: 'version-conflict' }],
    ['update', { status: 200, contact: { id: 'id0' } }, { outcome: 'unknown' }],
    ['update', { status: 200, contact: { id: 'id1', version: 3 } }, { outcome: 'ok', id: 'id1', version: '3' }],
  ] as const)('%s %o is %o', async (kind, result, expected) => {
    expect(await judged(kind, result)).toMatchObject(expected);
  });

  it('heed the rules of the definition', async () => {
    const rule = { outcomes: [{ when: { kind: 'compare', field: '/error', operator: '=', value: 'unchanged' } as const, outcome: 'ok' as const }] };
    expect(await judged('update', { status: 422, error: 'unchanged' }, {}, rule)).toMatchObject({ outcome: 'ok', id: 'id1' });
  });

  it('are found by a key, in any order, with those left out unknown', async () => {
    const server = await startServer((request, response) => sendJson(response, 200, { results: itemsOf(request.body).filter((_, at) => at !== 2).toReversed().map((each) => ({ status: 201, email: String(each['email']).toUpperCase(), contact: { id: `for ${String(each['email'])}` } })) }));
    const results = await connectorAt(server.url, batched({ key: 'email' })).write('contact', creates(5), never);
    expect(results.map(({ outcome, id }) => [outcome, id])).toEqual([0, 1, 2, 3, 4].map((at) => (at === 2 ? ['unknown', null] : ['ok', `for p${at}@example.com`])));
  });

  test.each([1, 3])('of another number than the items tell nothing by position: %d for 2', async (count) => {
    const server = await startServer((_request, response) => sendJson(response, 200, { results: Array.from({ length: count }, (_, at) => ({ status: 201, contact: { id: at } })) }));
    expect(outcomes(await connectorAt(server.url, batched()).write('contact', creates(2), never))).toEqual(['unknown', 'unknown']);
  });

  test.each([
    ['no body after 204', 204, undefined, 'ok'], ['no array', 200, {}, 'unknown'], ['an object in its place', 200, { results: {} }, 'unknown'], ['no JSON', 200, undefined, 'unknown'],
  ])('%s', async (_name, status, body, outcome) => {
    const server = await startServer((_request, response) => (body === undefined ? void response.writeHead(status).end() : sendJson(response, status, body)));
    expect(outcomes(await connectorAt(server.url, batched()).write('contact', updates(2), never))).toEqual([outcome, outcome]);
  });
});

describe('a batch that fails as a whole', () => {
  test.each([
    ['create', 500, 'unknown'], ['create', 503, 'retry'], ['create', 403, 'fail'], ['create', 401, 'fail'], ['update', 500, 'retry'], ['update', 404, 'not-found'], ['create', 302, 'fail'],
  ] as const)('%s with %d: every item is %s, after one request', async (kind, status, outcome) => {
    const server = await startServer((_request, response) => sendJson(response, status, { why: 'x' }));
    const results = await connectorAt(server.url, batched()).write('contact', kind === 'create' ? creates(3) : updates(3), never);
    expect(results).toMatchObject(Array.from({ length: 3 }, () => ({ outcome, status, id: null, excerpt: '{"why":"x"}' })));
    expect(server.received).toHaveLength(1);
  });

  it('whose answer is lost is unknown for every item', async () => {
    const server = await startServer((_request, response) => void response.destroy());
    expect(outcomes(await connectorAt(server.url, batched()).write('contact', updates(3), never))).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('because of one item is sent in halves, until that one stands alone and the others are done', async () => {
    const server = await startServer((request, response) => {
      const items = itemsOf(request.body);
      if (items.some((each) => each['at'] === 37)) sendJson(response, 422, { error: 'one of the items is invalid' });
      else sendJson(response, 200, { results: items.map((each) => ({ status: 200, contact: { id: each['id'] } })) });
    });
    const announced: number[] = [];
    const results = await connectorAt(server.url, batched()).write('contact', updates(100), never, async (positions) => (announced.push(...positions), true));
    expect(results.map(({ outcome }, at) => (at === 37 ? outcome === 'park' : outcome === 'ok'))).toEqual(updates(100).map(() => true));
    expect(server.received.length).toBeLessThanOrEqual(15);
    expect(new Set(announced).size).toBe(100);
  });

  it('but says how each item fared is judged item by item', async () => {
    const server = await startServer((_request, response) => sendJson(response, 422, { results: [{ status: 200, contact: { id: 'id0' } }, { status: 422, error: 'x' }] }));
    expect(outcomes(await connectorAt(server.url, batched()).write('contact', updates(2), never))).toEqual(['ok', 'park']);
    expect(server.received).toHaveLength(1);
  });

  it('is not called done because of results without a status', async () => {
    const server = await startServer((_request, response) => sendJson(response, 500, { results: [{}, {}] }));
    expect(outcomes(await connectorAt(server.url, batched()).write('contact', updates(2), never))).toEqual(['retry', 'retry']);
  });

  it('can be kept from being sent', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    expect(outcomes(await connectorAt(server.url, batched()).write('contact', updates(2), never, async () => false))).toEqual(['retry', 'retry']);
    expect(server.received).toEqual([]);
  });

  it('because a field of one item cannot be set is sent without that one', async () => {
    const server = await startServer((request, response) => sendJson(response, 200, { results: itemsOf(request.body).map((each) => ({ status: 200, contact: { id: each['id'] } })) }));
    const items = updates(8).map((each, at) => (at === 5 ? item('update', 'id5', { flags: 'a text in the way' }) : each));
    const results = await connectorAt(server.url, batched({}, { fields: { '/flags/synced': true } })).write('contact', items, never);
    expect(outcomes(results)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'park', 'ok', 'ok']);
    expect(results[5]?.message).toContain('was not sent. The field /flags/synced cannot be written');
  });

  it('for want of credentials fails every item', async () => {
    const connector = connectorAt('http://127.0.0.1:9', batched({}, { fields: { list: 'secret://env/NONE' } }));
    const message = 'crm: requests cannot be sent: secret://env/NONE is not set';
    expect(await connector.write('contact', updates(2), never)).toMatchObject([{ outcome: 'fail', message }, { outcome: 'fail', message }]);
  });
});

const keyOf = compileGetter('key');

describe('matching', () => {
  it('by key answers items that share one in their order', () => {
    const results = [{ key: 'a', n: 1 }, { key: 'b', n: 2 }, { key: 'a', n: 3 }];
    expect(matchByKey(['a', 'a', 'b', 'c', undefined], results, keyOf)).toEqual([results[0], results[2], results[1], undefined, undefined]);
  });

  it('by key prefers the value as it is to the value in lower case', () => {
    const results = [{ key: 'ABC' }, { key: 'abc' }, { key: 5 }];
    expect(matchByKey(['abc', 'ABC', 'Abc', '5'], results, keyOf)).toEqual([results[1], results[0], undefined, results[2]]);
  });

  it('by position needs one result for each', () => {
    expect(matchByPosition(2, ['a', 'b'])).toEqual(['a', 'b']);
    expect(matchByPosition(2, ['a'])).toEqual([undefined, undefined]);
  });

  test.each([
    [200, undefined, { status: 200, refused: false }], ['422', 'x', { status: 422, refused: false }], ['OK', undefined, { status: null, refused: false }], [true, undefined, { status: null, refused: false }],
    ['Failed', undefined, { status: null, refused: true }], [false, undefined, { status: null, refused: true }], [undefined, 'x', { status: null, refused: true }],
    [undefined, {}, { status: null, refused: false }], [undefined, undefined, { status: null, refused: false }],
  ] as const)('status %o and error %o', (status, error, expected) => {
    expect(readResultStatus(status, error)).toEqual(expected);
  });
});
