import type { StepInput, StepResult } from '../../src/contracts/handoff.js';
import type { WantedWrite } from '../../src/domain/handoff/perform-action.js';
import { endStep } from '../../src/store/handoff-steps.js';
import { writesOfStep } from '../../src/store/handoff-writes.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { systemTrouble } from '../sync/trouble.js';
import type { HandoffDependencies } from './dependencies.js';
import { loadStep, type StepContext } from './handoff-context.js';
import { openTarget, sendOnce, settleOpenWrites, type StepTarget } from './send-once.js';
import { stepTrouble } from './step-trouble.js';

/** undoStep undoes what a step wrote, as its definition says; what it did not write itself is left alone. */
export async function undoStep(dependencies: HandoffDependencies, input: StepInput, heartbeat: Heartbeat): Promise<StepResult> {
  const context = await loadStep(dependencies.database, input);
  const { database, handoff, path, step, row } = context;
  if (step.kind !== 'action' || step.undo === undefined || row === undefined || row.state === 'undone') return { state: 'undone' };
  const target = await openTarget(dependencies, context, step.object);
  try {
    if (!(await settleOpenWrites(context, target, step.by, heartbeat.signal))) {
      await endStep(database, handoff.id, path, { state: 'unknown', message: 'Could not be undone: it is not known whether the write was executed.' });
      return { state: 'unknown' };
    }
    const wanted = await undoing(context, target, step.undo, heartbeat.signal);
    // A step that was refused has nothing to be undone, and goes on saying why it failed.
    if (wanted === undefined && row.state === 'failed') return { state: 'undone' };
    const end = wanted === undefined ? { kind: 'done' as const } : await sendOnce(undoContext(context, wanted), target, wanted, heartbeat.signal);
    await endStep(database, handoff.id, path, end.kind === 'done' ? { state: 'undone' } : { state: end.kind, message: `Could not be undone: ${end.message}` });
    return { state: end.kind === 'done' ? 'undone' : end.kind };
  } catch (error) {
    throw await stepTrouble(context, target, systemTrouble(error));
  }
}

async function undoing(context: StepContext, target: StepTarget, undo: 'delete' | 'archive' | 'restore', signal: AbortSignal): Promise<WantedWrite | undefined> {
  const writes = await writesOfStep(context.database, context.handoff.id, context.sourceId);
  const made = writes.find(({ state, kind }) => state === 'acknowledged' && kind === (undo === 'restore' ? 'update' : 'create'));
  if (made === undefined || made.externalId === null) return undefined;
  const record = await target.connector.get(target.objectName, made.externalId, signal);
  if (record === null || (undo !== 'restore' && record.deleted)) return undefined;
  if (undo !== 'restore') return { kind: undo, id: made.externalId, fields: {}, expectedVersion: record.version };
  // Sent under a source of its own: the ledger knows the step's update as done.
  return { kind: 'update', id: made.externalId, fields: context.row?.before ?? {}, expectedVersion: record.version };
}

// Deleting what a step made is a write for the same record; setting values again would be taken for the step's own update.
function undoContext(context: StepContext, { kind }: WantedWrite): StepContext {
  return { ...context, idempotencyKey: `${context.idempotencyKey}-undo`, sourceId: kind === 'update' ? `${context.sourceId}/undo` : context.sourceId };
}
