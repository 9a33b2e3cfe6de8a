import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, WorkflowIdReusePolicy, executeChild, log } from '@temporalio/workflow';
import { syncWorkflowId } from '../src/contracts/ids.js';
import type { SyncInput, SyncResult } from '../src/contracts/sync-workflow.js';
import { sync } from './sync.js';

/**
 * scheduledSync is what a Schedule starts. Temporal adds the time to the workflow id of each scheduled start, so this
 * step gives the run its own id back: whoever starts a sync, only one run of it can be under way.
 */
export async function scheduledSync(input: SyncInput): Promise<SyncResult | null> {
  try {
    return await executeChild(sync, {
      workflowId: syncWorkflowId(input.sync, input.mode),
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    log.info('A run of this sync is under way already; this time is skipped.', { sync: input.sync });
    return null;
  }
}
