import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { FindOperation, ListOperation, WriteOperation } from '../../../src/contracts/system-definition.js';
import { sendJson, startServer } from '../http/loopback-server.js';
import { connectorAt, item, never, objectWith } from './connector-under-test.js';

const list: ListOperation = { method: 'GET', path: '/messages', params: {}, records: '/messages', paginate: { type: 'none' } };

describe('a look-up that names one record', () => {
  const find: FindOperation = { method: 'GET', path: '/by-email', records: '/user', single: true, by: { email: { email: '{value}' } } };

  it.each([
    ['a record', 200, { user: { id: 'U1' } }, ['U1']],
    ['no record', 200, { user: null }, []],
    ['nothing in its place', 200, {}, []],
    ['404', 404, { error: 'nobody' }, []],
  ])('takes %s', async (_name, status, body, ids) => {
    const server = await startServer((_request, response) => sendJson(response, status, body));
    expect((await connectorAt(server.url, objectWith({ find })).find('contact', 'email', 'a@b.test', never)).map(({ id }) => id)).toEqual(ids);
    expect(server.received[0]?.url).toBe('/by-email?email=a%40b.test');
  });

  it('takes it from under any name', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { result: { 'x@b.test': { error: 'nobody' }, 'A@b.test': { contact: { id: 7 } } } }));
    const connector = connectorAt(server.url, objectWith({ find: { ...find, records: '/result/*/contact' } }));
    expect((await connector.find('contact', 'email', 'a@b.test', never)).map(({ id }) => id)).toEqual(['7']);
  });

  it('takes no list for a record', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { user: [{ id: 'U1' }] }));
    await expect(connectorAt(server.url, objectWith({ find })).find('contact', 'email', 'a@b.test', never)).rejects.toThrow('cannot be used');
  });
});

it('a list that is looked through gives the records with the value', async () => {
  const server = await startServer((_request, response) => sendJson(response, 200, { messages: [{ id: 1, meta: { key: 'a' } }, { id: 2, meta: { key: 'b' } }, { id: 3 }] }));
  const connector = connectorAt(server.url, objectWith({ list, find: { ...list, loose: true, by: { '/meta/key': { limit: '200' } } } }));
  expect((await connector.find('contact', '/meta/key', 'b', never)).map(({ id }) => id)).toEqual(['2']);
  expect(server.received[0]?.url).toBe('/messages?limit=200');
});

describe('a create whose id comes in a header', () => {
  const create: WriteOperation = { method: 'POST', path: '/mail', envelope: '', fields: {}, idHeader: 'X-Message-Id' };

  it('has it', async () => {
    const server = await startServer((_request, response) => { response.writeHead(202, { 'x-message-id': 'm-1' }).end(); });
    expect(await connectorAt(server.url, objectWith({ create })).write('contact', [item('create', null, { to: 'a' })], never)).toMatchObject([{ outcome: 'ok', id: 'm-1' }]);
  });

  it('is done without one, and nobody knows its id', async () => {
    const server = await startServer((_request, response) => { response.writeHead(202).end(); });
    expect(await connectorAt(server.url, objectWith({ create })).write('contact', [item('create', null, { to: 'a' })], never)).toMatchObject([{ outcome: 'ok', id: null }]);
  });
});

it.each<[JsonObject | undefined, unknown]>([[undefined, '12'], [{ id: 0 }, 12], [{ id: '' }, '12']])('the id of an item of a batch with the template %j is %j', async (template, id) => {
  const server = await startServer((_request, response) => sendJson(response, 200, { results: [{ id: 12 }, { id: 13 }] }));
  const update: WriteOperation = {
    method: 'PUT', path: '/contacts/{id}', envelope: '', fields: {}, record: '',
    batch: { method: 'PUT', path: '/many', max: 10, items: '/items', idField: 'id', key: 'id', results: '/results', result: { record: '' }, ...(template === undefined ? {} : { item: template }) },
  };
  const results = await connectorAt(server.url, objectWith({ update })).write('contact', [item('update', '12', { name: 'a' }), item('update', '13', { name: 'b' })], never);
  expect(results.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  expect(JSON.parse(server.received[0]?.body ?? '')).toMatchObject({ items: [{ id, name: 'a' }, { name: 'b' }] });
});
