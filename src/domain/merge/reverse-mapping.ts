import type { Json, JsonObject } from '../../contracts/json.js';
import type { FieldMapping } from '../../contracts/sync-definition.js';
import { compileSetter, type MutableJsonObject } from '../json-pointer.js';
import { sameJson } from '../json-equal.js';
import { compileMapping, type FieldProblem } from '../mapping.js';
import type { FlatValues } from './flat-values.js';
import { scalarText } from '../text-value.js';

/** ReverseMapped is target fields in the source's shape, or everything that keeps them from being so. */
export type ReverseMapped =
  | { readonly ok: true; readonly values: JsonObject }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** whyNotReversible says in one sentence why values of a field cannot be carried back to the source; undefined where they can. */
export function whyNotReversible({ from, convert, constant }: Pick<FieldMapping, 'from' | 'convert' | 'constant'>): string | undefined {
  if (constant !== undefined || from.length === 0) return 'a fixed value has no source field to go back to';
  if (from.length > 1) return 'a value made of several source fields cannot be taken apart again';
  for (const step of convert) {
    if (step.kind === 'call') return `the conversion ${step.name}(…) cannot be undone; a lookup table can, when each of its values stands there once`;
    const outputs = Object.values(step.table).map((output) => JSON.stringify(output));
    if (new Set(outputs).size !== outputs.length) return 'the lookup table gives the same value for several source values, so it cannot be read backwards';
  }
  return undefined;
}

/**
 * compileReverseMapping makes the way back of the field mappings whose direction is `both` or `back`: by target field, the
 * source field and the value that the mapping would make the target's value of. A value that would not come out the same
 * the next time the source is read is a problem, since it would be taken for a change.
 * @throws RangeError where a field cannot be carried back.
 */
export function compileReverseMapping(fields: readonly FieldMapping[], timeZone: string): (values: FlatValues) => ReverseMapped {
  const ways = new Map(fields.filter(({ direction }) => direction !== 'forward').map((field) => [field.to, compileWayBack(field, timeZone)]));
  return (values) => {
    const made: MutableJsonObject = {};
    const problems: FieldProblem[] = [];
    for (const [path, value] of Object.entries(values)) {
      const found = ways.get(path)?.(made, value);
      if (found !== undefined) problems.push(found);
    }
    return problems.length === 0 ? { ok: true, values: made } : { ok: false, problems };
  };
}

type WayBack = (made: MutableJsonObject, value: Json) => FieldProblem | undefined;

function compileWayBack(field: FieldMapping, timeZone: string): WayBack {
  const [from] = field.from;
  const why = whyNotReversible(field);
  if (why !== undefined || from === undefined) throw new RangeError(`The field '${field.to}' cannot be carried back: ${why ?? 'it has no source field'}.`);
  const set = compileSetter(from);
  const tables = field.convert.toReversed().flatMap((step) => (step.kind === 'lookup' ? [inverse(step.table)] : []));
  const again = compileMapping([{ ...field, required: false }], { timeZone });
  // Where the mapping looks at other source fields, its result for this one alone says nothing.
  const looksAround = [field.region, field.currency].some((setting) => setting !== undefined && 'field' in setting);
  return (made, value) => {
    let raw: Json = value;
    for (const table of tables) {
      const found = raw === null ? null : table.get(keyOf(raw));
      if (found === undefined) return problem(field, `'${keyOf(raw)}' is none of the values that the lookup table gives, so there is no source value for it.`);
      raw = found;
    }
    set(made, raw);
    const single: MutableJsonObject = {};
    set(single, raw);
    const mapped = again(single);
    if (looksAround || (mapped.ok && sameJson(mapped.values, targetOnly(field, value)))) return undefined;
    return problem(field, mapped.ok ? 'The value would come out differently the next time the source is read.' : (mapped.problems[0]?.message ?? 'The value is not valid.'));
  };
}

function inverse(table: Readonly<Record<string, Json>>): ReadonlyMap<string, Json> {
  return new Map(Object.entries(table).map(([input, output]) => [keyOf(output), input]));
}

function keyOf(value: Json): string {
  const text = scalarText(value);
  return typeof text === 'string' ? text : JSON.stringify(value);
}

function targetOnly(field: FieldMapping, value: Json): JsonObject {
  const object: MutableJsonObject = {};
  compileSetter(field.to)(object, value);
  return object;
}

function problem(field: FieldMapping, message: string): FieldProblem {
  return { field: field.to, from: field.from, code: 'not-reversible', message };
}
