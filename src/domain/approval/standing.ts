import type { AnswerVerdict, ApprovalState, DecideInput, StartedApproval } from '../../contracts/approval.js';

/** Standing is where an approval stands; values are never changed, each step gives a new one. */
export interface Standing {
  readonly asked: StartedApproval;
  readonly state: ApprovalState;
  /** Hash of what is now shown. */
  readonly hash: string;
  /** Persons who have approved what is now shown. */
  readonly approvedBy: readonly string[];
  /** Ids of the decisions that were accepted, of earlier shown states too. */
  readonly accepted: ReadonlySet<string>;
  /** How many reminders have gone out. */
  readonly reminders: number;
  readonly escalated: boolean;
}

/** openStanding is an approval that nobody has answered. */
export function openStanding(asked: StartedApproval): Standing {
  return { asked, state: 'open', hash: asked.hash, approvedBy: [], accepted: new Set(), reminders: 0, escalated: false };
}

/** mayAnswer are the persons who may answer now: never the one who asked. */
export function mayAnswer({ asked: { policy, requestedBy }, escalated }: Standing): readonly string[] {
  const all = [...policy.approvers, ...(escalated ? policy.escalateTo : [])];
  return [...new Set(all)].filter((person) => person !== requestedBy);
}

/** judge says what an answer is worth, without a change. */
export function judge(standing: Standing, { decisionId, person, hash }: DecideInput): AnswerVerdict {
  if (standing.accepted.has(decisionId)) return 'repeated';
  if (standing.state !== 'open') return 'closed';
  if (person === standing.asked.requestedBy) return 'own-request';
  if (!mayAnswer(standing).includes(person)) return 'no-approver';
  if (hash !== standing.hash) return 'stale';
  return standing.approvedBy.includes(person) ? 'answered-before' : 'accepted';
}

/** answer takes an answer in: one rejection rejects, as many approvals as the quorum approve; a refused answer changes nothing. */
export function answer(standing: Standing, input: DecideInput): { readonly standing: Standing; readonly verdict: AnswerVerdict } {
  const verdict = input.decision === 'reject' ? judgeRejection(standing, input) : judge(standing, input);
  if (verdict !== 'accepted') return { standing, verdict };
  const accepted = new Set([...standing.accepted, input.decisionId]);
  if (input.decision === 'reject') return { standing: { ...standing, accepted, state: 'rejected' }, verdict };
  const approvedBy = [...standing.approvedBy, input.person];
  return { standing: { ...standing, accepted, approvedBy, state: approvedBy.length >= standing.asked.policy.quorum ? 'approved' : 'open' }, verdict };
}

// Who has approved may think again for as long as the quorum is not reached.
function judgeRejection(standing: Standing, input: DecideInput): AnswerVerdict {
  const verdict = judge(standing, input);
  return verdict === 'answered-before' ? 'accepted' : verdict;
}

/** showAnew puts the question again about something else: approvals of what was shown before no longer count. */
export function showAnew(standing: Standing, hash: string): Standing {
  return standing.state !== 'open' || hash === standing.hash ? standing : { ...standing, hash, approvedBy: [] };
}

/** cancel ends an approval that is open. */
export function cancel(standing: Standing): Standing {
  return standing.state === 'open' ? { ...standing, state: 'cancelled' } : standing;
}
