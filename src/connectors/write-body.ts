import type { Json, JsonObject } from '../contracts/json.js';
import { compileSetter, type FieldSetter, type MutableJsonObject } from '../domain/json-pointer.js';

/** compilePlace makes a function that gives a body with a value at a JSON Pointer; the empty pointer is the body itself. */
export function compilePlace(pointer: string): (value: Json) => Json {
  if (pointer === '') return (value) => value;
  const set = compileSetter(pointer);
  return (value) => {
    const body: MutableJsonObject = {};
    set(body, value);
    return body;
  };
}

/** compileConstants makes a function that adds constants to fields; a constant wins over a mapped field of its name. */
export function compileConstants(
  constants: Readonly<Record<string, string | number | boolean | null>>,
  resolve: (text: string) => string,
): (fields: JsonObject) => JsonObject {
  const setters = Object.entries(constants).map(([field, value]): readonly [FieldSetter, typeof value] => [compileSetter(field), value]);
  if (setters.length === 0) return (fields) => fields;
  return (fields) => {
    // A deep copy: a constant may be set within an object of the record's own fields.
    const whole: MutableJsonObject = structuredClone(fields);
    for (const [set, value] of setters) set(whole, typeof value === 'string' ? resolve(value) : value);
    return whole;
  };
}
