import { WithStartWorkflowOperation, type Client } from '@temporalio/client';
import type { ConflictDecision, DecisionOutcome, ResolveConflictInput, ResolveConflictResult } from '../contracts/conflict-workflow.js';
import { conflictWorkflowId } from '../contracts/ids.js';
import { messageNames, taskQueue, workflowTypes } from '../contracts/names.js';

/** How long a worker may take to answer, milliseconds. */
const ANSWER_WITHIN_MS = 30_000;

/** ResolvedConflict is what became of a decision. */
export interface ResolvedConflict {
  readonly workflowId: string;
  readonly outcome: DecisionOutcome;
  /** result waits until the value has been written, or is left to the next run. */
  result(): Promise<ResolveConflictResult>;
}

/** resolveConflict tells the workflow of a conflict about a stored decision, and starts it where it does not run; rejects where no worker answers in 30 s. */
export async function resolveConflict(client: Client, { decisionId, ...input }: ResolveConflictInput & ConflictDecision): Promise<ResolvedConflict> {
  const workflowId = conflictWorkflowId(input.conflictId);
  const startWorkflowOperation = new WithStartWorkflowOperation<(given: ResolveConflictInput) => Promise<ResolveConflictResult>>(workflowTypes.resolveConflict, {
    workflowId, taskQueue, args: [input], workflowIdConflictPolicy: 'USE_EXISTING', staticSummary: `conflict of ${input.sync}`,
  });
  const outcome = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    client.workflow.executeUpdateWithStart<(given: ResolveConflictInput) => Promise<ResolveConflictResult>, DecisionOutcome, [ConflictDecision]>(
      messageNames.resolve, { args: [{ decisionId }], updateId: decisionId, startWorkflowOperation },
    ));
  const handle = await startWorkflowOperation.workflowHandle();
  return { workflowId, outcome, result: () => handle.result() };
}
