import { ApplicationFailure, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { PlanResult, PlanUndoInput } from '../src/contracts/plan.js';
import { bulkPlans, quickPlans } from './activity-options.js';
import { runPlanSteps } from './plan-run.js';
import { repeatWindows } from './repeat-windows.js';
import { RunControl } from './run-control.js';

/** planUndo makes a stored plan that takes writes back, from what the ledger says was there before; it writes nothing outside. */
export async function planUndo(input: PlanUndoInput): Promise<PlanResult> {
  const control = new RunControl(input);
  const { planId, scope } = input;
  const run = await quickPlans.startUndo({ planId, scope, workflowId: workflowInfo().workflowId });
  return runPlanSteps(planId, run, control, async () => {
    const made = await repeatWindows(control, 'reading what was written', () => bulkPlans.undoWindow({ runId: run.runId, scope }), () => goOn(input, control));
    return { state: made ? 'succeeded' : 'stopped' };
  });
}

async function goOn(input: PlanUndoInput, { runId, paused, counts }: RunControl): Promise<never> {
  if (runId === null) throw ApplicationFailure.nonRetryable('The run has no id yet.');
  return continueAsNew<typeof planUndo>({ ...input, continued: { runId, paused, counts } });
}
