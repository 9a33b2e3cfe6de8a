import { ApplicationFailure, continueAsNew, uuid4, workflowInfo } from '@temporalio/workflow';
import type { ApplyPlanInput, PlanResult } from '../src/contracts/plan.js';
import { bulkPlans, quickPlans } from './activity-options.js';
import { runPlanSteps } from './plan-run.js';
import { repeatWindows } from './repeat-windows.js';
import { RunControl } from './run-control.js';

/**
 * applyPlan carries an approved plan out: open the run, look whether the world still fits the whole plan, and only then
 * write, window by window. What no longer fits holds the run before its first write.
 */
export async function applyPlan(input: ApplyPlanInput): Promise<PlanResult> {
  const control = new RunControl(input);
  const { planId } = input;
  const run = await quickPlans.startApply({ runId: input.continued?.runId ?? uuid4(), planId, workflowId: workflowInfo().workflowId });
  const carryOn = (): Promise<never> => goOn(input, control);
  return runPlanSteps(planId, run, control, async () => {
    let misfits = 0;
    const checked = await repeatWindows(control, 'checking the plan', async () => {
      const result = await bulkPlans.checkPlan({ runId: run.runId });
      ({ misfits } = result);
      return result;
    }, carryOn);
    if (!checked) return { state: 'stopped' };
    if (misfits > 0) return { state: 'held', message: `The world no longer fits the plan: ${misfits} of its writes would meet something else than was approved. This run wrote nothing. Make a new plan.` };
    const written = await repeatWindows(control, 'writing the plan', () => bulkPlans.applyWindow({ runId: run.runId }), carryOn);
    return { state: written ? 'succeeded' : 'stopped' };
  });
}

async function goOn(input: ApplyPlanInput, { runId, paused, counts }: RunControl): Promise<never> {
  if (runId === null) throw ApplicationFailure.nonRetryable('The run has no id yet.');
  return continueAsNew<typeof applyPlan>({ ...input, continued: { runId, paused, counts } });
}
