import type { Json } from '../../../src/contracts/json.js';
import type { ListOperation, Paginate, SinceFilter } from '../../../src/contracts/system-definition.js';
import { captured, parameter, type FakeAnswer, type FakeRequest } from './fake-request.js';
import type { FakeRecord, FakeStore } from './fake-store.js';
import { put, satisfy } from './places.js';

/** answerList answers a request for a page, by the paging style and the filter that the definition says. */
export function answerList(list: ListOperation, store: FakeStore, request: FakeRequest): FakeAnswer {
  const sinceMs = readSince(store.definition.since, list, request);
  const all = [...store.records.values()].filter((record) => sinceMs === undefined || record.changedMs >= sinceMs).toSorted(order(list.paginate));
  const { records, next, more } = cut(list, all, request, store);
  const { paginate } = list;
  let body = put({}, list.records, records.map((record) => store.raw(record)));
  if (next !== undefined && paginate.type === 'cursor') body = put(body, paginate.next, next);
  if ('total' in paginate && paginate.total !== undefined) body = put(body, paginate.total, all.length);
  if ('end' in paginate && paginate.end !== undefined) body = satisfy(body, paginate.end, !more);
  if (paginate.type !== 'link' || next === undefined) return { status: 200, body };
  return paginate.next === undefined ? { status: 200, body, headers: { link: `<${next}>; rel="next"` } } : { status: 200, body: put(body, paginate.next, next) };
}

function readSince(since: SinceFilter | undefined, list: ListOperation, request: FakeRequest): number | undefined {
  if (since === undefined) return undefined;
  const text = since.header === undefined ? since.param === undefined ? undefined : parameter(list, request, since.param) : request.headers[since.header.toLowerCase()];
  const value = captured(since.value, text)?.['since'];
  if (value === undefined || value === '') return undefined;
  if (since.format === 'unix') return Number(value) * 1_000;
  if (since.format === 'unix-ms') return Number(value);
  return Date.parse(since.format === 'space' ? `${value.replace(' ', 'T')}Z` : value);
}

interface Cut {
  readonly records: readonly FakeRecord[];
  readonly more: boolean;
  readonly next?: string;
}

function cut(list: ListOperation, all: readonly FakeRecord[], request: FakeRequest, store: FakeStore): Cut {
  const { paginate } = list;
  if (paginate.type === 'none') return { records: all, more: false };
  const limit = Number(parameter(list, request, paginate.limitParam) ?? paginate.limit);
  const from = place(list, paginate, all, request, store);
  const more = from + limit < all.length;
  const records = all.slice(from, from + limit);
  const token = `c${from + limit}`;
  // With a condition for the end, systems give a token on the last page as well.
  if (paginate.type === 'cursor') return { records, more, ...(more || paginate.end !== undefined ? { next: token } : {}) };
  if (paginate.type !== 'link' || !more) return { records, more };
  const query = new URLSearchParams(request.query);
  query.set('place', token);
  return { records, more, next: `${request.path}?${query.toString()}` };
}

function place(list: ListOperation, paginate: Exclude<Paginate, { type: 'none' }>, all: readonly FakeRecord[], request: FakeRequest, store: FakeStore): number {
  const limit = Number(parameter(list, request, paginate.limitParam) ?? paginate.limit);
  switch (paginate.type) {
    case 'cursor': return Number((parameter(list, request, paginate.param) ?? 'c0').slice(1));
    case 'offset': return Number(parameter(list, request, paginate.param) ?? 0);
    case 'page': return (Number(parameter(list, request, paginate.param) ?? paginate.start) - paginate.start) * limit;
    case 'link': return Number((request.query.get('place') ?? 'c0').slice(1));
    default: return after(paginate, all, Object.assign({}, ...Object.entries(paginate.params).map(([name, template]) => captured(template, parameter(list, request, name)) ?? {})), store);
  }
}

function after(paginate: Extract<Paginate, { type: 'keyset' }>, all: readonly FakeRecord[], seen: Readonly<Record<string, string>>, store: FakeStore): number {
  const { id, version } = seen;
  if (id === undefined && version === undefined) return 0;
  if (id !== undefined && id === paginate.first?.['id']) return 0;
  const index = all.findIndex((record) => (version === undefined || String(versionOf(record, store)) === version) && (id === undefined || record.id === id));
  return index + 1;
}

function versionOf(record: FakeRecord, store: FakeStore): Json {
  return store.definition.version === store.definition.since?.field ? store.time(record.changedMs) : record.version;
}

function order(paginate: Paginate): (a: FakeRecord, b: FakeRecord) => number {
  const byId = (a: FakeRecord, b: FakeRecord): number => (a.id < b.id ? -1 : Number(a.id > b.id));
  const onlyId = paginate.type === 'keyset' && !Object.values(paginate.params).some((text) => text.includes('{version}'));
  return onlyId ? byId : (a, b) => a.changedMs - b.changedMs || byId(a, b);
}
