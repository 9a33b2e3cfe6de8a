import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Page } from '../../../src/contracts/connector.js';
import type { Paginate } from '../../../src/contracts/system-definition.js';
import { sendJson, startServer, type Handler } from '../http/loopback-server.js';
import { connectorAt, never, objectWith } from './connector-under-test.js';

const cap = 10_000;
const huge = cap * 2;

/** Serves records of given sizes, in bytes, with the paging styles by their parameters. */
function listServer(sizes: readonly number[]): Handler {
  return (request, response) => {
    const url = new URL(request.url, 'http://h');
    const number = (name: string): number => Number(url.searchParams.get(name) ?? 0);
    const limit = number('limit');
    const start = url.pathname === '/by-page' ? (number('page') - 1) * limit : number('offset') + number('after_id') + number('cursor');
    const data = sizes.slice(start, start + limit).map((size, at) => ({ id: start + at + 1, version: 'v', text: 'x'.repeat(size) }));
    const end = start + data.length;
    const more = end < sizes.length;
    sendJson(response, 200, { data, total: sizes.length, next: more ? String(end) : null }, more ? { link: `<${url.pathname}?limit=${limit}&offset=${end}>; rel="next"` } : {});
  };
}

async function readPages(url: string, path: string, paginate: Paginate): Promise<{ readonly ids: readonly number[]; readonly unreadable: number; readonly error: string | null; readonly pages: readonly Page[] }> {
  const connector = connectorAt(url, objectWith({ list: { method: 'GET', path, params: {}, records: '/data', paginate } }), { limits: { maxResponseBytes: cap } });
  const pages: Page[] = [];
  let error: string | null = null;
  try {
    for await (const page of connector.list('contact', { signal: never })) pages.push(page);
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : 'unknown';
  }
  const unreadable = pages.flatMap(({ bad }) => bad).filter(({ code }) => code === 'too-large').length;
  return { ids: pages.flatMap(({ records }) => records.map(({ id }) => Number(id))), unreadable, error, pages };
}

const limit = 12;
const counted: readonly (readonly [string, Paginate])[] = [
  ['/by-offset', { type: 'offset', param: 'offset', limit, limitParam: 'limit' }],
  ['/by-offset', { type: 'offset', param: 'offset', limit, limitParam: 'limit', total: '/total' }],
  ['/by-page', { type: 'page', param: 'page', start: 1, limit, limitParam: 'limit' }],
  ['/by-page', { type: 'page', param: 'page', start: 1, limit, limitParam: 'limit', total: '/total' }],
];
const followed: readonly (readonly [string, Paginate])[] = [
  ['/by-cursor', { type: 'cursor', next: '/next', param: 'cursor', limit, limitParam: 'limit' }],
  ['/by-keyset', { type: 'keyset', params: { after_id: '{id}' }, limit, limitParam: 'limit' }],
  ['/by-link', { type: 'link', limit, limitParam: 'limit' }],
];

describe.each([...counted, ...followed])('%s %o: pages that are larger than the cap', (path, paginate) => {
  test('are read in smaller parts: every record comes once, in order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: cap * 0.9 }), { maxLength: 40 }), async (sizes) => {
      const server = await startServer(listServer(sizes));
      const { ids, unreadable, error } = await readPages(server.url, path, paginate);
      expect({ ids, unreadable, error }).toEqual({ ids: sizes.map((_size, at) => at + 1), unreadable: 0, error: null });
    }), { numRuns: 25 });
  });
});

describe.each(counted)('%s %o: records that are larger than the cap by themselves', (path, paginate) => {
  test('are given as unreadable, one by one, and the others are read', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof({ weight: 6, arbitrary: fc.constant(50) }, { weight: 1, arbitrary: fc.constant(huge) }), { maxLength: 60 }), async (sizes) => {
      fc.pre(!sizes.some((_size, at) => sizes.slice(at, at + 11).length === 11 && sizes.slice(at, at + 11).every((size) => size === huge)));
      const server = await startServer(listServer(sizes));
      const { ids, unreadable, error } = await readPages(server.url, path, paginate);
      const small = sizes.flatMap((size, at) => (size === huge ? [] : [at + 1]));
      expect({ ids, unreadable, error }).toEqual({ ids: small, unreadable: sizes.length - small.length, error: null });
    }), { numRuns: 25 });
  });

  test('one after the other are not skipped for ever: an answer that is always too large is the system\'s fault', async () => {
    const server = await startServer(listServer(Array.from({ length: 40 }, () => huge)));
    const { ids, unreadable, error } = await readPages(server.url, path, paginate);
    expect({ ids, unreadable }).toEqual({ ids: [], unreadable: 10 });
    expect(error).toMatch(/single record/);
  });
});

describe.each(followed)('%s %o: a record that is larger than the cap by itself', (path, paginate) => {
  test('ends the reading with its place, since only the record says what comes after it', async () => {
    const server = await startServer(listServer([10, 10, 10, huge, 10]));
    const { ids, error } = await readPages(server.url, path, paginate);
    expect(ids).toEqual([1, 2, 3]);
    expect(error).toMatch(/more than limits\.maxResponse allows/);
    if (paginate.type !== 'link') expect(error).toMatch(/single record, after the record 3/);
  });
});
