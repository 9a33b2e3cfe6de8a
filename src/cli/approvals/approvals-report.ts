import { openApprovals, type StoredApproval } from '../../store/approvals.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { moment, shownValue } from '../terminal/wording.js';

/** approvalsReport is what `crosswalk approvals` says. */
export async function approvalsReport({ session }: CommandContext, limit: number): Promise<Report> {
  const approvals = await openApprovals(await session.database(), limit);
  return {
    data: { approvals },
    text: () => (approvals.length === 0 ? 'No question waits for anybody.' : [...approvals.map(approvalText), '', 'Answer one: crosswalk approvals approve ID --hash HASH --as NAME'].join('\n')),
  };
}

/** approvalText shows a question with what an answer is bound to. */
export function approvalText({ id, title, shown, hash, policy: { approvers, quorum, expireAfterMs }, requestedBy, openedAt }: StoredApproval): string {
  return [
    `${id}  ${printable(title)}`,
    ...Object.entries(shown).map(([name, value]) => `  ${printable(name)}  ${shownValue(value)}`),
    `  asked ${moment(openedAt)}${requestedBy === null ? '' : ` by ${printable(requestedBy)}`}, until ${moment(new Date(openedAt.getTime() + expireAfterMs))}`,
    `  ${quorum} of ${approvers.map(printable).join(', ')}`, `  hash  ${hash.slice(0, 16)}`,
  ].join('\n');
}
