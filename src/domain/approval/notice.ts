import type { NewApproval } from '../../contracts/approval.js';
import type { Severity } from '../../contracts/notification.js';

/** ApprovalNotice is what people are told of a question. */
export interface ApprovalNotice {
  readonly severity: Severity;
  readonly title: string;
  readonly body: string;
}

/** approvalNotice words an event of an approval: `asked`, `asked-2` after what is shown has changed, `reminder-1`, `escalation` or `expiry`. */
export function approvalNotice(event: string, approval: NewApproval & { readonly hash: string; readonly openedAt: Date }, persons: readonly string[]): ApprovalNotice {
  const { id, title, shown, hash, policy: { quorum, expireAfterMs }, requestedBy, openedAt } = approval;
  const facts = Object.entries(shown).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  if (event === 'expiry') return { severity: 'warning', title: `Nobody decided in time: ${title}`, body: facts.join('\n') };
  const kind = event.replace(/-\d+$/, '');
  const lead = kind === 'reminder' ? 'Still waiting' : kind === 'escalation' ? 'Nobody has answered yet' : event === 'asked' ? 'Please decide' : 'Changed, please decide anew';
  return {
    severity: kind === 'escalation' ? 'warning' : 'info', title: `${lead}: ${title}`,
    body: [
      ...facts, ...(requestedBy === null ? [] : [`Asked by ${requestedBy}.`]),
      `${quorum} must approve, until ${new Date(openedAt.getTime() + expireAfterMs).toISOString().slice(0, 16).replace('T', ' ')} UTC; asked: ${persons.join(', ')}.`,
      `crosswalk approvals approve ${id} --hash ${hash.slice(0, 16)} --as NAME`,
    ].join('\n'),
  };
}
