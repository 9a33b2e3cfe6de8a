import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { searchAttributes } from '../src/contracts/names.js';
import type { QualityInput, StartedQuality } from '../src/contracts/quality-workflow.js';
import type { WindowResult } from '../src/contracts/sync-workflow.js';
import type { RunControl } from './run-control.js';

/** showQuality makes a run known to the Temporal UI by what it is about. */
export function showQuality({ quality }: QualityInput, { system, definitionVersion }: StartedQuality): void {
  upsertSearchAttributes({ [searchAttributes.system]: [system], [searchAttributes.definitionVersion]: [`quality/${quality}/v${definitionVersion}`] });
}

/** qualityWindows repeats a window until it says it is done; false when the run was asked to stop before that. `carryOn` continues as new. */
export async function qualityWindows(control: RunControl, window: () => Promise<WindowResult>, carryOn: () => Promise<never>): Promise<boolean> {
  for (;;) {
    if (!(await control.mayGoOn())) return false;
    const { done, counts } = await window();
    control.counts = counts;
    if (done) return true;
    // A stop that came meanwhile is heeded here: the execution that goes on would not know of it.
    if (workflowInfo().continueAsNewSuggested && !control.stopping) await carryOn();
  }
}
