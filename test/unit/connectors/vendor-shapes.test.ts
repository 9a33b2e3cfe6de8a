import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { BatchOperation, ListOperation, WriteOperation } from '../../../src/contracts/system-definition.js';
import { sendJson, startServer } from '../http/loopback-server.js';
import { connectorAt, item, never, objectWith, readAll } from './connector-under-test.js';

const bodyOf = (text: string | undefined): JsonObject => JSON.parse(text ?? '') as JsonObject;
const write = (overrides: Partial<WriteOperation> = {}): WriteOperation => ({ method: 'POST', path: '/contacts', envelope: '', fields: {}, record: '', ...overrides });

describe('a list that is asked for with a body', () => {
  const search: ListOperation = {
    method: 'POST', path: '/search', params: {}, records: '/data', in: 'body',
    body: { query: { filters: [{ field: 'changed', value: 0 }, { field: 'id' }] }, sorts: ['id'] },
    paginate: { type: 'keyset', params: { '/query/filters/1/value': '{id}' }, first: { id: '0' }, limit: 2, limitParam: '/page/size' },
  };

  it('puts what it asks for into the body, page by page, and leaves the template as it is', async () => {
    const server = await startServer((request, response) => {
      const after = Number((bodyOf(request.body) as { query: { filters: { value: string }[] } }).query.filters[1]?.value);
      sendJson(response, 200, { data: [after + 1, after + 2].filter((id) => id <= 3).map((id) => ({ id })) });
    });
    const { ids } = await readAll(connectorAt(server.url, objectWith({ list: search })));
    expect(ids).toEqual(['1', '2', '3']);
    expect(server.received.map(({ url, body }) => [url, bodyOf(body)])).toEqual(['0', '2', '3'].map((id) => [
      '/search', { query: { filters: [{ field: 'changed', value: 0 }, { field: 'id', value: id }] }, sorts: ['id'], page: { size: 2 } },
    ]));
  });

  it('is read in place of the whole list when it is for changes, with the time as a number where the template has one', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { data: [] }));
    const connector = connectorAt(server.url, objectWith({
      since: { list: search, param: '/query/filters/0/value', value: '{since}', format: 'unix', field: '/at', overlapMs: 0, safetyLagMs: 0 },
    }));
    await readAll(connector);
    await readAll(connector, { sinceMs: 1_700_000_000_999 });
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /contacts', 'POST /search']);
    expect(bodyOf(server.received[1]?.body)).toMatchObject({ query: { filters: [{ value: 1_700_000_000 }, {}] } });
  });

  it('finds by places in the body', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { data: [{ id: 1 }] }));
    const connector = connectorAt(server.url, objectWith({
      find: { method: 'POST', path: '/search', records: '/data', in: 'body', body: { filters: [{ operator: 'EQ' }] }, by: { email: { '/filters/0/name': 'email', '/filters/0/value': '{value}' } } },
    }));
    expect(await connector.find('contact', 'email', 'a${X}@b.test', never)).toMatchObject([{ id: '1' }]);
    expect(bodyOf(server.received[0]?.body)).toEqual({ filters: [{ operator: 'EQ', name: 'email', value: 'a${X}@b.test' }] });
  });
});

it('a list is asked for changes by a header', async () => {
  const server = await startServer((_request, response) => sendJson(response, 200, { data: [] }));
  const since = { header: 'If-Modified-Since', value: '{since}', format: 'iso-seconds', field: '/at', overlapMs: 0, safetyLagMs: 0 } as const;
  await readAll(connectorAt(server.url, objectWith({ since })), { sinceMs: 1_700_000_000_000 });
  expect(server.received[0]).toMatchObject({ url: '/contacts', headers: { 'if-modified-since': '2023-11-14T22:13:20Z' } });
});

describe('pages', () => {
  it('end where the answer says so, though a cursor or a last record would lead on', async () => {
    const end = { kind: 'compare', field: '/more', operator: '=', value: false } as const;
    const server = await startServer((_request, response) => sendJson(response, 200, { data: [{ id: 1 }], more: false, next: 'c2' }));
    for (const paginate of [
      { type: 'cursor', next: '/next', param: 'cursor', limit: 1, limitParam: 'limit', end },
      { type: 'keyset', params: { starting_after: '{id}' }, limit: 1, limitParam: 'limit', end },
      { type: 'link', next: '/next', limit: 1, limitParam: 'page[size]', end },
    ] as const) expect((await readAll(connectorAt(server.url, objectWith({}, paginate)))).ids).toEqual(['1']);
    expect(server.received.map(({ url }) => url)).toEqual(['/contacts?limit=1', '/contacts?limit=1', '/contacts?page%5Bsize%5D=1']);
  });

  it('follow a URL in the body, on the same host only', async () => {
    const server = await startServer((request, response) => sendJson(response, 200, { data: [{ id: request.url }], links: { next: request.url.includes('after') ? 'https://elsewhere.test/contacts' : `${server.url}/contacts?after=1` } }));
    const reading = readAll(connectorAt(server.url, objectWith({ id: '/id' }, { type: 'link', next: '/links/next', limit: 10, limitParam: 'limit' })));
    await expect(reading).rejects.toMatchObject({ detail: { code: 'redirect' } });
    expect(server.received.map(({ url }) => url)).toEqual(['/contacts?limit=10', '/contacts?after=1']);
  });
});

describe('a record with its fields in an object of its own', () => {
  const object = objectWith({ flatten: '/properties', textValues: true, create: write({ envelope: '/properties', body: { associations: [] } }) });

  it('is read as if they stood at its top', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { data: [{ id: 1, properties: { email: 'a@b.test' } }] }));
    expect((await readAll(connectorAt(server.url, object))).pages[0]?.records[0]?.data).toMatchObject({ id: 1, email: 'a@b.test' });
  });

  it('is written there, with what the body holds besides, and every value as text', async () => {
    const server = await startServer((_request, response) => sendJson(response, 201, { id: 1 }));
    await connectorAt(server.url, object).write('contact', [item('create', null, { email: 'a@b.test', amount: 12.3, vip: true, phone: null, tags: [1, 'x'] })], never);
    expect(bodyOf(server.received[0]?.body)).toEqual({ associations: [], properties: { email: 'a@b.test', amount: '12.3', vip: 'true', phone: '', tags: ['1', 'x'] } });
  });
});

describe('a write', () => {
  it('stands in an array of the body', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { Contacts: [{ ContactID: 'c1' }] }));
    const connector = connectorAt(server.url, objectWith({ id: '/ContactID', create: write({ method: 'PUT', envelope: '/Contacts/0', body: { Contacts: [] }, record: '/Contacts/0' }) }));
    expect(await connector.write('contact', [item('create', null, { Name: 'Ada' })], never)).toMatchObject([{ outcome: 'ok', id: 'c1' }]);
    expect(server.received[0]).toMatchObject({ method: 'PUT', body: '{"Contacts":[{"Name":"Ada"}]}' });
  });

  it('names its record by a field that it holds', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { id: 'm1' }));
    const object = objectWith({ create: write({ method: 'PUT', path: '/lists/l1/members/{md5(lower(email_address))}', upsert: true }) });
    const connector = connectorAt(server.url, object);
    const results = await connector.write('contact', [item('create', null, { email_address: 'Ada@Example.com' }), item('create', null, { name: 'Ada' })], never);
    // printf ada@example.com | md5sum
    expect(server.received.map(({ url }) => url)).toEqual(['/lists/l1/members/3e3417d7ef77d5932a6734b916515ed5']);
    expect(results).toMatchObject([{ outcome: 'ok', id: 'm1' }, { outcome: 'park', message: expect.stringContaining('needs the field email_address') }]);
    expect(connector.sendsIdempotencyKey('contact', 'create')).toBe(true);
  });

  it.each(['../admin', 'a/b', '${SECRET}', '{id}', '..'])('cannot leave its path by a field such as %s', async (name) => {
    const server = await startServer((_request, response) => sendJson(response, 200, { id: 1 }));
    const connector = connectorAt(server.url, objectWith({ create: write({ path: '/contacts/{text(name)}' }) }), { env: { SECRET: 'canary' } });
    await connector.write('contact', [item('create', null, { name })], never);
    expect(server.received.map(({ url }) => url)).toEqual(name === '..' ? [] : [`/contacts/${encodeURIComponent(name)}`]);
  });

  it('is form-encoded where the system wants it', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { id: 'cus_1' }));
    const fields = { name: 'Ünal & Sons', metadata: { 'k=1': 'v' }, items: [{ price: 'p1' }, { price: 'p2' }], empty: null, live: false };
    await connectorAt(server.url, objectWith({ create: write() }), { encoding: 'form' }).write('contact', [item('create', null, fields)], never);
    expect(server.received[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect([...new URLSearchParams(server.received[0]?.body)]).toEqual([
      ['name', 'Ünal & Sons'], ['metadata[k=1]', 'v'], ['items[0][price]', 'p1'], ['items[1][price]', 'p2'], ['empty', ''], ['live', 'false'],
    ]);
  });
});

describe('a batch', () => {
  const batched = (batch: Partial<BatchOperation>) => objectWith({ create: write({ batch: { method: 'POST', path: '/batch', max: 100, items: '/inputs', idField: 'id', results: '/results', result: { record: '' }, ...batch } }) });
  const creates = (count: number) => Array.from({ length: count }, (_, at) => item('create', null, { email: `p${at}` }));
  const outcomes = (results: readonly { readonly outcome: string; readonly id: string | null }[]): readonly string[] => results.map(({ outcome, id }) => `${outcome} ${id}`);

  it('knows its results by a trace, whatever their order, and what failed by its error', async () => {
    const object = batched({ item: { associations: [] }, envelope: '/properties', key: 'trace', trace: true, errors: { at: '/errors', key: '/context/trace/0' } });
    const server = await startServer((_request, response) => sendJson(response, 207, {
      results: [{ id: 12, trace: '2' }, { id: 10, trace: '0' }], errors: [{ category: 'VALIDATION_ERROR', message: 'no', context: { trace: ['1'] } }],
    }));
    const results = await connectorAt(server.url, object).write('contact', creates(4), never);
    expect(outcomes(results)).toEqual(['ok 10', 'park null', 'ok 12', 'unknown null']);
    expect(results[1]?.excerpt).toContain('VALIDATION_ERROR');
    expect(bodyOf(server.received[0]?.body)['inputs']).toContainEqual({ associations: [], properties: { email: 'p1' }, trace: '1' });
  });

  it('reads an error that stands apart by the rules of the system', async () => {
    const object = batched({ key: 'trace', trace: true, errors: { at: '/errors', key: '/context/trace/0' } });
    const server = await startServer((_request, response) => sendJson(response, 207, { results: [], errors: [{ category: 'CONFLICT', context: { trace: ['0'] } }, { category: 'OTHER', context: { trace: ['1'] } }] }));
    const outcome = { when: { kind: 'compare', field: '/category', operator: '=', value: 'CONFLICT' }, outcome: 'exists' } as const;
    expect(outcomes(await connectorAt(server.url, object, { outcomes: [outcome] }).write('contact', creates(2), never))).toEqual(['exists null', 'park null']);
  });

  it('that is refused since one record exists already is sent in halves', async () => {
    const server = await startServer((request, response) => {
      const whole = request.url === '/batch' ? bodyOf(request.body)['inputs'] as readonly JsonObject[] : [bodyOf(request.body)];
      if (whole.some((each) => each['email'] === 'p2')) sendJson(response, 409, {});
      else sendJson(response, 200, { results: whole.map((each) => ({ id: each['email'] })) });
    });
    expect(outcomes(await connectorAt(server.url, batched({})).write('contact', creates(4), never))).toEqual(['ok p0', 'ok p1', 'exists null', 'ok p3']);
  });

  describe('that begins a job', () => {
    const job = { id: '/job/id', path: '/jobs/{id}', done: { kind: 'compare', field: '/job/status', operator: '=', value: 'completed' }, everyMs: 5, withinMs: 400 } as const;
    const object = batched({ job, results: '/job/results', result: { position: '/index', record: '', error: '/error' } });

    it('has the results of the job once it is done, by the positions they name', async () => {
      let looks = 0;
      const server = await startServer((request, response) => {
        if (request.method === 'POST') return sendJson(response, 200, { job: { id: 'j1', status: 'queued' } });
        if (++looks === 1) return sendJson(response, 500, {});
        return sendJson(response, 200, { job: { id: 'j1', status: looks < 3 ? 'working' : 'completed', results: [{ index: 2, id: 22 }, { index: 0, id: 20 }, { index: 1, error: 'TicketCreateFailed' }] } });
      });
      expect(outcomes(await connectorAt(server.url, object).write('contact', creates(3), never))).toEqual(['ok 20', 'park null', 'ok 22']);
      expect(server.received.map(({ url }) => url)).toEqual(['/batch', '/jobs/j1', '/jobs/j1', '/jobs/j1']);
    });

    it.each([['working'], ['']])('that does not end, or has no id, leaves its items unknown: status %s', async (status) => {
      const server = await startServer((_request, response) => sendJson(response, 200, { job: status === '' ? {} : { id: 'j1', status } }));
      expect(outcomes(await connectorAt(server.url, object).write('contact', creates(2), never))).toEqual(['unknown null', 'unknown null']);
    });
  });
});

it("a time as Xero's JSON writes it is read", async () => {
  const server = await startServer((_request, response) => sendJson(response, 200, { data: [{ id: 1, at: '/Date(1573755038314)/' }, { id: 2, at: '/Date(1518685950940+1300)/' }, { id: 3, at: '/Date(x)/' }] }));
  const since = { header: 'If-Modified-Since', value: '{since}', format: 'iso', field: '/at', overlapMs: 0, safetyLagMs: 0 } as const;
  const { pages } = await readAll(connectorAt(server.url, objectWith({ since })));
  expect(pages[0]?.records.map(({ updatedAtMs }) => updatedAtMs)).toEqual([1_573_755_038_314, 1_518_685_950_940, null]);
});

describe('a search that is not the list', () => {
  const search = { method: 'GET', path: '/search', records: '/items', record: '/item', by: { email: { term: '{value}' }, '/emails/0/value': { term: '{value}' } } } as const;

  it('gives a part of each record, which is then read whole; one that is gone meanwhile is not found', async () => {
    const server = await startServer((request, response) => {
      if (request.url.startsWith('/search')) return sendJson(response, 200, { items: [{ item: { id: 1, name: 'Ada' } }, { item: { id: 2 } }] });
      return request.url === '/contacts/1' ? sendJson(response, 200, { id: 1, email: 'a@b.test' }) : sendJson(response, 404, {});
    });
    const connector = connectorAt(server.url, objectWith({ find: { ...search, partial: true } }));
    expect(await connector.find('contact', 'email', 'a@b.test', never)).toMatchObject([{ id: '1', data: { email: 'a@b.test' } }]);
  });

  it('finds more than was asked for, of which only what has the value is kept', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {
      items: [{ item: { id: 1, email: 'Ada@B.test ' } }, { item: { id: 2, email: 'ada@b.test.example' } }, { item: { id: 3 } }, { item: { id: 4, emails: [{ value: 'ada@b.test' }] } }],
    }));
    const connector = connectorAt(server.url, objectWith({ find: { ...search, loose: true } }));
    expect((await connector.find('contact', 'email', 'ada@b.test', never)).map(({ id }) => id)).toEqual(['1']);
    expect((await connector.find('contact', '/emails/0/value', 'ada@b.test', never)).map(({ id }) => id)).toEqual(['4']);
  });
});

it.each([
  [{ emails: { 0: { value: 'a' }, 1: { value: 'b' } } }, { emails: [{ value: 'a' }, { value: 'b' }] }],
  [{ emails: [{ value: 'a' }] }, { emails: [{ value: 'a' }] }],
  [{ emails: { work: 'a' } }, { emails: { work: 'a' } }],
  [{ emails: {}, deep: { phones: { 1: 'x' } } }, { emails: {}, deep: { phones: ['x'] } }],
  [{ other: { 0: 'x' } }, { other: { 0: 'x' } }],
])('fields that are lists: %o is written as %o', async (fields, body) => {
  const server = await startServer((_request, response) => sendJson(response, 200, { id: 1 }));
  await connectorAt(server.url, objectWith({ lists: ['/emails', '/deep/phones'], create: write() })).write('contact', [item('create', null, fields)], never);
  expect(bodyOf(server.received[0]?.body)).toEqual(body);
});
