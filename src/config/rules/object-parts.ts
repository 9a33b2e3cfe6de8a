import { connectorOf } from '../schema/system-kinds.js';
import { listAt, mappingAt, textAt, valueAt } from '../tolerant-access.js';

/** objectsOf lists the objects that a system definition has, by what its connector says of them. */
export function objectsOf(value: unknown): readonly string[] {
  return connectorOf(value) === 'smtp' ? ['message'] : Object.keys(mappingAt(value, ['objects']));
}

/** partIsThere says whether an object can do what a key of a REST object stands for, whatever the connector calls it. */
export function partIsThere(value: unknown, object: string, keys: readonly string[]): boolean {
  return readers[connectorOf(value)](value, object, keys);
}

type PartReader = (value: unknown, object: string, keys: readonly string[]) => boolean;

const readers: Readonly<Record<ReturnType<typeof connectorOf>, PartReader>> = {
  rest: (value, object, keys) => valueAt(value, ['objects', object, ...keys]) !== undefined,
  postgres(value, object, [part = '', ...rest]) {
    if (part === 'list' || part === 'get') return true;
    if (part === 'find') return rest[0] === 'by' && rest[1] !== undefined ? listAt(value, ['objects', object, 'find']).includes(rest[1]) : listAt(value, ['objects', object, 'find']).length > 0;
    const keys = [part, ...rest.map((key) => (part === 'create' && key === 'idempotencyHeader' ? 'key' : key))];
    return valueAt(value, ['objects', object, ...keys]) !== undefined;
  },
  files(value, object, [part = '']) {
    const has = (...keys: readonly string[]): boolean => valueAt(value, ['objects', object, ...keys]) !== undefined;
    if (part === 'list' || part === 'since') return has('read');
    if (part === 'create') return has('write');
    if (part === 'update' || part === 'archive' || part === 'delete') return has('write', 'kindColumn');
    return part === 'deleted' || part === 'inactive' ? has(part) : false;
  },
  smtp: (value, _object, [part, more]) => part === 'create' && (more === undefined || (more === 'idempotencyHeader' && textAt(value, ['duplicates']) === 'accept')),
};
