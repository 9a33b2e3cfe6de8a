import type { Json, JsonObject } from '../contracts/json.js';
import type { FieldMapping } from '../contracts/sync-definition.js';
import { compileGetter, compileSetter, type MutableJsonObject } from './json-pointer.js';
import { Refusal } from './refusal.js';
import { compileReader } from './value-types.js';

/** Types whose values a system may write in another way than it was sent them: 12.5 and "12.50", or a date with a time. */
const reread: ReadonlySet<string> = new Set(['phone', 'integer', 'decimal', 'money', 'boolean', 'date', 'datetime', 'country', 'currency']);

/**
 * compileComparable makes the function that takes the mapped fields out of a target record in the form in which the
 * mapping gives them, so that equal values are equal texts: the empty text is null, and numbers, dates and the like are
 * read as their type. What cannot be read stays as it is, and is then a difference. `timeZone` is that of the target.
 */
export function compileComparable(fields: readonly FieldMapping[], timeZone: string): (record: JsonObject) => JsonObject {
  const parts = fields.map((mapping) => ({ get: compileGetter(mapping.to), set: compileSetter(mapping.to), normal: compileNormal(mapping, timeZone) }));
  return (record) => {
    const values: MutableJsonObject = {};
    for (const { get, set, normal } of parts) {
      const value = get(record) ?? null;
      set(values, value === null || value === '' ? null : normal(value));
    }
    return values;
  };
}

function compileNormal({ type, currency }: FieldMapping, timeZone: string): (value: Json) => Json {
  if (!reread.has(type)) return (value) => value;
  const read = compileReader(type, { timeZone });
  // The places of an amount are those of its currency, which only a fixed one tells here.
  const around = currency !== undefined && 'value' in currency ? { currency: currency.value } : {};
  return (value) => {
    const result = read(value, around, []);
    return result instanceof Refusal ? value : result;
  };
}
