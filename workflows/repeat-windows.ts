import { workflowInfo } from '@temporalio/workflow';
import type { SyncPhase, WindowResult } from '../src/contracts/sync-workflow.js';
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
