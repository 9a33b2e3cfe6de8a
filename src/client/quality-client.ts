import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { qualityRepairWorkflowId, qualityWorkflowId } from '../contracts/ids.js';
import { messageNames, taskQueue, workflowTypes } from '../contracts/names.js';
import type { QualityInput, QualityResult } from '../contracts/quality-workflow.js';
import type { SyncProgress, SyncResult } from '../contracts/sync-workflow.js';

/** QualityHandle is a started quality run, or a started planning of repairs. */
export interface QualityHandle<Result> {
  readonly quality: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
  /** False when one was under way already and this handle is its. */
  readonly started: boolean;
  /** result waits for the end; rejects with Temporal's WorkflowFailedError when it failed. */
  result(): Promise<Result>;
  progress(): Promise<SyncProgress>;
}

/** startQuality starts a quality run, or gives the handle of the one that is under way. */
export function startQuality(client: Client, quality: string): Promise<QualityHandle<QualityResult>> {
  return start<QualityResult>(client, workflowTypes.quality, qualityWorkflowId(quality), quality);
}

/** startQualityRepair starts the planning of a definition's repairs, or gives the handle of the one that is under way. */
export function startQualityRepair(client: Client, quality: string): Promise<QualityHandle<SyncResult>> {
  return start<SyncResult>(client, workflowTypes.qualityRepair, qualityRepairWorkflowId(quality), quality);
}

async function start<Result>(client: Client, workflowType: string, workflowId: string, quality: string): Promise<QualityHandle<Result>> {
  const input: QualityInput = { quality };
  try {
    const handle = await client.workflow.start(workflowType, { workflowId, taskQueue, args: [input] });
    return handleOf(client, quality, workflowId, handle.firstExecutionRunId, true);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { runId } = await client.workflow.getHandle(workflowId).describe();
    return handleOf(client, quality, workflowId, runId, false);
  }
}

function handleOf<Result>(client: Client, quality: string, workflowId: string, temporalRunId: string, started: boolean): QualityHandle<Result> {
  return {
    quality, workflowId, temporalRunId, started,
    result: async () => (await client.workflow.getHandle(workflowId, temporalRunId, { followRuns: true }).result()) as Result,
    progress: () => client.workflow.getHandle(workflowId).query<SyncProgress>(messageNames.progress),
  };
}
