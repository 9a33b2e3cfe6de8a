import type { Json } from '../contracts/json.js';
import type { FieldMapping } from '../contracts/sync-definition.js';
import { excerptOf } from '../domain/excerpt.js';
import { sameJson } from '../domain/json-equal.js';
import { compileGetter, compileSetter, FieldPathError, isJsonArray, type MutableJsonObject } from '../domain/json-pointer.js';
import { compileMapping, MappingError } from '../domain/mapping.js';
import { scalarText } from '../domain/text-value.js';

/** MappingExample is a source value and what must be made of it. */
export interface MappingExample {
  /** Absent: the source has no value. Of several source fields, the list of their values. */
  readonly in?: Json | undefined;
  /** Values of other source fields that the mapping looks at. */
  readonly with?: Readonly<Record<string, Json>> | undefined;
  readonly out: Json;
}

/** ExampleProblem is what is wrong with an example, and which part of it says so. */
export interface ExampleProblem {
  readonly part: 'in' | 'with' | 'out';
  readonly message: string;
}

/**
 * exampleProblem runs a mapping on the source value of an example; undefined where it makes what the example says, or
 * where the mapping itself cannot be compiled. `timeZone` is the IANA zone of the source's date-times without one.
 */
export function exampleProblem(mapping: FieldMapping, example: MappingExample, timeZone: string): ExampleProblem | undefined {
  const record = sourceRecord(mapping, example);
  if ('message' in record) return record;
  try {
    const mapped = compileMapping([mapping], { timeZone })(record.fields);
    if (!mapped.ok) return { part: 'out', message: `the example is refused: ${mapped.problems.map(({ message }) => message).join(' ')} Expected ${shown(example.out)}` };
    const made = compileGetter(mapping.to)(mapped.values) ?? null;
    return isAsSaid(made, example.out) ? undefined : { part: 'out', message: `the example gives ${shown(made)}, expected ${shown(example.out)}${quoteHint(made, example.out)}` };
  } catch (error) {
    if (error instanceof MappingError) return undefined;
    throw error;
  }
}

function sourceRecord({ from }: FieldMapping, { in: value, with: others }: MappingExample): { readonly fields: MutableJsonObject } | ExampleProblem {
  const fields: MutableJsonObject = {};
  if (from.length === 0 && value !== undefined) return { part: 'in', message: "a fixed value is made of nothing, so its example has only 'out'" };
  if (from.length > 1 && value !== undefined && !(isJsonArray(value) && value.length === from.length)) {
    return { part: 'in', message: `expected a list of ${from.length} values, one for each of ${from.join(', ')}` };
  }
  const values = from.length > 1 && isJsonArray(value) ? value : [value];
  const own = from.map((field, index) => ({ field, value: values[index] }));
  for (const part of ['with', 'in'] as const) {
    const entries = part === 'in' ? own : Object.entries(others ?? {}).map(([field, other]) => ({ field, value: other }));
    for (const entry of entries) {
      if (entry.value === undefined) continue;
      try {
        compileSetter(entry.field)(fields, entry.value);
      } catch (error) {
        if (!(error instanceof FieldPathError)) throw error;
        return { part, message: `the example cannot be put together: ${error.message}` };
      }
    }
  }
  return { fields };
}

/** What is written without quotes may be a number where the mapping makes a text. */
function isAsSaid(made: Json, out: Json): boolean {
  return sameJson(made, out) || (typeof made === 'string' && (typeof out === 'number' || typeof out === 'boolean') && scalarText(out) === made);
}

function quoteHint(made: Json, out: Json): string {
  return typeof made === 'string' && typeof out === 'number' ? '; put it in quotes' : '';
}

function shown(value: Json): string {
  if (value === null) return 'nothing';
  return typeof value === 'string' ? `'${excerptOf(value)}'` : isJsonArray(value) ? excerptOf(value) : JSON.stringify(value);
}
