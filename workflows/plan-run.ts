import { ActivityFailure, CancellationScope, isCancellation, rootCause, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes } from '../src/contracts/names.js';
import type { PlanResult, StartedPlanRun } from '../src/contracts/plan.js';
import type { RunState } from '../src/contracts/run.js';
import { quick } from './activity-options.js';
import type { RunControl } from './run-control.js';

/** PlanEnd is how the steps of a run around a plan ended; `held` waits for a person, for the reason in the message. */
export interface PlanEnd {
  readonly state: Extract<RunState, 'succeeded' | 'stopped' | 'held'>;
  readonly message?: string;
}

/** runPlanSteps goes through the steps of an opened run and closes it whatever happens, so that the store and the Temporal UI tell the same story. */
export async function runPlanSteps(planId: string, run: StartedPlanRun, control: RunControl, steps: () => Promise<PlanEnd>): Promise<PlanResult> {
  control.runId = run.runId;
  upsertSearchAttributes({
    [searchAttributes.sync]: [run.sync],
    [searchAttributes.system]: [run.toSystem],
    [searchAttributes.definitionVersion]: [`${run.sync}/v${run.definitionVersion}`],
  });
  try {
    const { state, message = null } = await steps();
    return await close(planId, run, control, state, message);
  } catch (error) {
    if (isCancellation(error)) return await CancellationScope.nonCancellable(() => close(planId, run, control, 'stopped', 'The workflow was cancelled.'));
    if (error instanceof ActivityFailure) await close(planId, run, control, 'failed', rootCause(error) ?? error.message);
    throw error;
  }
}

async function close(planId: string, run: StartedPlanRun, control: RunControl, state: RunState, message: string | null): Promise<PlanResult> {
  control.phase = 'finishing';
  const result = await quick.finishRun({ runId: run.runId, state, message });
  upsertSearchAttributes({ [searchAttributes.outcome]: [result.state] });
  control.counts = result.counts;
  control.phase = 'done';
  return { ...result, planId };
}
