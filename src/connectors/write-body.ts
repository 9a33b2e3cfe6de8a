import type { Json, JsonObject } from '../contracts/json.js';
import { compileSetter, isJsonArray, isJsonObject, type FieldSetter, type MutableJsonObject } from '../domain/json-pointer.js';
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

/** compileConstants makes a function that adds constants to fields; a constant wins over a mapped field of its name. With `textValues`, all of them become text. */
export function compileConstants(
  constants: Readonly<Record<string, string | number | boolean | null>>,
  resolve: (text: string) => string,
  textValues = false,
): (fields: JsonObject) => JsonObject {
  if (textValues) {
    const withConstants = compileConstants(constants, resolve);
    return (fields) => asTextValues(withConstants(fields));
  }
  const setters = Object.entries(constants).map(([field, value]): readonly [FieldSetter, typeof value] => [compileSetter(field), value]);
  if (setters.length === 0) return (fields) => fields;
  return (fields) => {
    // A deep copy: a constant may be set within an object of the record's own fields.
    const whole: MutableJsonObject = structuredClone(fields);
    for (const [set, value] of setters) set(whole, typeof value === 'string' ? resolve(value) : value);
    return whole;
  };
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
