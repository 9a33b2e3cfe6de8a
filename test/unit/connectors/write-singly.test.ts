import { describe, expect, it, test } from 'vitest';
import type { WriteKind } from '../../../src/contracts/connector.js';
import type { WriteOperation } from '../../../src/contracts/system-definition.js';
import { sendJson, startServer } from '../http/loopback-server.js';
import { connectorAt, item, never, objectWith } from './connector-under-test.js';

const operation = (kind: WriteKind, overrides: Partial<WriteOperation> = {}): WriteOperation => ({
  method: kind === 'create' ? 'POST' : kind === 'delete' ? 'DELETE' : 'PATCH', path: kind === 'create' ? '/contacts' : '/contacts/{id}', envelope: '', fields: {}, record: '', ...overrides,
});
const writable = (overrides: Partial<WriteOperation> = {}) => objectWith({
  create: operation('create', overrides), update: operation('update', overrides), archive: operation('archive', overrides), delete: operation('delete', overrides),
});

describe('a single write', () => {
  it('sends the fields, the key and the version, and gives the id and the version of the answer', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { contact: { id: 9, version: 'v2' } }));
    const contact = writable({ envelope: '/contact/fields', fields: { source: 'crosswalk ${TENANT}', '/flags/synced': true }, record: '/contact', idempotencyHeader: 'Idempotency-Key', versionHeader: 'If-Match' });
    const connector = connectorAt(server.url, contact, { env: { TENANT: 't1' } });
    const results = await connector.write('contact', [item('update', 'a/9', { name: 'Ada ${TENANT}', flags: { old: 1 } }, { expectedVersion: 'v1', idempotencyKey: 'k1' })], never);
    expect(results).toEqual([{ outcome: 'ok', id: '9', version: 'v2', status: 200, message: '', excerpt: null, retryAfterMs: null }]);
    expect(server.received[0]).toMatchObject({ method: 'PATCH', url: '/contacts/a%2F9', headers: { 'idempotency-key': 'k1', 'if-match': '"v1"' } });
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({ contact: { fields: { name: 'Ada ${TENANT}', flags: { old: 1, synced: true }, source: 'crosswalk t1' } } });
  });

  test.each([['v1', '"v1"'], ['"v1"', '"v1"'], ['W/"v1"', 'W/"v1"'], ['2026-11-20T08:00:00Z', '"2026-11-20T08:00:00Z"']])('If-Match of the version %s is %s', async (version, header) => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    await connectorAt(server.url, writable({ versionHeader: 'If-Match' })).write('contact', [item('update', '1', {}, { expectedVersion: version })], never);
    expect(server.received[0]?.headers['if-match']).toBe(header);
  });

  it('sends another version header as it is, and none where no version is expected', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const connector = connectorAt(server.url, writable({ versionHeader: 'X-Revision' }));
    await connector.write('contact', [item('update', '1', {}, { expectedVersion: '7' })], never);
    await connector.write('contact', [item('update', '1')], never);
    expect(server.received.map(({ headers }) => headers['x-revision'])).toEqual(['7', undefined]);
  });

  it('of a delete has no body unless there are fields', async () => {
    const server = await startServer((_request, response) => void response.writeHead(204).end());
    await connectorAt(server.url, writable()).write('contact', [item('delete', '1')], never);
    await connectorAt(server.url, writable({ fields: { hard: true } })).write('contact', [item('delete', '1')], never);
    expect(server.received.map(({ body, headers }) => [body, headers['content-type']])).toEqual([['', undefined], ['{"hard":true}', 'application/json']]);
  });

  test.each([
    ['create', 201, { id: 5, version: 2 }, { outcome: 'ok', id: '5', version: '2', status: 201 }],
    ['create', 204, undefined, { outcome: 'ok', id: null, version: null, status: 204 }],
    ['create', 201, { name: 'no id' }, { outcome: 'unknown', id: null, status: 201, excerpt: '{"name":"no id"}' }],
    ['create', 201, [], { outcome: 'unknown' }],
    ['create', 201, '', { outcome: 'unknown', status: 201 }],
    ['create', 404, {}, { outcome: 'park' }],
    ['create', 500, {}, { outcome: 'unknown', status: 500 }],
    ['create', 503, {}, { outcome: 'retry' }],
    ['create', 409, { existing: { id: 77 } }, { outcome: 'exists', id: '77', version: null }],
    ['create', 409, {}, { outcome: 'exists', id: null }],
    ['update', 200, { id: 5, version: 2 }, { outcome: 'ok', id: '5', version: '2' }],
    ['update', 204, undefined, { outcome: 'ok', id: '7', version: null, status: 204 }],
    ['update', 200, '', { outcome: 'ok', id: '7', version: null }],
    ['update', 200, {}, { outcome: 'ok', id: '7', version: null }],
    ['update', 404, {}, { outcome: 'not-found', status: 404 }],
    ['update', 409, {}, { outcome: 'version-conflict' }],
    ['update', 412, {}, { outcome: 'version-conflict' }],
    ['update', 422, { why: 'bad e-mail' }, { outcome: 'park', excerpt: '{"why":"bad e-mail"}', message: 'crm: PATCH /contacts/7 was answered with 422 Unprocessable Entity' }],
    ['update', 500, {}, { outcome: 'retry' }],
    ['archive', 200, {}, { outcome: 'ok', id: '7' }],
    ['delete', 204, undefined, { outcome: 'ok', id: '7' }],
    ['delete', 410, {}, { outcome: 'not-found' }],
    ['update', 401, {}, { outcome: 'fail' }],
    ['update', 302, {}, { outcome: 'fail' }],
  ] as const)('%s answered with %d %o: %o', async (kind, status, body, expected) => {
    const server = await startServer((_request, response) => (body === undefined || body === '' ? void response.writeHead(status).end() : sendJson(response, status, body)));
    const [result] = await connectorAt(server.url, writable({ existing: '/existing/id' })).write('contact', [item(kind, kind === 'create' ? null : '7', { email: 'a' })], never);
    expect(result).toMatchObject(expected);
  });

  it('whose answer holds no record takes what it says as no record', async () => {
    const server = await startServer((_request, response) => void response.end('OK'));
    const { record: _record, ...bare } = operation('create');
    expect(await connectorAt(server.url, objectWith({ create: bare })).write('contact', [item('create', null)], never)).toMatchObject([{ outcome: 'ok', id: null }]);
  });

  it('is retried by its key only where the object is never written in batches', async () => {
    const server = await startServer((_request, response) => sendJson(response, 500, {}));
    const batch = { method: 'POST', path: '/batch', max: 10, items: '', idField: 'id', results: '', result: {} } as const;
    const keyed = { idempotencyHeader: 'Idempotency-Key' };
    const cases = [[{}, 'unknown', false, 1], [keyed, 'retry', true, 1], [{ ...keyed, batch }, 'unknown', false, 10]] as const;
    for (const [overrides, outcome, sendsKey, size] of cases) {
      const connector = connectorAt(server.url, writable(overrides));
      expect(await connector.write('contact', [item('create', null)], never)).toMatchObject([{ outcome }]);
      expect([connector.sendsIdempotencyKey('contact', 'create'), connector.batchSize('contact', 'create')]).toEqual([sendsKey, size]);
    }
    const none = connectorAt(server.url, objectWith());
    expect([none.batchSize('contact', 'delete'), none.sendsIdempotencyKey('contact', 'delete')]).toEqual([0, false]);
  });

  test.each(['.', '..', '', 'a\u0000b'])('with the id %o is parked and not sent', async (id) => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    expect(await connectorAt(server.url, writable()).write('contact', [item('update', id)], never)).toMatchObject([{ outcome: 'park', status: null }]);
    expect(server.received).toEqual([]);
  });

  it('with a field that cannot be set is parked and not sent', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const results = await connectorAt(server.url, writable({ fields: { '/flags/synced': true } })).write('contact', [item('update', '1', { flags: 'text' })], never);
    expect(results).toMatchObject([{ outcome: 'park', status: null }]);
    expect(server.received).toEqual([]);
  });

  it('whose version cannot be sent is parked', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const [result] = await connectorAt(server.url, writable({ versionHeader: 'If-Match' })).write('contact', [item('update', '1', {}, { expectedVersion: 'a\r\nx-evil: 1' })], never);
    expect(result).toMatchObject({ outcome: 'park' });
    expect(server.received).toEqual([]);
  });
});

describe('several single writes', () => {
  const items = Array.from({ length: 30 }, (_, at) => item('update', String(at), { at }));

  it('are sent at once, as many as the system takes, and answered in order', async () => {
    let open = 0;
    let most = 0;
    const server = await startServer(async (request, response) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 10));
      open--;
      const id = request.url.split('/').at(-1);
      sendJson(response, Number(id) % 7 === 3 ? 422 : 200, { id, version: `v${id}` });
    });
    const results = await connectorAt(server.url, writable(), { limits: { concurrency: 4 } }).write('contact', items, never);
    expect(results.map(({ outcome, version }) => [outcome, version])).toEqual(items.map((_, at) => (at % 7 === 3 ? ['park', null] : ['ok', `v${at}`])));
    expect(most).toBe(4);
  });

  it('stop where no other can fare better, and say so of those that were not sent', async () => {
    const server = await startServer((request, response) => sendJson(response, request.url.endsWith('/2') ? 403 : 200, {}));
    const results = await connectorAt(server.url, writable(), { limits: { concurrency: 1 } }).write('contact', items, never);
    expect(results.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', ...Array.from({ length: 28 }, () => 'fail')]);
    expect(results[29]?.message).toMatch(/^not sent, since another request failed for good: crm: PATCH \/contacts\/2 was answered with 403/);
    expect(server.received).toHaveLength(3);
  });

  it('are announced one by one, right before each is sent, and only those that may go are sent', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const announced: (readonly number[])[] = [];
    const results = await connectorAt(server.url, writable(), { limits: { concurrency: 2 } }).write('contact', items.slice(0, 4), never, async (positions) => {
      announced.push(positions);
      return positions[0] !== 1;
    });
    expect(new Set(announced.flat())).toEqual(new Set([0, 1, 2, 3]));
    expect(results.map(({ outcome }) => outcome)).toEqual(['ok', 'retry', 'ok', 'ok']);
    expect(server.received.map(({ url }) => url).toSorted((a, b) => a.localeCompare(b))).toEqual(['/contacts/0', '/contacts/2', '/contacts/3']);
  });

  it('that were given up are unknown where they had been sent, and can be repeated where not', async () => {
    const caller = new AbortController();
    const server = await startServer((_request, _response, count) => void (count === 2 && caller.abort()));
    const results = await connectorAt(server.url, writable(), { limits: { concurrency: 2 } }).write('contact', items.slice(0, 4), caller.signal);
    expect(results.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'retry', 'retry']);
  });

  it('none make no request', async () => {
    expect(await connectorAt('http://127.0.0.1:9', writable()).write('contact', [], never)).toEqual([]);
  });

  it('of different kinds, or of a kind that the object does not have, are a mistake of the caller', async () => {
    const connector = connectorAt('http://127.0.0.1:9', writable());
    await expect(connector.write('contact', [item('update', '1'), item('create', null)], never)).rejects.toThrow('not all of one kind');
    await expect(connectorAt('http://127.0.0.1:9', objectWith()).write('contact', [item('update', '1')], never)).rejects.toThrow('crm.contact has no update');
  });
});
