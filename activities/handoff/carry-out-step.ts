import type { ActionStep } from '../../src/contracts/handoff-definition.js';
import type { StepInput, StepResult } from '../../src/contracts/handoff.js';
import type { JsonObject } from '../../src/contracts/json.js';
import { makeFields } from '../../src/domain/handoff/make-fields.js';
import { textOf } from '../../src/domain/handoff/values.js';
import { compileGetter } from '../../src/domain/json-pointer.js';
import { beginStep, endStep, keepBefore } from '../../src/store/handoff-steps.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { systemTrouble } from '../sync/trouble.js';
import type { HandoffDependencies } from './dependencies.js';
import { enterStep, isWanted, loadStep, type StepContext } from './handoff-context.js';
import { openTarget, sendOnce, type StepTarget, type WriteEnd } from './send-once.js';
import { stepTrouble } from './step-trouble.js';

/** carryOutStep reads or writes the record of an action; a repeat of what was done before gives its result again. */
export async function carryOutStep(dependencies: HandoffDependencies, input: StepInput, heartbeat: Heartbeat): Promise<StepResult> {
  const context = await loadStep(dependencies.database, input);
  const { database, handoff, path, step, row } = context;
  if (row !== undefined && (row.state === 'done' || row.state === 'skipped' || row.state === 'unknown')) return { state: row.state };
  if (step.kind !== 'action') return { state: 'skipped' };
  // What makes a record begins together with its first write, in one statement.
  const beginsWithWrite = row === undefined && (step.does === 'create' || step.does === 'ensure') && isWanted(context);
  if (!beginsWithWrite && !(await enterStep(context))) {
    await endStep(database, handoff.id, path, { state: 'skipped' });
    return { state: 'skipped' };
  }
  const target = await openTarget(dependencies, context, step.object);
  try {
    const end = await act(context, step, target, heartbeat.signal);
    if (end.kind === 'done' && end.stored === true) return { state: 'done' };
    if (beginsWithWrite) await beginStep(database, handoff.id, path, step.name);
    await endStep(database, handoff.id, path, end.kind === 'done' ? { state: 'done', output: end.output } : { state: end.kind, message: end.message });
    return { state: end.kind };
  } catch (error) {
    if (beginsWithWrite) await beginStep(database, handoff.id, path, step.name);
    throw await stepTrouble(context, target, systemTrouble(error));
  }
}

type ActionEnd = { readonly kind: 'done'; readonly output: JsonObject; readonly stored?: boolean } | { readonly kind: 'failed' | 'unknown'; readonly message: string };

async function act(context: StepContext, step: ActionStep, target: StepTarget, signal: AbortSignal): Promise<ActionEnd> {
  if (step.does === 'create' || step.does === 'ensure') return make(context, step, target, signal);
  const id = step.id === undefined ? undefined : textOf(context.values, step.id);
  if (id === undefined) return { kind: 'failed', message: `There is no id at ${step.id ?? 'the place that "id" names'}.` };
  if (step.does === 'read') {
    const record = await target.connector.get(target.objectName, id, signal);
    return record === null ? { kind: 'failed', message: `${step.object.system}.${step.object.object} has no record ${id}.` } : { kind: 'done', output: { ...record.data, id: record.id } };
  }
  return change(context, step, target, id, signal);
}

async function make(context: StepContext, step: ActionStep, target: StepTarget, signal: AbortSignal): Promise<ActionEnd> {
  const made = makeFields(step.fields, context.values, context.definition.timeZone);
  if (!made.ok) return { kind: 'failed', message: made.problems.map(({ field, message }) => `${field}: ${message}`).join(' ') };
  const value = step.by === undefined ? undefined : textOf({ value: compileGetter(step.by)(made.fields) ?? null }, '/value');
  const output = { ...made.fields, made: true };
  const wanted = { kind: 'create' as const, id: null, fields: made.fields, expectedVersion: null, ...(step.by === undefined ? {} : { by: step.by }), adopts: step.does === 'ensure', output };
  // Asked before the first write only: later, what is found may be what this step has made.
  const known = step.does === 'ensure' && step.by !== undefined && value !== undefined && (context.row === undefined || !(await target.hasWrites())) ? await target.connector.find(target.objectName, step.by, value, signal) : [];
  const present = known.filter((record) => !record.deleted && textOf(record.data, step.by?.startsWith('/') === true ? step.by : `/${step.by ?? ''}`) === value);
  if (present.length > 1) return { kind: 'failed', message: `There are ${present.length} records with this ${step.by ?? ''}; a person has to say which one is meant.` };
  const [only] = present;
  if (only !== undefined) return { kind: 'done', output: { ...only.data, id: only.id, made: false } };
  return ended(await sendOnce(context, target, wanted, signal), output);
}

async function change(context: StepContext, step: ActionStep, target: StepTarget, id: string, signal: AbortSignal): Promise<ActionEnd> {
  const made = makeFields(step.fields, context.values, context.definition.timeZone);
  if (!made.ok) return { kind: 'failed', message: made.problems.map(({ field, message }) => `${field}: ${message}`).join(' ') };
  const record = await target.connector.get(target.objectName, id, signal);
  if (record === null) return { kind: 'failed', message: `${step.object.system}.${step.object.object} has no record ${id}.` };
  const before = Object.fromEntries(Object.keys(made.fields).map((field) => [field, record.data[field] ?? null]));
  await keepBefore(context.database, context.handoff.id, context.path, before);
  const wanted = { kind: step.does === 'archive' ? 'archive' as const : 'update' as const, id, fields: made.fields, expectedVersion: record.version, before };
  return ended(await sendOnce(context, target, wanted, signal), { ...record.data, ...made.fields });
}

function ended(end: WriteEnd, fields: JsonObject): ActionEnd {
  return end.kind === 'done' ? { kind: 'done', output: { ...fields, id: end.id }, ...(end.stored === true ? { stored: true } : {}) } : end;
}
