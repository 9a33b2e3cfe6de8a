import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { reconcileWorkflowId } from '../contracts/ids.js';
import { messageNames, taskQueue, workflowTypes } from '../contracts/names.js';
import type { ReconcileInput, ReconcileProgress, ReconcileResult } from '../contracts/reconcile-workflow.js';

/** StartReconciliationOptions says what a reconciliation is for. */
export type StartReconciliationOptions = Pick<ReconcileInput, 'repair' | 'repairOf'>;

/** ReconciliationHandle is a started reconciliation of a sync. */
export interface ReconciliationHandle {
  readonly sync: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
  /** False when one was under way already and this handle is its. */
  readonly started: boolean;
  /** result waits for the end; rejects with Temporal's WorkflowFailedError when it failed. */
  result(): Promise<ReconcileResult>;
  progress(): Promise<ReconcileProgress>;
  stop(): Promise<void>;
}

/** startReconciliation starts a reconciliation, or gives the handle of the one that is under way. */
export async function startReconciliation(client: Client, sync: string, options: StartReconciliationOptions = {}): Promise<ReconciliationHandle> {
  const workflowId = reconcileWorkflowId(sync);
  const input: ReconcileInput = { sync, ...options };
  try {
    const { firstExecutionRunId } = await client.workflow.start(workflowTypes.reconcile, { workflowId, taskQueue, args: [input], staticSummary: sync });
    return reconciliationHandle(client, sync, firstExecutionRunId, true);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { runId } = await client.workflow.getHandle(workflowId).describe();
    return reconciliationHandle(client, sync, runId, false);
  }
}

function reconciliationHandle(client: Client, sync: string, temporalRunId: string, started: boolean): ReconciliationHandle {
  const workflowId = reconcileWorkflowId(sync);
  // Signals and queries follow it through continue-as-new, so they name the workflow and not one of its executions.
  const current = client.workflow.getHandle(workflowId);
  return {
    sync, workflowId, temporalRunId, started,
    result: async () => (await client.workflow.getHandle(workflowId, temporalRunId, { followRuns: true }).result()) as ReconcileResult,
    progress: () => current.query<ReconcileProgress>(messageNames.progress),
    stop: () => current.signal(messageNames.stop),
  };
}
