import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { PageToken } from '../../../src/contracts/page-token.js';
import type { Paginate } from '../../../src/contracts/system-definition.js';
import { sendJson, startServer, type Handler } from '../http/loopback-server.js';
import { connectorAt, idsFrom, never, objectWith, readAll, recordsFrom } from './connector-under-test.js';

/** A list of so many records that is served in a paging style; `cap` is the most records it gives, whatever is asked for. */
function listServer(total: number, cap = 1_000): Handler {
  const all = recordsFrom(1, total);
  return (request, response) => {
    const url = new URL(request.url, 'http://h');
    const number = (name: string): number => Number(url.searchParams.get(name) ?? 0);
    const limit = Math.min(number('limit'), cap);
    const after = url.searchParams.get('after_id');
    const start = url.pathname.endsWith('/by-page') ? (number('page') - 1) * limit : after === null ? number(url.pathname.endsWith('/by-link') ? 'from' : 'offset') : Number(after);
    const data = all.slice(start, start + limit);
    const end = start + data.length;
    const link = end < total ? `<${url.pathname}?limit=${limit}&from=${end}>; rel="next"` : '</first>; rel="first"';
    sendJson(response, 200, { data, total, next: end < total ? `o${end}` : null }, { link });
  };
}

const limit = 5;
const styles: readonly (readonly [string, Paginate])[] = [
  ['/by-offset', { type: 'offset', param: 'offset', limit, limitParam: 'limit', total: '/total' }],
  ['/by-offset', { type: 'offset', param: 'offset', limit, limitParam: 'limit' }],
  ['/by-page', { type: 'page', param: 'page', start: 1, limit, limitParam: 'limit', total: '/total' }],
  ['/by-page', { type: 'page', param: 'page', start: 1, limit, limitParam: 'limit' }],
  ['/by-link', { type: 'link', limit, limitParam: 'limit' }],
  ['/by-keyset', { type: 'keyset', params: { after_id: '{id}', after: '{version}' }, limit, limitParam: 'limit' }],
];

describe.each(styles)('%s %o', (path, paginate) => {
  const at = (url: string) => connectorAt(url, objectWith({ list: { method: 'GET', path, params: {}, records: '/data', paginate } }));

  test.each([0, 1, limit - 1, limit, limit + 1, 2 * limit, 2 * limit + 1, 23])('reads all of %d records, each once, in order', async (total) => {
    const server = await startServer(listServer(total));
    expect((await readAll(at(server.url))).ids).toEqual(idsFrom(1, total));
  });

  test.each([6, 23])('reads all of %d records where the limit is silently capped', async (total) => {
    const server = await startServer(listServer(total, 2));
    expect((await readAll(at(server.url))).ids).toEqual(idsFrom(1, total));
  });

  it('goes on from each place between two pages', async () => {
    const server = await startServer(listServer(23));
    const whole = await readAll(at(server.url));
    let seen = 0;
    for (const { records, next } of whole.pages) {
      seen += records.length;
      if (next === null) continue;
      const stored: PageToken = JSON.parse(JSON.stringify(next));
      expect((await readAll(at(server.url), { from: stored })).ids).toEqual(whole.ids.slice(seen));
    }
  });
});

const pagesServer = (pages: readonly JsonObject[]): Handler => (request, response) => {
  const cursor = new URL(request.url, 'http://h').searchParams.get('cursor') ?? '0';
  const page = pages[Number(cursor)];
  sendJson(response, page === undefined ? 410 : 200, page ?? {});
};

describe('cursor paging', () => {
  const paginate: Paginate = { type: 'cursor', next: '/next', param: 'cursor', limit: 2, limitParam: 'limit' };
  test.each([
    ['no records', [{ data: [] }], []],
    ['one record', [{ data: [{ id: 1 }] }], ['1']],
    ['a full page and no cursor', [{ data: [{ id: 1 }, { id: 2 }], next: '' }], ['1', '2']],
    ['a short page and a cursor', [{ data: [{ id: 1 }], next: '1' }, { data: [{ id: 2 }, { id: 3 }] }], ['1', '2', '3']],
    ['empty pages in between', [{ data: [], next: '1' }, { data: [], next: '2' }, { data: [{ id: 1 }] }], ['1']],
    ['null in place of an empty array', [{ data: null }], []],
  ])('%s', async (_name, pages, ids) => {
    const server = await startServer(pagesServer(pages));
    expect((await readAll(connectorAt(server.url, objectWith({}, paginate)))).ids).toEqual(ids);
  });

  it('ends with an error at a cursor that comes again', async () => {
    const server = await startServer((_request, response, count) => sendJson(response, 200, { data: [{ id: count }], next: 'same' }));
    await expect(readAll(connectorAt(server.url, objectWith({}, paginate)))).rejects.toMatchObject({ detail: { code: 'paging-loop', outcome: 'fail' } });
    expect(server.received).toHaveLength(2);
  });

  it('ends with an error where the same page comes with new cursors', async () => {
    const server = await startServer((_request, response, count) => sendJson(response, 200, { data: [{ id: 1 }], next: `c${count}` }));
    await expect(readAll(connectorAt(server.url, objectWith({}, paginate)))).rejects.toMatchObject({ detail: { code: 'paging-loop' } });
    expect(server.received).toHaveLength(2);
  });

  it('ends with an error at the cap on pages and on records', async () => {
    const server = await startServer((_request, response, count) => sendJson(response, 200, { data: [{ id: count }], next: `c${count}` }));
    const endless = (pagingLimits: object) => readAll(connectorAt(server.url, objectWith({}, paginate), { pagingLimits }));
    await expect(endless({ maxPages: 7 })).rejects.toMatchObject({ detail: { code: 'paging-loop' } });
    expect(server.received).toHaveLength(7);
    await expect(endless({ maxRecords: 3 })).rejects.toMatchObject({ detail: { code: 'paging-loop' } });
  });

  it('row 29: ends where one short reading after the other goes round in circles, however large the circle is', async () => {
    const circle = 150;
    const server = await startServer((request, response) => {
      const at = Number(new URL(request.url, 'http://x').searchParams.get('cursor') ?? 0);
      sendJson(response, 200, { data: [{ id: at }], next: String((at + 1) % circle + 1) });
    });
    const connector = connectorAt(server.url, objectWith({}, paginate));
    let from: PageToken | undefined;
    const window = async (): Promise<void> => {
      let pages = 0;
      for await (const { next } of connector.list('contact', { signal: never, ...(from === undefined ? {} : { from }) })) {
        from = JSON.parse(JSON.stringify(next)) as PageToken; // As it is stored.
        if (++pages === 10) return;
      }
    };
    const endless = (async () => { for (;;) await window(); })();
    await expect(endless).rejects.toMatchObject({ detail: { code: 'paging-loop', outcome: 'fail' } });
    expect(server.received.length).toBeLessThan(3 * circle + 2);
  });

  it('row 29: ends after ten million pages over all readings, though each has new records and a new cursor', async () => {
    const server = await startServer((_request, response, count) => sendJson(response, 200, { data: [{ id: count }], next: `c${count}` }));
    const connector = connectorAt(server.url, objectWith({}, paginate));
    await expect(readAll(connector, { from: { cursor: 'x', walked: 9_999_998, mark: '' } })).rejects.toMatchObject({ detail: { code: 'paging-loop' }, message: expect.stringContaining('10000000 pages') });
    expect(server.received).toHaveLength(2);
  });

  it('says that a cursor has expired, so that the list is read from its start', async () => {
    for (const status of [400, 410]) {
      const server = await startServer((request, response) => (request.url.includes('cursor') ? sendJson(response, status, { error: 'cursor expired' }) : sendJson(response, 200, { data: [{ id: 1 }], next: 'c' })));
      const connector = connectorAt(server.url, objectWith({}, paginate));
      await expect(readAll(connector)).rejects.toMatchObject({ detail: { code: 'page-token-expired', outcome: 'retry', excerpt: '{"error":"cursor expired"}' } });
      await expect(readAll(connector, { from: { cursor: 'old' } })).rejects.toMatchObject({ detail: { code: 'page-token-expired' } });
    }
    const refusing = await startServer((_request, response) => sendJson(response, 400, {}));
    await expect(readAll(connectorAt(refusing.url, objectWith({}, paginate)))).rejects.toMatchObject({ detail: { code: 'status', status: 400, outcome: 'fail' } });
  });

  it('starts again where the stored place was made by another paging style', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { data: [] }));
    await expect(readAll(connectorAt(server.url, objectWith({}, paginate)), { from: { offset: 5 } })).rejects.toMatchObject({ detail: { code: 'page-token-expired' } });
    expect(server.received).toEqual([]);
  });
});

describe('other styles', () => {
  it('do not take a 400 for an expired place: it would come again for ever', async () => {
    const server = await startServer((request, response) => (request.url.includes('offset=0') ? sendJson(response, 200, { data: recordsFrom(1, 5) }) : sendJson(response, 400, {})));
    await expect(readAll(connectorAt(server.url, objectWith({}, { type: 'offset', param: 'offset', limit: 5, limitParam: 'limit' })))).rejects.toMatchObject({ detail: { code: 'status', outcome: 'fail' } });
  });

  it('notice a system that does not heed the offset, with a total as well', async () => {
    for (const total of ['/total', undefined]) {
      const server = await startServer((_request, response) => sendJson(response, 200, { data: recordsFrom(1, 5), total: 10 }));
      await expect(readAll(connectorAt(server.url, objectWith({}, { type: 'offset', param: 'offset', limit: 5, limitParam: 'limit', ...(total === undefined ? {} : { total }) }))))
        .rejects.toMatchObject({ detail: { code: 'paging-loop' } });
    }
  });

  it('follow no next link to another origin', async () => {
    const other = await startServer((_request, response) => sendJson(response, 200, { data: [] }));
    const server = await startServer((_request, response) => sendJson(response, 200, { data: [{ id: 1 }] }, { link: `<${other.url}/contacts?page=2>; rel=next` }));
    const connector = connectorAt(server.url, objectWith({}, { type: 'link', limit: 5, limitParam: 'limit' }), { auth: { type: 'bearer', token: 'secret-token' } });
    await expect(readAll(connector)).rejects.toMatchObject({ detail: { code: 'redirect', outcome: 'fail' } });
    expect(other.received).toEqual([]);
  });

  it('keep no credentials in the place they go on from, and send them once', async () => {
    const server = await startServer((request, response) => sendJson(response, 200, { data: [{ id: request.url }] }, request.url.includes('page=2') ? {} : { link: `<${request.url}&page=2>; rel=next` }));
    const connector = connectorAt(server.url, objectWith({}, { type: 'link', limit: 5, limitParam: 'limit' }), { auth: { type: 'api-key', in: 'query', name: 'key', value: 'canary-key' } });
    const { pages } = await readAll(connector);
    expect(JSON.stringify(pages.map((page) => page.next))).not.toContain('canary');
    expect(server.received.map(({ url }) => url)).toEqual(['/contacts?limit=5&key=canary-key', '/contacts?limit=5&page=2&key=canary-key']);
  });
});

describe('a list', () => {
  it('is asked for with its parameters and the time, references resolved', async () => {
    const server = await startServer((request, response) => sendJson(response, 200, { data: recordsFrom(1, request.url.includes('offset=0') ? 2 : 0) }));
    const contact = objectWith({
      list: { method: 'GET', path: '/${TENANT}/contacts', params: { view: '${VIEW}', status: 'any' }, records: '/data', paginate: { type: 'offset', param: 'offset', limit: 2, limitParam: 'limit' } },
      since: { param: 'filter', value: "updated>'{since}'", format: 'space', field: '/at', overlapMs: 0, safetyLagMs: 0 },
    });
    await readAll(connectorAt(server.url, contact, { timeZone: 'Europe/Berlin', env: { TENANT: 't1', VIEW: 'a b' } }), { sinceMs: Date.UTC(2026, 10, 20) });
    expect(server.received.map(({ url }) => url)).toEqual([0, 2].map((offset) =>
      `/t1/contacts?view=a%20b&status=any&filter=updated%3E'2026-11-20%2001%3A00%3A00'&limit=2&offset=${offset}`));
  });

  it('without a time asks for everything', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { data: [] }));
    await readAll(connectorAt(server.url, objectWith({ since: { param: 'since', value: '{since}', format: 'iso', field: '/at', overlapMs: 0, safetyLagMs: 0 } })));
    expect(server.received[0]?.url).toBe('/contacts');
  });

  it('replaces the time by the place it has reached, where the keyset uses the same parameter', async () => {
    const server = await startServer((request, response) => sendJson(response, 200, { data: request.url.includes('id=') ? [] : [{ id: 1, version: 'v1' }] }));
    const contact = objectWith({ since: { param: 'after', value: '{since}', format: 'unix', field: '/at', overlapMs: 0, safetyLagMs: 0 } }, { type: 'keyset', params: { after: '{version}', id: '{id}' }, limit: 5, limitParam: 'n' });
    await readAll(connectorAt(server.url, contact), { sinceMs: 5_000 });
    expect(server.received.map(({ url }) => url)).toEqual(['/contacts?after=5&n=5', '/contacts?after=v1&n=5&id=1']);
  });

  it('reads one page at a time, and none after the reader stops', async () => {
    const server = await startServer((_request, response, count) => sendJson(response, 200, { data: [{ id: count }], next: `c${count}` }));
    const connector = connectorAt(server.url, objectWith({}, { type: 'cursor', next: '/next', param: 'c', limit: 1, limitParam: 'l' }));
    for await (const page of connector.list('contact', { signal: never })) if (page.records[0]?.id === '3') break;
    expect(server.received).toHaveLength(3);
  });

  it('passes elements that are no records on, with the rest', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, [{ id: 1 }, null, { name: 'no id' }]));
    const { pages, ids } = await readAll(connectorAt(server.url, objectWith({ list: { method: 'GET', path: '/contacts', params: {}, records: '', paginate: { type: 'none' } } })));
    expect(ids).toEqual(['1']);
    expect(pages[0]?.bad.map(({ position }) => position)).toEqual([1, 2]);
  });

  it('keeps large ids digit for digit', async () => {
    const server = await startServer((_request, response) => void response.end('{"data":[{"id":90071992547409931,"version":12345678901234567890}]}'));
    const { pages } = await readAll(connectorAt(server.url));
    expect(pages[0]?.records[0]).toMatchObject({ id: '90071992547409931', version: '12345678901234567890' });
  });

  test.each([
    ['an object in place of the array', 200, { data: { a: 1 } }, 'unexpected-shape', 'retry'], ['another shape', 200, { items: [] }, 'unexpected-shape', 'retry'],
    ['null', 200, null, 'unexpected-shape', 'retry'], ['404', 404, {}, 'status', 'fail'], ['500', 500, {}, 'status', 'retry'], ['403', 403, {}, 'status', 'fail'],
  ])('of %s is an error', async (_name, status, body, code, outcome) => {
    const server = await startServer((_request, response) => sendJson(response, status, body));
    await expect(readAll(connectorAt(server.url))).rejects.toMatchObject({ name: 'SystemError', detail: { code, outcome } });
  });

  it('is empty after 204', async () => {
    const server = await startServer((_request, response) => void response.writeHead(204).end());
    expect((await readAll(connectorAt(server.url))).ids).toEqual([]);
  });

  it('of an object that is not described is a mistake of the caller', async () => {
    await expect(connectorAt('http://127.0.0.1:9').list('constructor', { signal: never }).next()).rejects.toThrow("The system crm has no object 'constructor'.");
  });
});
