import { describe, expect, it, test } from 'vitest';
import { sendJson, startServer } from '../http/loopback-server.js';
import { connectorAt, never, objectWith } from './connector-under-test.js';

const found = objectWith({
  get: { method: 'GET', path: '/contacts/{id}', record: '/data' },
  find: { method: 'GET', path: '/search', records: '/hits', by: { email: { q: 'email:"{value}"', kind: '${KIND}' }, '/name/last': { last: '{value}' } } },
});

describe('get', () => {
  it('reads a record by its id, which is one segment of the path', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { data: { id: 'a/b?c', version: 3 } }));
    expect(await connectorAt(server.url, found).get('contact', 'a/b?c', never)).toMatchObject({ id: 'a/b?c', version: '3' });
    expect(server.received[0]?.url).toBe('/contacts/a%2Fb%3Fc');
  });

  test.each([404, 410])('gives null after %d', async (status) => {
    const server = await startServer((_request, response) => sendJson(response, status, {}));
    expect(await connectorAt(server.url, found).get('contact', '7', never)).toBeNull();
  });

  it('gives null where a rule reads the answer so', async () => {
    const server = await startServer((_request, response) => sendJson(response, 403, { code: 'no_such_item' }));
    expect(await connectorAt(server.url, found, { outcomes: [{ bodyContains: 'no_such_item', outcome: 'not-found' }] }).get('contact', '7', never)).toBeNull();
  });

  test.each([
    [200, {}, 'unexpected-shape'], [200, { data: [] }, 'unexpected-shape'], [200, { data: { name: 'x' } }, 'unexpected-shape'], [200, { data: null }, 'unexpected-shape'],
    [204, undefined, 'unexpected-shape'], [403, {}, 'status'], [500, {}, 'status'], [422, {}, 'status'],
  ])('%d %o is an error', async (status, body, code) => {
    const server = await startServer((_request, response) => (body === undefined ? void response.writeHead(status).end() : sendJson(response, status, body)));
    await expect(connectorAt(server.url, found).get('contact', '7', never)).rejects.toMatchObject({ detail: { code } });
  });

  test.each(['', '.', '..', 'a\nb', 'a\u0000', '\uD800'])('sends nothing for the id %o', async (id) => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    await expect(connectorAt(server.url, found).get('contact', id, never)).rejects.toMatchObject({ detail: { outcome: 'park', code: 'unexpected-shape' } });
    expect(server.received).toEqual([]);
  });

  it('is a mistake of the caller where the object has none', async () => {
    const { get: _get, ...without } = found;
    await expect(connectorAt('http://127.0.0.1:9', without).get('contact', '1', never)).rejects.toThrow('crm.contact has no get');
  });
});

describe('find', () => {
  it('asks for the value of a field, encoded, and never reads it as a reference or a template', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { hits: [{ id: 1 }, { id: 2 }] }));
    const records = await connectorAt(server.url, found, { env: { KIND: 'person', SECRET: 'canary' } }).find('contact', 'email', '${SECRET} secret://env/SECRET {value} $& a&b', never);
    expect(records.map(({ id }) => id)).toEqual(['1', '2']);
    expect(Object.fromEntries(new URL(server.received[0]?.url ?? '', 'http://h').searchParams)).toEqual({ q: 'email:"${SECRET} secret://env/SECRET {value} $& a&b"', kind: 'person' });
  });

  it('finds nothing', async () => {
    const server = await startServer((_request, response, count) => (count === 1 ? sendJson(response, 200, { hits: [] }) : void response.writeHead(204).end()));
    const connector = connectorAt(server.url, found);
    expect(await connector.find('contact', '/name/last', 'x', never)).toEqual([]);
    expect(await connector.find('contact', '/name/last', 'x', never)).toEqual([]);
  });

  it('takes a 404 for a wrong path, unless a rule says otherwise', async () => {
    const server = await startServer((_request, response) => sendJson(response, 404, {}));
    await expect(connectorAt(server.url, found).find('contact', '/name/last', 'x', never)).rejects.toMatchObject({ detail: { outcome: 'fail', status: 404 } });
    expect(await connectorAt(server.url, found, { outcomes: [{ status: [404], outcome: 'not-found' }] }).find('contact', '/name/last', 'x', never)).toEqual([]);
  });

  it('does not leave out a hit it cannot read: it would look as if there were none', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { hits: [{ name: 'no id' }] }));
    await expect(connectorAt(server.url, found).find('contact', '/name/last', 'x', never)).rejects.toMatchObject({ detail: { code: 'unexpected-shape' } });
  });

  it('is a mistake of the caller for a field that cannot be looked up', async () => {
    for (const field of ['phone', 'constructor', '__proto__']) await expect(connectorAt('http://127.0.0.1:9', found).find('contact', field, 'x', never)).rejects.toThrow(`no find by '${field}'`);
  });
});
