import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../src/contracts/json.js';
import type { PageToken } from '../../../src/contracts/page-token.js';
import type { Paginate } from '../../../src/contracts/system-definition.js';
import { createPagingGuard } from '../../../src/connectors/paging-guard.js';
import { createPaginator } from '../../../src/connectors/paginators/create-paginator.js';
import { PagingProblem, type PageFacts } from '../../../src/connectors/paginators/paginator.js';

const record = (id: string, version: string | null) => ({ id, version, updatedAtMs: null, deleted: false, inactive: false, data: {} });
const page = (count: number, more: Partial<PageFacts> = {}): PageFacts => ({
  body: {}, headers: {}, url: 'https://crm.test/api/contacts', count, last: count === 0 ? null : record(String(count), 'v1'), ...more,
});
const make = (style: Paginate, auth: Parameters<typeof createPaginator>[1] = { type: 'none' }) => createPaginator(style, auth);
const problem = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof PagingProblem) return error.code;
    throw error;
  }
  return 'none';
};

describe('none', () => {
  it('has one page', () => {
    const paginator = make({ type: 'none' });
    expect(paginator.ask(null)).toEqual({ query: {} });
    expect(paginator.next(page(500), null)).toBeNull();
  });
});

describe('cursor', () => {
  const paginator = make({ type: 'cursor', next: '/paging/next', param: 'after', limit: 2, limitParam: 'limit' });

  it('asks with the cursor', () => {
    expect(paginator.ask(null)).toEqual({ query: { limit: 2 } });
    expect(paginator.ask({ cursor: 'c 1' })).toEqual({ query: { limit: 2, after: 'c 1' } });
  });

  test.each([
    [{ paging: { next: 'c2' } }, 2, { cursor: 'c2' }],
    [{ paging: { next: 17 } }, 2, { cursor: '17' }],
    [{ paging: { next: 'c2' } }, 0, { cursor: 'c2' }],
    [{ paging: { next: '' } }, 2, null], [{ paging: { next: null } }, 2, null], [{ paging: { next: false } }, 2, null], [{ paging: {} }, 2, null], [{}, 2, null], [undefined, 0, null],
  ])('after %o with %d records goes on with %o', (body, count, token) => {
    expect(paginator.next(page(count, { body: body as Json | undefined }), null)).toEqual(token);
  });

  test.each([[{ a: 1 }], [['c']], [true], ['c'.repeat(9_000)]])('cannot go on with %o', (next) => {
    expect(problem(() => paginator.next(page(1, { body: { paging: { next: next as Json } } }), null))).toBe('unexpected-shape');
  });
});

describe('page', () => {
  const paginator = make({ type: 'page', param: 'page', start: 1, limit: 10, limitParam: 'per_page', total: '/total' });

  it('counts pages from its start', () => {
    expect(paginator.ask(null)).toEqual({ query: { per_page: 10, page: 1 } });
    expect(paginator.ask({ page: 3, seen: 20 })).toEqual({ query: { per_page: 10, page: 3 } });
    expect(make({ type: 'page', param: 'p', start: 0, limit: 10, limitParam: 'n' }).ask(null).query['p']).toBe(0);
  });

  test.each([
    [0, { total: 0 }, null, null], [1, { total: 1 }, null, null], [10, { total: 10 }, null, null], [10, { total: 11 }, null, { page: 2, seen: 10 }],
    [1, { total: 11 }, { page: 2, seen: 10 }, null], [4, { total: 30 }, { page: 2, seen: 10 }, { page: 3, seen: 14 }], [0, { total: 30 }, { page: 2, seen: 10 }, null],
    [10, {}, null, { page: 2, seen: 10 }], [3, {}, null, { page: 2, seen: 3 }], [0, {}, { page: 2, seen: 3 }, null], [10, { total: '11' }, null, { page: 2, seen: 10 }],
    [10, { total: 'many' }, null, { page: 2, seen: 10 }], [10, { total: -1 }, null, { page: 2, seen: 10 }],
  ])('%d records of %o after %o: goes on with %o', (count, body, token, next) => {
    expect(paginator.next(page(count, { body }), token)).toEqual(next);
  });
});

describe('offset', () => {
  const paginator = make({ type: 'offset', param: 'skip', limit: 500, limitParam: 'take', total: '/total' });

  test.each([
    [100, { total: 250 }, null, { offset: 100 }], [100, { total: 250 }, { offset: 100 }, { offset: 200 }], [50, { total: 250 }, { offset: 200 }, null],
    [0, { total: 250 }, { offset: 200 }, null], [100, {}, null, { offset: 100 }], [1, {}, { offset: 100 }, { offset: 101 }], [0, {}, { offset: 101 }, null],
  ])('grows by the %d records that came (%o after %o): %o', (count, body, token, next) => {
    expect(paginator.next(page(count, { body }), token)).toEqual(next);
  });

  it('asks with the offset', () => {
    expect([paginator.ask(null).query, paginator.ask({ offset: 7 }).query]).toEqual([{ take: 500, skip: 0 }, { take: 500, skip: 7 }]);
  });
});

describe('link', () => {
  const paginator = make({ type: 'link', limit: 50, limitParam: 'per_page' }, { type: 'api-key', in: 'query', name: 'api_key', value: 'x' });
  const next = (link: string | readonly string[] | undefined): PageToken | null => paginator.next(page(1, { headers: link === undefined ? {} : { link } }), null);

  test.each([
    ['<https://crm.test/api/contacts?page=2>; rel="next"', '/api/contacts?page=2'],
    ['<https://crm.test:443/api/contacts?page=2>; rel="next"', '/api/contacts?page=2'],
    ['</api/contacts?page=2>; rel="next"', '/api/contacts?page=2'],
    ['<?page=2>; rel="next"', '/api/contacts?page=2'],
    ['<contacts/p2>; rel="next"', '/api/contacts/p2'],
    ['<?page=2&api_key=secret&x=1>; rel="next"', '/api/contacts?page=2&x=1'],
    [['<?page=1>; rel=prev', '<?page=3>; rel=next'], '/api/contacts?page=3'],
  ])('%s', (link, stored) => {
    expect(next(link)).toEqual({ link: stored });
    expect(paginator.ask({ link: stored })).toEqual({ query: {}, fromRoot: stored });
  });

  test.each([undefined, '', '<?page=1>; rel=prev', 'nonsense'])('%s is the end', (link) => {
    expect(next(link)).toBeNull();
  });

  test.each([
    '<https://evil.test/api/contacts>; rel=next', '<http://crm.test/api/contacts>; rel=next', '<https://crm.test:444/api>; rel=next', '<//evil.test/api>; rel=next',
    '<https://crm.test@evil.test/api>; rel=next', '<https://ada:pw@crm.test/api>; rel=next', '<file:///etc/passwd>; rel=next', '<javascript:alert(1)>; rel=next',
  ])('%s is refused', (link) => {
    expect(problem(() => next(link))).toBe('redirect');
  });

  it('is refused where it is no URL, or too long to keep', () => {
    expect(problem(() => next('<http://[>; rel=next'))).toBe('unexpected-shape');
    expect(problem(() => next(`<?x=${'y'.repeat(9_000)}>; rel=next`))).toBe('unexpected-shape');
  });
});

const at = (count: number, id: string, version: string | null): PageFacts => page(count, { last: record(id, version) });

describe('keyset', () => {
  const both = make({ type: 'keyset', params: { after: '{version}|{id}', dir: 'asc' }, limit: 3, limitParam: 'limit' });
  const versionOnly = make({ type: 'keyset', params: { since: '{version}' }, limit: 3, limitParam: 'limit' });
  it('asks for what comes after the last record', () => {
    expect(both.ask(null)).toEqual({ query: { limit: 3 } });
    expect(both.ask({ version: 'v$1', id: '{version}', size: 0 })).toEqual({ query: { limit: 3, after: 'v$1|{version}', dir: 'asc' } });
  });

  it('goes on until an empty page', () => {
    expect(both.next(at(3, 'c', 'v3'), null)).toEqual({ id: 'c', version: 'v3', size: 0 });
    expect(both.next(at(1, 'd', 'v4'), { id: 'c', version: 'v3', size: 0 })).toEqual({ id: 'd', version: 'v4', size: 1 });
    expect(both.next(page(0), { id: 'd', version: 'v4', size: 1 })).toBeNull();
  });

  it('is stuck where the record comes again that it was to come after', () => {
    expect(problem(() => both.next(at(1, 'c', 'v3'), { id: 'c', version: 'v3', size: 0 }))).toBe('paging-loop');
  });

  it('ends at the page that gets no further where the last record is included', () => {
    expect(versionOnly.next(at(1, 'c', 'v3'), { id: 'c', version: 'v3', size: 0 })).toBeNull();
    expect(versionOnly.next(at(2, 'c', 'v3'), { id: 'c', version: 'v3', size: 1 })).toBeNull();
  });

  it('says so where more records share a version than fit on a page', () => {
    expect(problem(() => versionOnly.next(at(3, 'c', 'v3'), { id: 'c', version: 'v3', size: 0 }))).toBe('paging-loop');
    // The limit is capped at 2, as the page before shows.
    expect(problem(() => versionOnly.next(at(2, 'c', 'v3'), { id: 'c', version: 'v3', size: 2 }))).toBe('paging-loop');
  });

  it('cannot go on from a page without records, or from a record without a version', () => {
    expect(problem(() => both.next(page(2, { last: null }), null))).toBe('unexpected-shape');
    expect(problem(() => both.next(at(1, 'a', null), null))).toBe('unexpected-shape');
    expect(make({ type: 'keyset', params: { after: '{id}' }, limit: 3, limitParam: 'n' }).next(at(1, 'a', null), null)).toEqual({ id: 'a', size: 0 });
  });
});

describe('a token of another style', () => {
  const styles: readonly Paginate[] = [
    { type: 'cursor', next: '/n', param: 'c', limit: 1, limitParam: 'l' }, { type: 'page', param: 'p', start: 1, limit: 1, limitParam: 'l' },
    { type: 'offset', param: 'o', limit: 1, limitParam: 'l' }, { type: 'link', limit: 1, limitParam: 'l' }, { type: 'keyset', params: { a: '{version}{id}' }, limit: 1, limitParam: 'l' },
  ];
  test.each(styles)('makes $type start again rather than read a wrong page', (style) => {
    for (const token of [{ other: 'x' }, { cursor: 7, page: 'x', offset: -1, link: 7, id: '', version: 1 }, { offset: 1.5, page: Number.NaN, cursor: '', link: '//evil.test', id: 'a' }]) {
      if (style.type === 'link' && token.link === '//evil.test') continue;
      expect(problem(() => make(style).ask(token))).toBe('page-token-expired');
    }
  });
});

const check = (steps: readonly (readonly [readonly string[], PageToken | null])[], limits = {}, from: PageToken | null = null, lastMayRepeat = false): string => {
  const guard = createPagingGuard(limits, from, lastMayRepeat);
  return problem(() => steps.forEach(([ids, next]) => guard.check(ids, next)));
};

describe('the guard', () => {
  test.each([
    ['pages that differ', [[['a'], { c: '1' }], [['b'], { c: '2' }], [['c'], null]], 'none'],
    ['empty pages with new cursors', [[[], { c: '1' }], [[], { c: '2' }], [[], null]], 'none'],
    ['the same cursor again', [[['a'], { c: '1' }], [['b'], { c: '1' }]], 'paging-loop'],
    ['cursors in a circle', [[['a'], { c: '1' }], [['b'], { c: '2' }], [['c'], { c: '3' }], [['d'], { c: '1' }]], 'paging-loop'],
    ['the same page again', [[['a', 'b'], { c: '1' }], [['a', 'b'], { c: '2' }]], 'paging-loop'],
    ['the same page again, at the end', [[['a', 'b'], { c: '1' }], [['a', 'b'], null]], 'paging-loop'],
    ['ids that only look alike', [[['a', 'b'], { c: '1' }], [['a\u0001b'], { c: '2' }]], 'none'],
  ] as const)('%s', (_name, steps, found) => {
    expect(check(steps)).toBe(found);
  });

  it('knows the token that a reading began with', () => {
    expect(check([[['a'], { c: '1' }]], {}, { c: '1' })).toBe('paging-loop');
  });

  it('lets the last page be the one before where the style says so', () => {
    expect(check([[['a'], { c: '1' }], [['a'], null]], {}, null, true)).toBe('none');
    expect(check([[['a'], { c: '1' }], [['a'], { c: '2' }]], {}, null, true)).toBe('paging-loop');
  });

  it('ends what has no end', () => {
    const endless = Array.from({ length: 10 }, (_, index) => [[`r${index}`], { c: String(index) }] as const);
    expect(check(endless, { maxPages: 10 })).toBe('paging-loop');
    expect(check(endless, { maxPages: 11 })).toBe('none');
    expect(check(endless, { maxRecords: 9 })).toBe('paging-loop');
    expect(check([...endless.slice(0, 9), [['x'], null]], { maxPages: 10, maxRecords: 10 })).toBe('none');
  });
});
