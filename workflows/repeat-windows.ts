import { workflowInfo } from '@temporalio/workflow';
import type { GuardedResult, SyncPhase, WindowResult } from '../src/contracts/sync-workflow.js';
import type { RunControl } from './run-control.js';

/** repeatWindows repeats a window until it says it is done; false when the run was asked to stop before that. */
export async function repeatWindows(control: RunControl, phase: SyncPhase, window: () => Promise<WindowResult>, carryOn: () => Promise<never>): Promise<boolean> {
  control.phase = phase;
  for (;;) {
    if (!(await control.mayGoOn())) return false;
    const { done, counts } = await window();
    control.counts = counts;
    if (done) return true;
    // A stop that came meanwhile is heeded here: the execution that goes on would not know of it.
    if (workflowInfo().continueAsNewSuggested && !control.stopping) await carryOn();
  }
}

/** Windows repeats the windows of one phase of a run, as repeatWindows does. */
export type Windows = (phase: SyncPhase, window: () => Promise<WindowResult>) => Promise<boolean>;

/** guarded repeats windows that may find a reason to hold the run: then it is in `held`. */
export async function guarded(windows: Windows, phase: SyncPhase, window: () => Promise<GuardedResult>): Promise<{ readonly done: boolean; readonly held: string | null }> {
  let held: string | null = null;
  const done = await windows(phase, async () => {
    const result = await window();
    held = result.held;
    return result;
  });
  return { done, held };
}
