import { ActivityFailure, CancellationScope, continueAsNew, isCancellation, rootCause, upsertSearchAttributes, uuid4, workflowInfo } from '@temporalio/workflow';
import { searchAttributes } from '../src/contracts/names.js';
import type { ReconciliationState } from '../src/contracts/reconciliation.js';
import type { ReconcileInput, ReconcilePhase, ReconcileResult, ReconcileWindowResult } from '../src/contracts/reconcile-workflow.js';
import { bulkReconcile, quickReconcile } from './activity-options.js';
import { ReconcileControl } from './reconcile-control.js';

/**
 * reconcile compares both sides of a sync, record by record: open it, read the source and then the target window by
 * window, join them and look at what does not agree, close. Where it was asked for, it then plans the repair.
 */
export async function reconcile(input: ReconcileInput): Promise<ReconcileResult> {
  const control = new ReconcileControl(input);
  if (input.repairOf !== undefined) return planRepair(await close(input.repairOf, control, 'succeeded'), control);
  const id = await open(input, control);
  try {
    const compared = await windows(input, control, id, 'reading the source', () => bulkReconcile.readSide({ reconciliationId: id, side: 'source' }))
      && await windows(input, control, id, 'reading the target', () => bulkReconcile.readSide({ reconciliationId: id, side: 'target' }))
      && await windows(input, control, id, 'comparing', () => bulkReconcile.compareSides({ reconciliationId: id }));
    const result = await close(id, control, compared ? 'succeeded' : 'stopped');
    return compared && input.repair === true ? await planRepair(result, control) : result;
  } catch (error) {
    if (isCancellation(error)) return await CancellationScope.nonCancellable(() => close(id, control, 'stopped', 'The workflow was cancelled.'));
    // A failed one is closed too, so that the store and the Temporal UI tell the same story.
    if (error instanceof ActivityFailure) await close(id, control, 'failed', rootCause(error) ?? error.message);
    throw error;
  }
}

async function open({ sync, continued }: ReconcileInput, control: ReconcileControl): Promise<string> {
  const { reconciliationId, definitionVersion, toSystem } = await quickReconcile.startReconciliation({
    reconciliationId: continued?.reconciliationId ?? uuid4(), sync, workflowId: workflowInfo().workflowId,
  });
  control.reconciliationId = reconciliationId;
  upsertSearchAttributes({
    [searchAttributes.sync]: [sync],
    [searchAttributes.system]: [toSystem],
    [searchAttributes.definitionVersion]: [`${sync}/v${definitionVersion}`],
  });
  return reconciliationId;
}

/** Repeats a window until it says it is done; false when it was asked to stop before that. */
async function windows(input: ReconcileInput, control: ReconcileControl, reconciliationId: string, phase: ReconcilePhase, window: () => Promise<ReconcileWindowResult>): Promise<boolean> {
  control.phase = phase;
  for (;;) {
    if (control.stopping) return false;
    const { done, counts } = await window();
    control.counts = counts;
    if (done) return true;
    // A stop that came meanwhile is heeded here: the execution that goes on would not know of it.
    if (workflowInfo().continueAsNewSuggested && !control.stopping) await continueAsNew<typeof reconcile>({ ...input, continued: { reconciliationId, counts } });
  }
}

async function close(reconciliationId: string, control: ReconcileControl, state: ReconciliationState, message: string | null = null): Promise<ReconcileResult> {
  control.phase = 'finishing';
  const result = await quickReconcile.finishReconciliation({ reconciliationId, state, message });
  upsertSearchAttributes({ [searchAttributes.outcome]: [result.state] });
  control.counts = result.counts;
  control.phase = 'done';
  return result;
}

async function planRepair(result: ReconcileResult, control: ReconcileControl): Promise<ReconcileResult> {
  control.phase = 'planning the repair';
  const plan = await bulkReconcile.planRepair({ reconciliationId: result.reconciliationId, runId: uuid4(), workflowId: workflowInfo().workflowId });
  control.phase = 'done';
  return { ...result, plan };
}
