import type { StepInput, StepResult } from '../../src/contracts/handoff.js';
import { performAction, type ActionTarget } from '../../src/domain/handoff/perform-action.js';
import { endStep, keepBefore } from '../../src/store/handoff-steps.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { systemTrouble } from '../sync/trouble.js';
import type { HandoffDependencies } from './dependencies.js';
import { enterStep, loadStep, type StepContext } from './handoff-context.js';
import { openTarget, sendOnce, type StepTarget } from './send-once.js';
import { stepTrouble } from './step-trouble.js';

/** carryOutStep reads or writes the record of an action; a repeat of what was done before gives its result again. */
export async function carryOutStep(dependencies: HandoffDependencies, input: StepInput, heartbeat: Heartbeat): Promise<StepResult> {
  const context = await loadStep(dependencies.database, input);
  const { database, handoff, path, step, row } = context;
  if (row !== undefined && (row.state === 'done' || row.state === 'skipped' || row.state === 'unknown')) return { state: row.state };
  if (step.kind !== 'action') return { state: 'skipped' };
  if (!(await enterStep(context))) {
    await endStep(database, handoff.id, path, { state: 'skipped' });
    return { state: 'skipped' };
  }
  const target = await openTarget(dependencies, context, step.object);
  try {
    const end = await performAction(step, { values: context.values, timeZone: context.definition.timeZone }, actionTarget(context, target, heartbeat.signal));
    await endStep(database, handoff.id, path, end.kind === 'done' ? { state: 'done', output: end.output } : { state: end.kind, message: end.message });
    return { state: end.kind };
  } catch (error) {
    throw await stepTrouble(context, target, systemTrouble(error));
  }
}

function actionTarget(context: StepContext, target: StepTarget, signal: AbortSignal): ActionTarget {
  const { connector, objectName } = target;
  return {
    get: (id) => connector.get(objectName, id, signal),
    find: (field, value) => connector.find(objectName, field, value, signal),
    hasWrites: () => target.hasWrites(),
    keepBefore: (before) => keepBefore(context.database, context.handoff.id, context.path, before),
    send: (wanted) => sendOnce(context, target, wanted, signal),
  };
}
