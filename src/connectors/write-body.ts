import type { Json, JsonObject } from '../contracts/json.js';
import type { ObjectDefinition } from '../contracts/system-definition.js';
import { compileSetter, isJsonArray, isJsonObject, parseFieldPath, type FieldSetter, type MutableJsonObject } from '../domain/json-pointer.js';
import { createBodyMaker } from './body-template.js';

/**
 * compilePlace makes a function that gives a body with a value at a JSON Pointer; the empty pointer is the body itself. With a
 * template the body holds what that holds besides, and a field of the value wins over one of the template.
 */
export function compilePlace(pointer: string, template: JsonObject | undefined, resolve: (text: string) => string): (value: Json) => Json {
  if (template !== undefined) {
    const bodyOf = createBodyMaker(template, resolve);
    return (value) => (pointer === '' ? { ...bodyOf({}), ...(isJsonObject(value) ? value : {}) } : bodyOf({ [pointer]: value }));
  }
  if (pointer === '') return (value) => value;
  const set = compileSetter(pointer);
  return (value) => {
    const body: MutableJsonObject = {};
    set(body, value);
    return body;
  };
}

/** FieldShape is how the fields of an object are written. */
export interface FieldShape {
  readonly lists?: ObjectDefinition['lists'] | undefined;
  readonly textValues?: boolean | undefined;
}

/**
 * compileFields makes a function that gives the fields of a record as they are written: with constants, which win over a
 * mapped field of their name, lists as arrays, and values as text where the object wants it.
 */
export function compileFields(constants: Constants, resolve: (text: string) => string, { lists = [], textValues = false }: FieldShape): (fields: JsonObject) => JsonObject {
  const withConstants = compileConstants(constants, resolve);
  const places = lists.map(parseFieldPath);
  return (fields) => {
    const whole = places.reduce(withListAt, withConstants(fields));
    return textValues ? asTextValues(whole) : whole;
  };
}

type Constants = Readonly<Record<string, string | number | boolean | null>>;

function compileConstants(constants: Constants, resolve: (text: string) => string): (fields: JsonObject) => JsonObject {
  const setters = Object.entries(constants).map(([field, value]): readonly [FieldSetter, typeof value] => [compileSetter(field), value]);
  if (setters.length === 0) return (fields) => fields;
  return (fields) => {
    // A deep copy: a constant may be set within an object of the record's own fields.
    const whole: MutableJsonObject = structuredClone(fields);
    for (const [set, value] of setters) set(whole, typeof value === 'string' ? resolve(value) : value);
    return whole;
  };
}

/** Fields whose value at a place is a list of what stands under numbers there; other values stay. */
function withListAt(fields: JsonObject, [name = '', ...rest]: readonly string[]): JsonObject {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!isJsonObject(value)) return fields;
  if (rest.length > 0) return { ...fields, [name]: withListAt(value, rest) };
  const positions = Object.keys(value);
  if (positions.length === 0 || !positions.every((position) => /^\d{1,3}$/.test(position))) return fields;
  return { ...fields, [name]: positions.map(Number).toSorted((a, b) => a - b).flatMap((position) => value[String(position)] ?? []) };
}

/** Fields with every number, true, false and null in them as text; null becomes the empty text. */
function asTextValues(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, textValue(value)]));
}

function textValue(value: Json): Json {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isJsonArray(value)) return value.map(textValue);
  return isJsonObject(value) ? asTextValues(value) : value;
}
