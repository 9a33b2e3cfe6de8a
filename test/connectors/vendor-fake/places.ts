import type { Condition } from '../../../src/contracts/condition.js';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import { compileGetter, isJsonArray, isJsonObject, parseFieldPath } from '../../../src/domain/json-pointer.js';

/** at reads a place of a value. */
export function at(value: Json | undefined, place: string | undefined): Json | undefined {
  return value === undefined || place === undefined ? undefined : compileGetter(place)(value);
}

/** put gives a value with another one at a place; numbers in the place make arrays. */
export function put(value: Json | undefined, place: string, inner: Json): Json {
  const set = (base: Json | undefined, names: readonly string[]): Json => {
    const [name, ...rest] = names;
    if (name === undefined) return isJsonObject(base) && isJsonObject(inner) ? { ...base, ...inner } : inner;
    if (/^\d+$/.test(name)) {
      const array = isJsonArray(base) ? [...base] : [];
      array[Number(name)] = set(array[Number(name)], rest);
      return array;
    }
    const object = isJsonObject(base) ? base : {};
    return { ...object, [name]: set(object[name], rest) };
  };
  return set(value, parseFieldPath(place));
}

/** satisfy gives a body for which a condition holds, or does not. */
export function satisfy(body: Json, condition: Condition, holds: boolean): Json {
  if (condition.kind === 'compare' && condition.operator === '=') return put(body, condition.field, holds ? condition.value : typeof condition.value === 'boolean' ? !condition.value : 'other');
  if (condition.kind === 'in' && !condition.negated) return put(body, condition.field, holds ? condition.values[0] ?? null : 'other');
  if (condition.kind === 'any') return holds ? satisfy(body, condition.of[0] ?? condition, true) : condition.of.reduce((all, each) => satisfy(all, each, false), body);
  throw new Error(`the fake cannot make an answer for a condition of the kind ${condition.kind}`);
}

/** merged merges objects deeply. */
export function merged(base: JsonObject, change: JsonObject): JsonObject {
  return Object.fromEntries([...Object.entries(base), ...Object.entries(change).map(([key, value]) => {
    const there = base[key];
    return [key, isJsonObject(there) && isJsonObject(value) ? merged(there, value) : value] as const;
  })]);
}

/** parseForm reads a form-encoded body, with brackets, or JSON texts, for what is nested. */
export function parseForm(text: string, nestedJson = false): JsonObject {
  let body: Json = {};
  for (const [name, value] of new URLSearchParams(text)) body = put(body, `/${name.replaceAll(']', '').replaceAll('[', '/')}`, nestedJson && /^[{[]/.test(value) ? JSON.parse(value) as Json : value);
  return isJsonObject(body) ? body : {};
}
