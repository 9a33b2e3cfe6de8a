import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, WorkflowIdReusePolicy, executeChild, log } from '@temporalio/workflow';
import { reconcileWorkflowId } from '../src/contracts/ids.js';
import type { ReconcileInput, ReconcileResult } from '../src/contracts/reconcile-workflow.js';
import { reconcile } from './reconcile.js';

/**
 * scheduledReconcile is what a Schedule starts. Temporal adds the time to the workflow id of each scheduled start, so this
 * step gives the reconciliation its own id back: whoever starts it, only one for a sync can be under way.
 */
export async function scheduledReconcile(input: ReconcileInput): Promise<ReconcileResult | null> {
  try {
    return await executeChild(reconcile, {
      workflowId: reconcileWorkflowId(input.sync),
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    log.info('A reconciliation of this sync is under way already; this time is skipped.', { sync: input.sync });
    return null;
  }
}
