import {
  ActivityFailure, ApplicationFailure, continueAsNew, isCancellation, rootCause, upsertSearchAttributes, uuid4, workflowInfo, CancellationScope,
} from '@temporalio/workflow';
import { searchAttributes } from '../src/contracts/names.js';
import type { StartedRun, SyncInput, SyncPhase, SyncResult, WindowResult } from '../src/contracts/sync-workflow.js';
import type { RunState } from '../src/contracts/run.js';
import { bulk, quick } from './activity-options.js';
import { repeatWindows } from './repeat-windows.js';
import { RunControl } from './run-control.js';

/**
 * sync is one run of a sync: open the run, take the target's own records into the crosswalk where that has not been
 * done, read the source and write the target window by window, remove at the target what is gone at the source, close.
 */
export async function sync(input: SyncInput): Promise<SyncResult> {
  const control = new RunControl(input);
  const run = await openRun(input, control);
  const windows = (phase: SyncPhase, window: () => Promise<WindowResult>): Promise<boolean> => repeatWindows(control, phase, window, () => carryOn(input, control));
  try {
    if (run.needsIndex && !(await windows('indexing the target', () => bulk.indexTarget({ runId: run.runId })))) return await close(run, control, 'stopped');
    if (!(await windows('reading and writing', () => bulk.syncWindow({ runId: run.runId })))) return await close(run, control, 'stopped');
    if (run.removes) {
      let held: string | null = null;
      const removed = await windows('removing', async () => {
        const result = await bulk.removeMissing({ runId: run.runId, allowRemovals: input.allowRemovals ?? false });
        held = result.held;
        return result;
      });
      if (held !== null) return await close(run, control, 'held', held);
      if (!removed) return await close(run, control, 'stopped');
    }
    return await close(run, control, 'succeeded');
  } catch (error) {
    if (isCancellation(error)) return await CancellationScope.nonCancellable(() => close(run, control, 'stopped', 'The workflow was cancelled.'));
    // A failed run is closed too, so that the store and the Temporal UI tell the same story.
    if (error instanceof ActivityFailure) await close(run, control, 'failed', rootCause(error) ?? error.message);
    throw error;
  }
}

async function openRun(input: SyncInput, control: RunControl): Promise<StartedRun> {
  const run = await quick.startRun({
    runId: input.continued?.runId ?? uuid4(),
    sync: input.sync,
    mode: input.mode,
    allowRemovals: input.allowRemovals ?? false,
    workflowId: workflowInfo().workflowId,
  });
  control.runId = run.runId;
  upsertSearchAttributes({
    [searchAttributes.sync]: [input.sync],
    [searchAttributes.system]: [run.toSystem],
    [searchAttributes.definitionVersion]: [`${input.sync}/v${run.definitionVersion}`],
  });
  return run;
}

async function carryOn(input: SyncInput, control: RunControl): Promise<never> {
  if (control.runId === null) throw ApplicationFailure.nonRetryable('The run has no id yet.');
  return continueAsNew<typeof sync>({ ...input, continued: { runId: control.runId, paused: control.paused, counts: control.counts } });
}

async function close(run: StartedRun, control: RunControl, state: RunState, message: string | null = null): Promise<SyncResult> {
  control.phase = 'finishing';
  const result = await quick.finishRun({ runId: run.runId, state, message });
  // A run that has ended before keeps its first end.
  upsertSearchAttributes({ [searchAttributes.outcome]: [result.state] });
  control.counts = result.counts;
  control.phase = 'done';
  return result;
}
