import type { StepInput, StepResult } from '../../src/contracts/handoff.js';
import { entersStep } from '../../src/domain/handoff/decide-step.js';
import { performAction, type ActionTarget } from '../../src/domain/handoff/perform-action.js';
import type { HandoffLook } from '../../src/store/handoff-look.js';
import { beginStep, endStep, keepBefore } from '../../src/store/handoff-steps.js';
import { systemTrouble } from '../sync/trouble.js';
import type { HandoffDependencies } from './dependencies.js';
import type { Hold } from './first-attempts.js';
import { enterStep, loadStep, type StepContext } from './handoff-context.js';
import { openTarget, sendOnce, type StepTarget } from './send-once.js';
import { stepTrouble } from './step-trouble.js';

/** StepCircumstances is how an attempt at a step is made. */
export interface StepCircumstances {
  readonly signal: AbortSignal;
  /** How the handoff stands, where that is known. */
  readonly look?: HandoffLook;
  /** Holds a write that is recorded; without it, it is sent at once. */
  readonly hold?: Hold;
}

/** carryOutStep reads or writes the record of an action; a repeat of what was done before gives its result again. */
export async function carryOutStep(dependencies: HandoffDependencies, input: StepInput, circumstances: StepCircumstances): Promise<StepResult> {
  const context = await loadStep(dependencies.database, input, circumstances);
  const { database, handoff, path, step, row } = context;
  if (row !== undefined && (row.state === 'done' || row.state === 'skipped' || row.state === 'unknown')) return { state: row.state };
  if (step.kind !== 'action') return { state: 'skipped' };
  // What makes a record begins together with its first write, in one statement.
  const beginsWithWrite = row === undefined && (step.does === 'create' || step.does === 'ensure') && entersStep(step, context.values);
  if (!beginsWithWrite && !(await enterStep(context))) {
    await endStep(database, handoff.id, path, { state: 'skipped' });
    return { state: 'skipped' };
  }
  const target = await openTarget(dependencies, context, step.object);
  try {
    const end = await performAction(step, { values: context.values, timeZone: context.definition.timeZone }, actionTarget(context, target, circumstances.signal));
    if (end.kind === 'done' && end.stored === true) return { state: 'done' };
    if (beginsWithWrite) await beginStep(database, handoff.id, path, step.name);
    await endStep(database, handoff.id, path, end.kind === 'done' ? { state: 'done', output: end.output } : { state: end.kind, message: end.message });
    return { state: end.kind };
  } catch (error) {
    if (beginsWithWrite) await beginStep(database, handoff.id, path, step.name);
    throw await stepTrouble(context, target, systemTrouble(error));
  }
}

function actionTarget(context: StepContext, target: StepTarget, signal: AbortSignal): ActionTarget {
  const { connector, objectName } = target;
  return {
    get: (id) => connector.get(objectName, id, signal),
    find: (field, value) => connector.find(objectName, field, value, signal),
    // A step that has not begun has written nothing.
    hasWrites: () => (context.row === undefined ? Promise.resolve(false) : target.hasWrites()),
    keepBefore: (before) => keepBefore(context.database, context.handoff.id, context.path, before),
    send: (wanted) => sendOnce(context, target, wanted, signal),
  };
}
