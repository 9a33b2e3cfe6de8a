import type { DraftPaginate } from '../../contracts/system-draft.js';
import type { JsonObject } from '../../contracts/json.js';
import { pagingNames } from './known-names.js';
import { pointerOf } from './names.js';
import { propertiesOf, typeOf, type OpenApiParameter } from './openapi-access.js';

const USUAL_PAGE = 100;

/** unknownNext stands where a document has a parameter for the token and does not say where the answer holds it. */
export const unknownNext = '/next_cursor';

/** openApiPaging guesses how a list is cut into pages from its parameters and its answer. */
export function openApiPaging(parameters: readonly OpenApiParameter[], answer: JsonObject, headers: readonly string[]): DraftPaginate {
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const named = (pattern: RegExp): OpenApiParameter | undefined => query.find(({ name }) => pattern.test(name));
  const size = named(pagingNames.limit);
  const limits = { limit: pageSize(size), ...(size === undefined ? {} : { limitParam: size.name }) };
  const total = leaf(answer, pagingNames.total, (type) => type === 'integer' || type === 'number');
  const totals = total === undefined ? {} : { total };
  const offset = named(pagingNames.offset);
  // An offset that is text is a token under another name.
  const cursor = named(pagingNames.cursor) ?? (offset !== undefined && typeOf(offset.schema) === 'string' ? offset : undefined);
  const next = cursor === undefined ? undefined : nextPointer(answer, cursor.name);
  if (cursor !== undefined && next !== undefined) return { type: 'cursor', next, param: cursor.name, ...limits };
  const page = named(pagingNames.page);
  if (page !== undefined) return { type: 'page', param: page.name, ...(page.schema['default'] === 0 ? { start: 0 } : {}), ...limits, ...totals };
  if (offset !== undefined && typeOf(offset.schema) !== 'string') return { type: 'offset', param: offset.name, ...limits, ...totals };
  if (cursor !== undefined) return { type: 'cursor', next: unknownNext, param: cursor.name, ...limits };
  if (headers.some((name) => name.toLowerCase() === 'link')) return { type: 'link', ...limits };
  return { type: 'none' };
}

function pageSize(size: OpenApiParameter | undefined): number {
  const most = size?.schema['maximum'];
  if (typeof most === 'number' && most >= 1) return Math.min(most, 500);
  return USUAL_PAGE;
}

/** Where the answer holds the token: by its name, best below something that is called paging or next. */
function nextPointer(answer: JsonObject, parameter: string): string | undefined {
  const same = new RegExp(`^(next_?)?${parameter.replaceAll(/[^a-z0-9]/gi, '.?')}$`, 'i');
  return leaf(answer, same, isToken) ?? leaf(answer, pagingNames.next, isToken);
}

function isToken(type: string): boolean {
  return type === 'string' || type === 'integer' || type === '';
}

/** The pointer of a property by its name; never within the records themselves. */
function leaf(schema: JsonObject, name: RegExp, fits: (type: string) => boolean): string | undefined {
  const queue: (readonly [JsonObject, readonly string[]])[] = [[schema, []]];
  for (let [one] = queue; one !== undefined; queue.shift(), [one] = queue) {
    const [at, path] = one;
    const properties = Object.entries(propertiesOf(at));
    const found = properties.find(([key, property]) => name.test(key) && fits(typeOf(property)) && Object.keys(propertiesOf(property)).length === 0);
    if (found !== undefined) return pointerOf(...path, found[0]);
    if (path.length >= 3 || queue.length > 200) continue;
    for (const [key, property] of properties) if (typeOf(property) !== 'array' && Object.keys(propertiesOf(property)).length > 0) queue.push([property, [...path, key]]);
  }
  return undefined;
}
