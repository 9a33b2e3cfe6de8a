import type { Json, JsonObject } from '../contracts/json.js';

/** FieldGetter reads one field of a record; undefined where the record has no such field. */
export type FieldGetter = (record: Json) => Json | undefined;

/** FieldSetter writes one field of an object that is being built. */
export type FieldSetter = (target: MutableJsonObject, value: Json) => void;

/** MutableJsonObject is a JSON object that is being built. */
export interface MutableJsonObject {
  [key: string]: Json;
}

/** FieldPathError says what is wrong with a field path. */
export class FieldPathError extends Error {
  override readonly name = 'FieldPathError';
}

const MAX_PATH_LENGTH = 1_000;
const MAX_DEPTH = 32;
const REFUSED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
const ARRAY_INDEX = /^(?:0|[1-9]\d{0,8})$/;

/**
 * parseFieldPath gives the member names of a field path: a JSON Pointer (RFC 6901) where it begins with a slash, otherwise
 * the name of one top-level member. The empty pointer is the whole document.
 * @throws FieldPathError where the path is too long, too deep, or has a `~` that is not `~0` or `~1`.
 */
export function parseFieldPath(path: string): readonly string[] {
  if (path.length > MAX_PATH_LENGTH) throw new FieldPathError(`A field path has at most ${MAX_PATH_LENGTH} characters.`);
  if (path === '') return [];
  if (!path.startsWith('/')) return [path];
  const names = path.slice(1).split('/');
  if (names.length > MAX_DEPTH) throw new FieldPathError(`The field path ${path} is more than ${MAX_DEPTH} levels deep.`);
  return names.map((name) => {
    if (/~(?![01])/.test(name)) {
      throw new FieldPathError(`In the field path ${path}, write ~0 for a tilde and ~1 for a slash within a name.`);
    }
    return name.replaceAll('~1', '/').replaceAll('~0', '~');
  });
}

/**
 * compileGetter makes a function that reads a field. Only own members are read, so `/constructor` finds nothing in a
 * record without such a member.
 * @throws FieldPathError where the path is malformed.
 */
export function compileGetter(path: string): FieldGetter {
  const names = parseFieldPath(path);
  const [first] = names;
  if (first === undefined) return (record) => record;
  if (names.length === 1) return (record) => member(record, first);
  return (record) => {
    let value: Json | undefined = record;
    for (const name of names) {
      if (value === undefined) return undefined;
      value = member(value, name);
    }
    return value;
  };
}

/**
 * compileSetter makes a function that writes a field and creates the objects on the way. Numeric names become members of
 * objects: arrays are never created.
 * @throws FieldPathError where the path is malformed, empty, or names `__proto__`, `constructor` or `prototype`. The
 * setter itself throws it where something that is not an object stands in the way.
 */
export function compileSetter(path: string): FieldSetter {
  const names = parseFieldPath(path);
  const last = names.at(-1);
  if (last === undefined) throw new FieldPathError('The empty path stands for the whole record and cannot be written.');
  const refused = names.find((name) => REFUSED_NAMES.has(name));
  if (refused !== undefined) throw new FieldPathError(`A field named ${refused} cannot be written.`);
  if (names.length === 1) {
    return (target, value) => {
      target[last] = value;
    };
  }
  const parents = names.slice(0, -1);
  return (target, value) => {
    let parent = target;
    for (const name of parents) {
      const next = Object.hasOwn(parent, name) ? parent[name] : undefined;
      if (next === undefined) {
        const created: MutableJsonObject = {};
        parent[name] = created;
        parent = created;
      } else if (isJsonObject(next)) parent = next;
      else throw new FieldPathError(`The field ${path} cannot be written: ${name} holds a value, not an object.`);
    }
    parent[last] = value;
  };
}

/** isJsonObject tells an object from arrays, null and scalars. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** isJsonArray tells an array from other values; `Array.isArray` alone does not narrow a readonly array. */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function member(value: Json, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isJsonArray(value)) return ARRAY_INDEX.test(name) ? value[Number(name)] : undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
