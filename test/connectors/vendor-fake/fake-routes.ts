import type { WriteKind } from '../../../src/contracts/connector.js';
import type { BatchOperation, FindOperation, HttpMethod, ListOperation, ObjectDefinition, ReadOneOperation, RestSystemDefinition, WriteOperation } from '../../../src/contracts/system-definition.js';
import { isJsonArray } from '../../../src/domain/json-pointer.js';
import { captured, parameter, type FakeRequest } from './fake-request.js';
import { at } from './places.js';

/** FakeRoute is one operation of a definition as a fake serves it. */
export type FakeRoute = { readonly object: string; readonly method: HttpMethod; readonly path: string } & (
  | { readonly does: 'list'; readonly operation: ListOperation }
  | { readonly does: 'find'; readonly operation: FindOperation }
  | { readonly does: 'get'; readonly operation: ReadOneOperation }
  | { readonly does: 'write'; readonly kind: WriteKind; readonly operation: WriteOperation }
  | { readonly does: 'batch'; readonly kind: WriteKind; readonly operation: WriteOperation; readonly batch: BatchOperation }
  | { readonly does: 'job'; readonly batch: BatchOperation }
);

const writes: readonly WriteKind[] = ['create', 'update', 'archive', 'delete'];

/** routesOf lists what a system can be asked. */
export function routesOf({ objects }: RestSystemDefinition): readonly FakeRoute[] {
  return Object.entries(objects).flatMap(([object, definition]) => routesOfObject(object, definition));
}

function routesOfObject(object: string, { list, since, find, get, ...definition }: ObjectDefinition): readonly FakeRoute[] {
  const reads: FakeRoute[] = [{ object, ...list, does: 'list', operation: list }];
  if (since?.list !== undefined) reads.push({ object, ...since.list, does: 'list', operation: since.list });
  if (find !== undefined) reads.push({ object, method: find.method, path: find.path, does: 'find', operation: find });
  if (get !== undefined) reads.push({ object, method: get.method, path: get.path, does: 'get', operation: get });
  return [...reads, ...writes.flatMap((kind): readonly FakeRoute[] => {
    const operation = definition[kind];
    if (operation === undefined) return [];
    const { method, path, batch } = operation;
    if (batch === undefined) return [{ object, method, path, does: 'write', kind, operation }];
    const job: readonly FakeRoute[] = batch.job === undefined ? [] : [{ object, method: 'GET', path: batch.job.path, does: 'job', batch }];
    return [{ object, method, path, does: 'write', kind, operation }, { object, method: batch.method, path: batch.path, does: 'batch', kind, operation, batch }, ...job];
  })];
}

/** Routed is a route and what its path names. */
export interface Routed {
  readonly route: FakeRoute;
  readonly id: string | undefined;
  /** What stands for fields of a record in the path. */
  readonly natural: string | undefined;
}

/** findRoute gives the route that fits a request best: the one with the fewest placeholders and the most fixed parameters. */
export function findRoute(routes: readonly FakeRoute[], request: FakeRequest): Routed | undefined {
  const fitting = routes.flatMap((route) => {
    const [path = '', query = ''] = route.path.split('?');
    const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
    const pattern = path.split(/\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('([^/]+)');
    const found = new RegExp(`^${pattern}$`).exec(request.path);
    const parameters = [...new URLSearchParams(query)];
    const fixed = parameters.filter(([, value]) => value !== '{id}');
    const idInQuery = parameters.filter(([, value]) => value === '{id}').map(([name]) => request.query.get(name))[0];
    if (idInQuery === null) return [];
    if (route.method !== request.method || found === null || !fixed.every(([name, value]) => request.query.getAll(name).includes(value))) return [];
    const score = matches(route, request);
    if (score === undefined) return [];
    const idAt = names.indexOf('id');
    const natural = found.slice(1).filter((_, index) => index !== idAt).map(decodeURIComponent).join('/');
    return [{ route, id: idAt === -1 ? idInQuery : decodeURIComponent(found[idAt + 1] ?? ''), natural: natural === '' ? undefined : natural, rank: score + fixed.length - names.length * 100 }];
  });
  return fitting.toSorted((a, b) => b.rank - a.rank)[0];
}

/** How well a request fits a route whose method and path it has; undefined: not at all. */
function matches(route: FakeRoute, request: FakeRequest): number | undefined {
  if (route.does === 'find') {
    const search = searchOf(route.operation, request);
    // Without a value it looks much like the list, whose own parameters tell it apart.
    return search === undefined ? undefined : search.value === undefined ? Object.keys(route.operation.by[search.field] ?? {}).length - 0.5 : 50;
  }
  if (route.does === 'list') return Object.entries(route.operation.params).filter(([name, value]) => parameter(route.operation, request, name) === value).length;
  if (route.does === 'batch') {
    const items = at(request.body, route.batch.items);
    return isJsonArray(items) && items.length !== 1 ? 50 : isJsonArray(items) ? -1 : undefined;
  }
  return 0;
}

/** searchOf says which field a request looks up, and the value. */
export function searchOf(find: FindOperation, request: FakeRequest): { readonly field: string; readonly value: string | undefined } | undefined {
  for (const [field, parameters] of Object.entries(find.by)) {
    const read = Object.entries(parameters).map(([name, template]) => captured(template, parameter(find, request, name)));
    const inPath = captured(find.path, request.path)?.['value'];
    const value = inPath ?? read.map((each) => each?.['value']).find((each) => each !== undefined);
    const isSearch = value !== undefined || !Object.values(parameters).some((template) => template.includes('{value}'));
    if (isSearch && read.every((each) => each !== undefined)) return { field, value };
  }
  return undefined;
}
