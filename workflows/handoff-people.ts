import { executeChild, isCancellation, type ChildWorkflowFailure } from '@temporalio/workflow';
import type { ApprovalInput, ApprovalResult } from '../src/contracts/approval.js';
import type { StepInput, StepState } from '../src/contracts/handoff.js';
import { humanOptions, localHandoff, people } from './activity-options.js';
import type { HandoffDesk } from './handoff-desk.js';

/** askPeople stores a question and waits for the workflow that asks it; a question that fails is a step that failed. */
export async function askPeople(desk: HandoffDesk, input: StepInput, title: string): Promise<StepState> {
  const { approvalId } = await localHandoff.askApproval(input);
  if (approvalId === null) return 'skipped';
  const approval: ApprovalInput = { approvalId };
  try {
    const { state }: ApprovalResult = await desk.whileBusy(() => executeChild('approval', { workflowId: `approval/${approvalId}`, args: [approval], staticSummary: title }));
    await localHandoff.recordStep({ ...input, state: 'done', approval: state });
    return 'done';
  } catch (error) {
    if (isCancellation(error) || !isChildFailure(error)) throw error;
    await localHandoff.recordStep({ ...input, state: 'failed' });
    return 'failed';
  }
}

function isChildFailure(error: unknown): error is ChildWorkflowFailure {
  return error instanceof Error && error.name === 'ChildWorkflowFailure';
}

/** tellPeople stores a notification and delivers it. */
export async function tellPeople(desk: HandoffDesk, input: StepInput, title: string): Promise<StepState> {
  const { notificationId } = await localHandoff.tellPeople(input);
  if (notificationId === null) return 'skipped';
  await desk.whileBusy(() => people.deliverNotification.executeWithOptions({ ...humanOptions, summary: title }, [{ notificationId }]));
  await localHandoff.recordStep({ ...input, state: 'done' });
  return 'done';
}
