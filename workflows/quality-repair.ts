import { ActivityFailure, CancellationScope, continueAsNew, isCancellation, rootCause, upsertSearchAttributes, uuid4, workflowInfo } from '@temporalio/workflow';
import { searchAttributes } from '../src/contracts/names.js';
import type { QualityInput, StartedQuality } from '../src/contracts/quality-workflow.js';
import type { RunState } from '../src/contracts/run.js';
import type { SyncResult } from '../src/contracts/sync-workflow.js';
import { bulkQuality, quick, quickQuality } from './activity-options.js';
import { qualityWindows, showQuality } from './quality-windows.js';
import { RunControl } from './run-control.js';

/** qualityRepair plans the declared repairs of a quality definition: a run of mode `plan`, whose writes are stored and none sent. */
export async function qualityRepair(input: QualityInput): Promise<SyncResult> {
  const control = new RunControl(input);
  const run = await openRun(input, control);
  try {
    control.phase = 'reading and writing';
    const whole = await qualityWindows(control, () => bulkQuality.repairWindow({ runId: run.runId }), () => carryOn(input, run, control));
    return await close(run, control, whole ? 'succeeded' : 'stopped');
  } catch (error) {
    if (isCancellation(error)) return await CancellationScope.nonCancellable(() => close(run, control, 'stopped', 'The workflow was cancelled.'));
    if (error instanceof ActivityFailure) await close(run, control, 'failed', rootCause(error) ?? error.message);
    throw error;
  }
}

async function openRun(input: QualityInput, control: RunControl): Promise<StartedQuality> {
  const run = await quickQuality.startRepair({ runId: input.continued?.runId ?? uuid4(), quality: input.quality, workflowId: workflowInfo().workflowId });
  control.runId = run.runId;
  showQuality(input, run);
  return run;
}

function carryOn(input: QualityInput, { runId }: StartedQuality, { paused, counts }: RunControl): Promise<never> {
  return continueAsNew<typeof qualityRepair>({ ...input, continued: { runId, paused, counts } });
}

async function close({ runId }: StartedQuality, control: RunControl, state: RunState, message: string | null = null): Promise<SyncResult> {
  control.phase = 'finishing';
  const result = await quick.finishRun({ runId, state, message });
  upsertSearchAttributes({ [searchAttributes.outcome]: [result.state] });
  control.counts = result.counts;
  control.phase = 'done';
  return result;
}
