import type { Json, JsonObject } from '../../contracts/json.js';
import { compileGetter, compileSetter, parseFieldPath, type MutableJsonObject } from '../json-pointer.js';

/** FlatValues is values by field path, as mappings name the fields: a field of its own for each path, however deep. */
export type FlatValues = Readonly<Record<string, Json>>;

/** flatten takes the fields with these paths out of a record; a field that is not there is null. */
export function flatten(record: JsonObject, paths: readonly string[]): FlatValues {
  return Object.fromEntries(paths.map((path) => [path, compileGetter(path)(record) ?? null]));
}

/** unflatten builds the object that holds the fields. */
export function unflatten(values: FlatValues): JsonObject {
  const object: MutableJsonObject = {};
  for (const [path, value] of Object.entries(values)) compileSetter(path)(object, value);
  return object;
}

/**
 * wholeMembers is the fields to send so that `changed` takes effect: every field that shares its top-level member with a
 * changed one, since a system that replaces nested objects would lose the part that stayed the same.
 */
export function wholeMembers(all: FlatValues, changed: FlatValues): FlatValues {
  const members = new Set(Object.keys(changed).map(memberOf));
  return { ...Object.fromEntries(Object.entries(all).filter(([path]) => members.has(memberOf(path)))), ...changed };
}

function memberOf(path: string): string {
  return parseFieldPath(path)[0] ?? path;
}
