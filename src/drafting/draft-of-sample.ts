import { parameterNamePattern } from '../config/schema/request-text.js';
import { judgeUrl } from '../egress/judge-url.js';
import { isThisMachine, networkRules, plainHost } from '../egress/network-rules.js';
import type { DraftAuth, DraftField, DraftObject, DraftPaginate, SystemDraft } from '../contracts/system-draft.js';
import type { Json, JsonObject } from '../contracts/json.js';
import { isJsonObject } from '../domain/json-pointer.js';
import { idField, pagingNames, updatedField } from '../domain/draft/known-names.js';
import { hostName, isPlainName, objectName, pointerOf, systemName } from '../domain/draft/names.js';

/** Sample is one page of a list, as it was answered. */
export interface Sample {
  readonly url: URL;
  readonly body: Json;
  readonly hasLinkHeader: boolean;
  readonly auth: DraftAuth;
  readonly refusedWith?: number | undefined;
  readonly system: string | undefined;
  /** Parameters of the URL that are credentials; their values go nowhere. */
  readonly credentials: readonly string[];
}

const MOST_FIELDS = 40;

/** draftOfSample drafts a system from one page of one list; undefined where the answer holds no list of objects. */
export function draftOfSample({ url, body, hasLinkHeader, auth, refusedWith, system, credentials }: Sample): SystemDraft | undefined {
  const found = longestList(body);
  if (found === undefined) return undefined;
  const path = pathOf(url);
  const segments = path.split('/').filter((segment) => segment !== '');
  // `/collections/contacts/records` lists contacts.
  const named = segments.findLast((segment) => !/^(records|items|list|search|query|v?\d+)$/i.test(segment)) ?? 'record';
  const object = objectName(decodeURIComponent(named));
  const paginate = pagingOf(url, body, found, hasLinkHeader);
  const pagingParameters = new Set([paginate.param, paginate.limitParam]);
  const params = Object.fromEntries([...url.searchParams].filter(([name]) => parameterNamePattern.test(name) && !credentials.includes(name) && !pagingParameters.has(name) && !Object.values(pagingNames).some((pattern) => pattern.test(name))));
  const names = [...new Set(found.records.flatMap((record) => Object.keys(record).filter(isPlainName)))];
  const unique = (name: string): boolean => new Set(found.records.map((record) => JSON.stringify(record[name]))).size === found.records.length;
  const id = idField(names.filter(unique), object);
  const updated = updatedField(names);
  const draft: DraftObject = {
    object,
    list: { path, params, records: found.pointer, paginate },
    get: { path: `${path.replace(/\/$/, '')}/{id}`, record: '' },
    id: pointerOf(id ?? 'id'),
    ...(updated === undefined ? {} : { version: pointerOf(updated) }),
    fields: names.slice(0, MOST_FIELDS).map((name): DraftField => ({ name, type: sampledType(found.records.map((record) => record[name])) })),
    checks: [
      `Everything was guessed from ${found.records.length} records of one answer.`,
      ...(id === undefined ? ['No field with an id of its own for each record was found: correct "id".'] : []),
      '"get" was guessed from the path of the list: look whether it is right, and where the record is in the answer.',
      updated === undefined ? 'No updated-at was found: every run reads everything.' : `Add "since" with the parameter that asks for what changed, and field ${pointerOf(updated)}.`,
      ...pagingChecks(paginate, found.records.length),
    ],
  };
  return { system: system ?? hostName(url.hostname) ?? systemName(url.hostname), title: isAddress(url.hostname) ? system ?? url.hostname : url.hostname, baseUrl: url.origin, networkAllow: toBeOpened(url), auth, ...(refusedWith === undefined ? {} : { refusedWith }), objects: [draft], checks: [], leftOut: [] };
}

function isAddress(host: string): boolean {
  return /^[\d.]+$|^\[/.test(host);
}

// As a definition may have it: no second slash at the front, which would name another host, and no @.
function pathOf({ pathname }: URL): string {
  return pathname.replace(/^\/+/, '/').replaceAll('@', '%40');
}

interface FoundList {
  readonly pointer: string;
  readonly records: readonly JsonObject[];
}

/** The longest list of objects, at most three levels deep; what is in the records is not looked at. */
function longestList(body: Json): FoundList | undefined {
  const found: FoundList[] = [];
  const walk = (value: Json, path: readonly string[]): void => {
    if (Array.isArray(value)) {
      const records = value.filter((one): one is JsonObject => isJsonObject(one));
      if (records.length > 0 && records.length === value.length) found.push({ pointer: pointerOf(...path), records });
    } else if (isJsonObject(value) && path.length < 3) for (const [name, part] of Object.entries(value)) if (isPlainName(name)) walk(part, [...path, name]);
  };
  walk(body, []);
  return found.toSorted((a, b) => b.records.length - a.records.length)[0];
}

function pagingOf(url: URL, body: Json, { records, pointer }: FoundList, hasLinkHeader: boolean): DraftPaginate {
  const parameters = [...url.searchParams.keys()];
  const keys = leaves(body, pointer);
  const given = (pattern: RegExp): string | undefined => parameters.find((name) => pattern.test(name)) ?? keys.find(({ path, value }) => pattern.test(path.at(-1) ?? '') && typeof value === 'number')?.path.at(-1);
  const limitParam = given(/^(limit|per_?page|page_?size|size)$/i);
  const total = keys.find(({ path, value }) => pagingNames.total.test(path.at(-1) ?? '') && typeof value === 'number');
  // All that there is came on one page: then the answer's own word is the best there is, and the total ends the read.
  const named = total?.value === records.length ? keys.find(({ path, value }) => path.at(-1) === limitParam && typeof value === 'number' && value > records.length)?.value : undefined;
  const limits = { limit: Math.max(1, Math.min(typeof named === 'number' ? named : records.length, 500)), ...(limitParam === undefined ? {} : { limitParam }) };
  const totals = total === undefined ? {} : { total: pointerOf(...total.path) };
  if (hasLinkHeader) return { type: 'link', ...limits };
  const next = keys.find(({ path, value }) => pagingNames.next.test(path.at(-1) ?? '') && typeof value === 'string' && value !== '');
  if (next !== undefined) return { type: 'cursor', next: pointerOf(...next.path), param: parameters.find((name) => pagingNames.cursor.test(name)) ?? 'cursor', ...limits };
  const page = given(pagingNames.page);
  if (page !== undefined) return { type: 'page', param: page, ...limits, ...totals };
  const offset = given(/^(offset|skip)$/i);
  if (offset !== undefined) return { type: 'offset', param: offset, ...limits, ...totals };
  return { type: 'none' };
}

function pagingChecks({ type, limit, limitParam, param }: DraftPaginate, records: number): string[] {
  if (type === 'none') return ['No paging was seen: look whether the list really comes whole.'];
  return [
    limit !== undefined && limit > records ? 'The limit is what the answer names: look whether the API gives so many on a page.' : `The limit is the size of the page that came: the API may give more${limitParam === undefined ? ', and "limitParam" was not seen' : ''}.`,
    ...(type === 'cursor' ? [`The parameter of the token is a guess (${param ?? 'cursor'}).`] : []),
  ];
}

/** What an answer holds besides its records. */
function leaves(body: Json, records: string): { readonly path: readonly string[]; readonly value: Json }[] {
  const found: { readonly path: readonly string[]; readonly value: Json }[] = [];
  const walk = (value: Json, path: readonly string[]): void => {
    if (pointerOf(...path) === records || Array.isArray(value)) return;
    if (!isJsonObject(value)) found.push({ path, value });
    else if (path.length < 4) for (const [name, part] of Object.entries(value).slice(0, 100)) if (isPlainName(name)) walk(part, [...path, name]);
  };
  walk(body, []);
  return found;
}

/** The type that a mapping would give a field, told by all its values; text where they differ. */
function sampledType(values: readonly (Json | undefined)[]): string {
  const types = new Set(values.filter((value) => value !== null && value !== undefined && value !== '').map(typeOfValue));
  return types.size === 1 ? ([...types][0] ?? 'text') : types.size === 2 && types.has('integer') && types.has('decimal') ? 'decimal' : 'text';
}

function typeOfValue(value: Json | undefined): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'decimal';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value !== 'string') return 'json';
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return 'date';
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value)) return 'datetime';
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return 'email';
  if (/^https?:\/\//.test(value)) return 'url';
  return /^\+\d[\d ()-]{6,}$/.test(value) ? 'phone' : 'text';
}

// Whoever had the sample fetched means its address, also where it is this machine or in a network of their own.
function toBeOpened({ href, hostname }: URL): readonly string[] {
  const refusal = judgeUrl(href, networkRules([]));
  if (refusal?.canBeOpened !== true) return [];
  return [isThisMachine(hostname) ? 'loopback' : plainHost(hostname)];
}
