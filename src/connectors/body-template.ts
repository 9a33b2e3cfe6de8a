import type { Json, JsonObject } from '../contracts/json.js';
import { FieldPathError, isJsonArray, isJsonObject, parseFieldPath, type MutableJsonObject } from '../domain/json-pointer.js';

/** BodyMaker makes a body: a template with values at places, each a field name or a JSON Pointer. */
export type BodyMaker = (values: Readonly<Record<string, Json>>) => JsonObject;

/**
 * createBodyMaker makes bodies of a template, which stays as it is; `resolve` replaces the references in its texts. Unlike
 * the fields of a record, a place may lie in an array of the template, or right after its last element. Text that is a number
 * becomes one where the template has a number in that place. A body throws FieldPathError for a place that cannot be reached.
 */
export function createBodyMaker(template: JsonObject, resolve: (text: string) => string): BodyMaker {
  const paths = new Map<string, readonly string[]>();
  const pathOf = (place: string): readonly string[] => {
    const known = paths.get(place) ?? parseFieldPath(place);
    paths.set(place, known);
    return known;
  };
  return (values) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the copy of an object is an object that may be changed
    const body = copy(template, resolve) as MutableJsonObject;
    for (const [place, value] of Object.entries(values)) setAt(body, place, pathOf(place), value);
    return body;
  };
}

/** copy gives a deep copy of a value, with the references in its texts resolved. */
function copy(value: Json, resolve: (text: string) => string): Json {
  if (typeof value === 'string') return resolve(value);
  if (isJsonArray(value)) return value.map((part) => copy(part, resolve));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part, resolve)]));
}

function setAt(body: MutableJsonObject, place: string, names: readonly string[], value: Json): void {
  let parent: Json | undefined = body;
  for (const [depth, name] of names.entries()) {
    const last = depth === names.length - 1;
    if (['__proto__', 'constructor', 'prototype'].includes(name)) throw new FieldPathError(`A field named ${name} cannot be written.`);
    if (isJsonArray(parent)) parent = stepIntoArray(parent, name, last, value, place);
    else if (isJsonObject(parent)) parent = stepIntoObject(parent, name, last, value);
    else throw new FieldPathError(`The place ${place} cannot be written: a value stands in its way.`);
  }
}

function stepIntoObject(parent: MutableJsonObject, name: string, last: boolean, value: Json): Json {
  const there = Object.hasOwn(parent, name) ? parent[name] : undefined;
  const next = last ? likewise(there, value) : there ?? {};
  parent[name] = next;
  return next;
}

function stepIntoArray(parent: readonly Json[], name: string, last: boolean, value: Json, place: string): Json {
  const index = /^\d{1,4}$/.test(name) ? Number(name) : NaN;
  if (!(index <= parent.length)) throw new FieldPathError(`The place ${place} cannot be written: the array has no element ${name}.`);
  const next = last ? likewise(parent[index], value) : parent[index] ?? {};
  // The template was copied, so that its arrays are nobody else's.
  (parent as Json[])[index] = next;
  return next;
}

function likewise(there: Json | undefined, value: Json): Json {
  return typeof there === 'number' && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}
