import type { HandoffField } from '../../contracts/handoff-definition.js';
import type { JsonObject } from '../../contracts/json.js';
import { compileSetter, type MutableJsonObject } from '../json-pointer.js';
import { compileMapping, type FieldProblem } from '../mapping.js';
import { fillText } from './values.js';

/** MadeFields is the fields of a record, or everything that keeps them from being made. */
export type MadeFields = { readonly ok: true; readonly fields: JsonObject } | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** makeFields makes the fields of a record from the values of a handoff; fields without a value are left out. */
export function makeFields(fields: readonly HandoffField[], values: JsonObject, timeZone: string): MadeFields {
  const made: MutableJsonObject = {};
  const problems: FieldProblem[] = [];
  const mapped = compileMapping(fields.flatMap((field) => (field.kind === 'mapping' ? [field.mapping] : [])), { timeZone })(values);
  if (mapped.ok) for (const [name, value] of Object.entries(mapped.values)) if (value !== null) made[name] = value;
  if (!mapped.ok) problems.push(...mapped.problems);
  for (const field of fields) {
    if (field.kind === 'text') compileSetter(field.to)(made, fillText(field.text, values));
    if (field.kind !== 'items') continue;
    const items = field.items.map((item) => makeFields(item, values, timeZone));
    compileSetter(field.to)(made, items.flatMap((item) => (item.ok ? [item.fields] : [])));
    problems.push(...items.flatMap((item) => (item.ok ? [] : item.problems)));
  }
  return problems.length === 0 ? { ok: true, fields: made } : { ok: false, problems };
}
