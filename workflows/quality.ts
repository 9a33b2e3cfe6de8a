import { ActivityFailure, CancellationScope, continueAsNew, isCancellation, rootCause, upsertSearchAttributes, uuid4, workflowInfo } from '@temporalio/workflow';
import { searchAttributes } from '../src/contracts/names.js';
import type { QualityInput, QualityResult, StartedQuality } from '../src/contracts/quality-workflow.js';
import type { QualityRunState } from '../src/contracts/quality.js';
import { bulkQuality, quickQuality } from './activity-options.js';
import { qualityWindows, showQuality } from './quality-windows.js';
import { RunControl } from './run-control.js';

/**
 * quality is one quality run: open it, check every record of the object window by window, compare them with each other
 * and store the figures of the day, close.
 */
export async function quality(input: QualityInput): Promise<QualityResult> {
  const control = new RunControl(input);
  const run = await openRun(input, control);
  try {
    control.phase = 'reading and writing';
    const whole = await qualityWindows(control, () => bulkQuality.qualityWindow({ runId: run.runId }), () => carryOn(input, run, control));
    // Figures of a part of the records would look like figures of all.
    if (!whole) return await close(run, control, 'stopped');
    await bulkQuality.measureQuality({ runId: run.runId });
    return await close(run, control, 'succeeded');
  } catch (error) {
    if (isCancellation(error)) return await CancellationScope.nonCancellable(() => close(run, control, 'stopped', 'The workflow was cancelled.'));
    // A failed run is closed too, so that the store and the Temporal UI tell the same story.
    if (error instanceof ActivityFailure) await close(run, control, 'failed', rootCause(error) ?? error.message);
    throw error;
  }
}

async function openRun(input: QualityInput, control: RunControl): Promise<StartedQuality> {
  const run = await quickQuality.startQuality({ runId: input.continued?.runId ?? uuid4(), quality: input.quality, workflowId: workflowInfo().workflowId });
  control.runId = run.runId;
  showQuality(input, run);
  return run;
}

function carryOn(input: QualityInput, { runId }: StartedQuality, { paused, counts }: RunControl): Promise<never> {
  return continueAsNew<typeof quality>({ ...input, continued: { runId, paused, counts } });
}

async function close({ runId }: StartedQuality, control: RunControl, state: QualityRunState, message: string | null = null): Promise<QualityResult> {
  control.phase = 'finishing';
  const result = await quickQuality.finishQuality({ runId, state, message });
  upsertSearchAttributes({ [searchAttributes.outcome]: [result.state] });
  control.phase = 'done';
  return result;
}
