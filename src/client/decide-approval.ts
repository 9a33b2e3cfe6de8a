import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { DecideInput, DecideResult } from '../contracts/approval.js';
import { approvalWorkflowId } from '../contracts/ids.js';
import { approvalMessages } from '../contracts/names.js';

/** How long a worker may take to answer, milliseconds. */
const ANSWER_WITHIN_MS = 30_000;

/** decideApproval gives an answer to the workflow of an approval and says what became of it; null where no such workflow is under way. Rejects where no worker answers in 30 s. */
export async function decideApproval(client: Client, approvalId: string, input: DecideInput): Promise<DecideResult | null> {
  const handle = client.workflow.getHandle(approvalWorkflowId(approvalId));
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => handle.executeUpdate<DecideResult, [DecideInput]>(approvalMessages.decide, { args: [input] }));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
