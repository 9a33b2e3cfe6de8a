import { condition, defineSignal, setHandler } from '@temporalio/workflow';
import type { ApprovalInput, ApprovalResult } from '../../../src/contracts/approval.js';

export * from '../../../workflows/index.js';
export { carryOutHandoff as default } from '../../../workflows/carry-out-handoff.js';

const answerSignal = defineSignal<[ApprovalResult['state']]>('answer');

/** approval waits for an answer and gives it back; nothing else of an approval matters to a handoff. */
export async function approval({ approvalId }: ApprovalInput): Promise<ApprovalResult> {
  let answer: ApprovalResult['state'] | undefined;
  setHandler(answerSignal, (state) => { answer = state; });
  await condition(() => answer !== undefined);
  return { approvalId, state: answer ?? 'cancelled' };
}
