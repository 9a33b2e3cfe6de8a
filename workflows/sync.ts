import {
  ActivityFailure, ApplicationFailure, continueAsNew, isCancellation, rootCause, upsertSearchAttributes, uuid4, workflowInfo, CancellationScope,
} from '@temporalio/workflow';
import { searchAttributes } from '../src/contracts/names.js';
import type { Allowances, StartedRun, SyncInput, SyncResult } from '../src/contracts/sync-workflow.js';
import type { RunState } from '../src/contracts/run.js';
import { bulk, quick } from './activity-options.js';
import { guarded, repeatWindows, type Windows } from './repeat-windows.js';
import { RunControl } from './run-control.js';

/**
 * sync is one run of a sync: open the run, measure what it would change before it changes anything, take the target's
 * own records into the crosswalk where that has not been done, read the source and write the target window by window,
 * remove at the target what is gone at the source, close.
 */
export async function sync(input: SyncInput): Promise<SyncResult> {
  const control = new RunControl(input);
  const run = await openRun(input, control);
  const windows: Windows = (phase, window) => repeatWindows(control, phase, window, () => carryOn(input, control));
  try {
    const { allowRemovals = false, allowChanges = false, allowShrink = false } = input;
    if (run.twoWay === true) return await bothWays(run, control, windows, { allowRemovals, allowChanges, allowShrink });
    if (run.measures) {
      const measured = await guarded(windows, 'measuring', () => bulk.measureChanges({ runId: run.runId, allowRemovals, allowChanges, allowShrink }));
      if (measured.held !== null) return await close(run, control, 'held', measured.held);
      if (!measured.done) return await close(run, control, 'stopped');
    }
    if (run.needsIndex && !(await windows('indexing the target', () => bulk.indexTarget({ runId: run.runId })))) return await close(run, control, 'stopped');
    if (!(await windows('reading and writing', () => bulk.syncWindow({ runId: run.runId })))) return await close(run, control, 'stopped');
    if (run.removes) {
      const removed = await guarded(windows, 'removing', () => bulk.removeMissing({ runId: run.runId, allowRemovals }));
      if (removed.held !== null) return await close(run, control, 'held', removed.held);
      if (!removed.done) return await close(run, control, 'stopped');
    }
    return await close(run, control, 'succeeded');
  } catch (error) {
    if (isCancellation(error)) return await CancellationScope.nonCancellable(() => close(run, control, 'stopped', 'The workflow was cancelled.'));
    // A failed run is closed too, so that the store and the Temporal UI tell the same story.
    if (error instanceof ActivityFailure) await close(run, control, 'failed', rootCause(error) ?? error.message);
    throw error;
  }
}

/** A two-way sync reads both sides before it writes to either, so that each change is merged with what the other side has. */
async function bothWays(run: StartedRun, control: RunControl, windows: Windows, allowances: Required<Allowances>): Promise<SyncResult> {
  const { runId } = run;
  for (const side of ['source', 'target'] as const) {
    if (!(await windows(`reading the ${side}`, () => bulk.observeSide({ runId, side })))) return close(run, control, 'stopped');
  }
  const merged = await guarded(windows, 'merging', () => bulk.mergePairs({ runId, ...allowances }));
  if (merged.held !== null) return close(run, control, 'held', merged.held);
  return close(run, control, merged.done ? 'succeeded' : 'stopped');
}

async function openRun(input: SyncInput, control: RunControl): Promise<StartedRun> {
  const run = await quick.startRun({
    runId: input.continued?.runId ?? uuid4(),
    sync: input.sync,
    mode: input.mode,
    allowRemovals: input.allowRemovals ?? false,
    workflowId: workflowInfo().workflowId,
    ...(input.selection === undefined ? {} : { selection: input.selection }),
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
