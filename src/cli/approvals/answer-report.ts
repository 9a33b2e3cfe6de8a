import type { DecideInput, Decision } from '../../contracts/approval.js';
import { isRefused, refusalTexts } from '../../domain/approval/refusal-text.js';
import { findApproval, storeComment } from '../../store/approvals.js';
import { newId } from '../../store/new-id.js';
import { badInput } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';

/** GivenAnswer is how a person answers an approval. */
export interface GivenAnswer {
  readonly id: string;
  readonly decision: Decision;
  /** Hash of what the person was shown, or at least its first 12 digits. */
  readonly hash: string;
  readonly person: string;
  readonly comment?: string;
}

const LEAST_DIGITS = 12;

/** answerReport answers an approval and says what became of the answer; throws CommandError where it does not count. */
export async function answerReport({ session }: CommandContext, { id, decision, hash, person, comment }: GivenAnswer): Promise<Report> {
  const database = await session.database();
  const approval = await findApproval(database, id);
  if (approval === undefined) throw badInput(`There is no approval "${id.slice(0, 60)}".`, { todo: 'See "crosswalk approvals" for those that wait.' });
  if (approval.state !== 'open') throw badInput(`The approval has ended: it is ${approval.state}.`);
  const isShown = hash.length >= LEAST_DIGITS && approval.hash.startsWith(hash.toLowerCase());
  if (!isShown) throw badInput('The hash is not that of what is shown now.', { todo: 'Look at "crosswalk approvals" again and give its hash, at least 12 digits.' });
  const decisionId = newId();
  if (comment !== undefined) await storeComment(database, { approvalId: approval.id, decisionId, text: comment });
  const input: DecideInput = { decisionId, person, hash: approval.hash, decision };
  const result = await (await session.crosswalk()).decideApproval(approval.id, input);
  if (result === null) throw badInput('The question is not being put: its workflow is not under way.', { todo: 'See "crosswalk approvals"; where it is listed, try again shortly.' });
  if (isRefused(result.verdict)) throw badInput(refusalTexts[result.verdict], { todo: 'See "crosswalk approvals".' });
  return { data: { ...result, approvalId: approval.id }, text: () => (result.state === 'open' ? `It counts; ${result.missing} more must approve.` : `The approval is ${result.state}.`) };
}
