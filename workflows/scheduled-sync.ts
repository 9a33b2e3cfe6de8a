import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ActivityFailure, ParentClosePolicy, WorkflowIdReusePolicy, executeChild, isCancellation, log, patched } from '@temporalio/workflow';
import { syncWorkflowId } from '../src/contracts/ids.js';
import type { SyncInput, SyncResult } from '../src/contracts/sync-workflow.js';
import { fewTimes } from './activity-options.js';
import { sync } from './sync.js';

/** Runs that began before 2026-11-24 end without looking at the strategy; none is left a day later. */
const STRATEGY_PATCH = 'scheduledSync/2026-11-24-strategy';

/**
 * scheduledSync is what a Schedule starts. Temporal adds the time to the workflow id of each scheduled start, so this
 * step gives the run its own id back: whoever starts a sync, only one run of it can be under way. After a sweep it has
 * looked at how real-time did, which may make the sweeps come more or less often.
 */
export async function scheduledSync(input: SyncInput): Promise<SyncResult | null> {
  try {
    const result = await executeChild(sync, {
      workflowId: syncWorkflowId(input.sync, input.mode),
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    });
    if (input.mode === 'incremental' && patched(STRATEGY_PATCH)) await lookAtStrategy(input.sync);
    return result;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    log.info('A run of this sync is under way already; this time is skipped.', { sync: input.sync });
    return null;
  }
}

/** The run has ended as it has, whatever becomes of this. */
async function lookAtStrategy(name: string): Promise<void> {
  try {
    const { notificationIds } = await fewTimes.adjustStrategy({ sync: name });
    for (const notificationId of notificationIds) await fewTimes.deliverNotification({ notificationId });
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    log.warn('How real-time did could not be looked at, or nobody could be told; the next sweep looks again.', { sync: name });
  }
}
