import type { ActionStep } from '../../contracts/handoff-definition.js';
import type { JsonObject } from '../../contracts/json.js';
import { compileGetter } from '../json-pointer.js';
import { makeFields } from './make-fields.js';
import { textOf } from './values.js';

/** ActionRecord is what an action has to know of a record. */
export interface ActionRecord {
  readonly id: string;
  readonly version: string | null;
  readonly deleted: boolean;
  readonly data: JsonObject;
}

/** WantedWrite is one change that a step makes. */
export interface WantedWrite {
  readonly kind: 'create' | 'update' | 'archive' | 'delete';
  /** External id; null for a create. */
  readonly id: string | null;
  readonly fields: JsonObject;
  readonly expectedVersion: string | null;
  /** Values of the fields before the change, where they are known. */
  readonly before?: JsonObject;
  /** Field that the record is found by when the answer is lost. */
  readonly by?: string;
  /** Whether a record that the system says exists already is as good as one that was made. */
  readonly adopts?: boolean;
  /** What later steps see of the step once the change is acknowledged, besides the id of the record. */
  readonly output?: JsonObject;
}

/** WriteEnd is what became of a change; `unknown` waits for a person. `stored` says that the step was closed together with it. */
export type WriteEnd = { readonly kind: 'done'; readonly id: string; readonly stored?: boolean } | { readonly kind: 'failed' | 'unknown'; readonly message: string };

/** ActionEnd is what became of an action; its output is what later steps find under the name of the step. */
export type ActionEnd = { readonly kind: 'done'; readonly output: JsonObject; readonly stored?: boolean } | { readonly kind: 'failed' | 'unknown'; readonly message: string };

/** ActionTarget is the object that an action reads or writes. */
export interface ActionTarget {
  get(id: string): Promise<ActionRecord | null>;
  find(field: string, value: string): Promise<readonly ActionRecord[]>;
  /** hasWrites says whether the step has written something already. */
  hasWrites(): Promise<boolean>;
  /** keepBefore keeps the values that an update is about to change, so that they can be restored. */
  keepBefore(before: JsonObject): Promise<void>;
  /** send makes a change, once however often the step is tried. */
  send(wanted: WantedWrite): Promise<WriteEnd>;
}

/** Values is what an action works with besides its target. */
interface Values {
  readonly values: JsonObject;
  readonly timeZone: string;
}

/** performAction does what an action step says to the record that it is about; throws what the target throws. */
export async function performAction(step: ActionStep, given: Values, target: ActionTarget): Promise<ActionEnd> {
  if (step.does === 'create' || step.does === 'ensure') return make(step, given, target);
  const id = step.id === undefined ? undefined : textOf(given.values, step.id);
  if (id === undefined) return { kind: 'failed', message: `There is no id at ${step.id ?? 'the place that "id" names'}.` };
  if (step.does === 'read') {
    const record = await target.get(id);
    return record === null ? noRecord(step, id) : { kind: 'done', output: { ...record.data, id: record.id } };
  }
  return change(step, given, target, id);
}

function noRecord({ object }: ActionStep, id: string): ActionEnd {
  return { kind: 'failed', message: `${object.system}.${object.object} has no record ${id}.` };
}

async function make(step: ActionStep, { values, timeZone }: Values, target: ActionTarget): Promise<ActionEnd> {
  const made = makeFields(step.fields, values, timeZone);
  if (!made.ok) return { kind: 'failed', message: made.problems.map(({ field, message }) => `${field}: ${message}`).join(' ') };
  const value = step.by === undefined ? undefined : textOf({ value: compileGetter(step.by)(made.fields) ?? null }, '/value');
  const output = { ...made.fields, made: true };
  const wanted = { kind: 'create' as const, id: null, fields: made.fields, expectedVersion: null, ...(step.by === undefined ? {} : { by: step.by }), adopts: step.does === 'ensure', output };
  // Asked before the first write only: later, what is found may be what this step has made.
  const known = step.does === 'ensure' && step.by !== undefined && value !== undefined && !(await target.hasWrites()) ? await target.find(step.by, value) : [];
  const present = known.filter((record) => !record.deleted && textOf(record.data, step.by?.startsWith('/') === true ? step.by : `/${step.by ?? ''}`) === value);
  if (present.length > 1) return { kind: 'failed', message: `There are ${present.length} records with this ${step.by ?? ''}; a person has to say which one is meant.` };
  const [only] = present;
  if (only !== undefined) return { kind: 'done', output: { ...only.data, id: only.id, made: false } };
  return ended(await target.send(wanted), output);
}

async function change(step: ActionStep, { values, timeZone }: Values, target: ActionTarget, id: string): Promise<ActionEnd> {
  const made = makeFields(step.fields, values, timeZone);
  if (!made.ok) return { kind: 'failed', message: made.problems.map(({ field, message }) => `${field}: ${message}`).join(' ') };
  const record = await target.get(id);
  if (record === null) return noRecord(step, id);
  const before = Object.fromEntries(Object.keys(made.fields).map((field) => [field, record.data[field] ?? null]));
  await target.keepBefore(before);
  const wanted = { kind: step.does === 'archive' ? 'archive' as const : 'update' as const, id, fields: made.fields, expectedVersion: record.version, before };
  return ended(await target.send(wanted), { ...record.data, ...made.fields });
}

function ended(end: WriteEnd, fields: JsonObject): ActionEnd {
  return end.kind === 'done' ? { kind: 'done', output: { ...fields, id: end.id }, ...(end.stored === true ? { stored: true } : {}) } : end;
}
