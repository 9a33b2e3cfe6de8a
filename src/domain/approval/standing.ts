import type { Answerer, AnswerVerdict, ApprovalState, Capacity, DecideInput, StartedApproval } from '../../contracts/approval.js';

/** Standing is where an approval stands; values are never changed, each step gives a new one. */
export interface Standing {
  readonly asked: StartedApproval;
  readonly state: ApprovalState;
  /** Hash of what is now shown. */
  readonly hash: string;
  /** Persons whose approval of what is now shown counts. */
  readonly approvedBy: readonly string[];
  /** Those persons, and whoever answered in their place. */
  readonly involved: readonly string[];
  /** Ids of the decisions that were accepted, of earlier shown states too. */
  readonly accepted: ReadonlySet<string>;
  /** How many reminders have gone out. */
  readonly reminders: number;
  readonly escalated: boolean;
}

/** openStanding is an approval that nobody has answered. */
export function openStanding(asked: StartedApproval): Standing {
  return { asked, state: 'open', hash: asked.hash, approvedBy: [], involved: [], accepted: new Set(), reminders: 0, escalated: false };
}

/** mayAnswer are the persons and teams who may answer now: never the one who asked. */
export function mayAnswer({ asked: { policy, requestedBy }, escalated }: Standing): readonly string[] {
  const all = [...policy.approvers, ...(escalated ? policy.escalateTo : [])];
  return [...new Set(all)].filter((entry) => entry !== requestedBy);
}

/** Judgement is what an answer is worth, and as whose it counts. */
export interface Judgement {
  readonly verdict: AnswerVerdict;
  /** Person in whose place it was given; null: none. */
  readonly onBehalfOf: string | null;
}

const refused = (verdict: AnswerVerdict): Judgement => ({ verdict, onBehalfOf: null });

/** judge says what an answer is worth, without a change. */
export function judge(standing: Standing, { decisionId, hash }: DecideInput, answerer: Answerer): Judgement {
  if (standing.accepted.has(decisionId)) return refused('repeated');
  if (standing.state !== 'open') return refused('closed');
  // Nobody answers their own request, in somebody else's place neither.
  if (answerer.isRequester) return refused('own-request');
  const entries = mayAnswer(standing);
  const able = [answerer, ...answerer.standsInFor].filter(({ under }) => under.some((entry) => entries.includes(entry)));
  const capacity = able.find(({ person, isRequester }) => !isRequester && !standing.involved.includes(person)) ?? able.find(({ isRequester }) => !isRequester);
  if (capacity === undefined) return refused(able.length > 0 ? 'own-request' : 'no-approver');
  if (hash !== standing.hash) return refused('stale');
  const onBehalfOf = capacity.person === answerer.person ? null : capacity.person;
  return { verdict: hasAnswered(standing, answerer, capacity) ? 'answered-before' : 'accepted', onBehalfOf };
}

// One person is one vote of a quorum: not their own and another's, and not one that somebody has given in their place.
function hasAnswered({ involved }: Standing, answerer: Answerer, { person }: Capacity): boolean {
  return involved.includes(answerer.person) || involved.includes(person);
}

/** answer takes an answer in: one rejection rejects, as many approvals as the quorum approve; a refused answer changes nothing. */
export function answer(standing: Standing, input: DecideInput, answerer: Answerer): Judgement & { readonly standing: Standing } {
  const judged = judge(standing, input, answerer);
  // Who has approved may think again for as long as the quorum is not reached.
  const { verdict, onBehalfOf }: Judgement = input.decision === 'reject' && judged.verdict === 'answered-before' ? { ...judged, verdict: 'accepted' } : judged;
  if (verdict !== 'accepted') return { standing, verdict, onBehalfOf };
  const accepted = new Set([...standing.accepted, input.decisionId]);
  if (input.decision === 'reject') return { standing: { ...standing, accepted, state: 'rejected' }, verdict, onBehalfOf };
  const approvedBy = [...standing.approvedBy, onBehalfOf ?? answerer.person];
  const involved = [...new Set([...standing.involved, ...approvedBy, answerer.person])];
  return { standing: { ...standing, accepted, approvedBy, involved, state: approvedBy.length >= standing.asked.policy.quorum ? 'approved' : 'open' }, verdict, onBehalfOf };
}

/** showAnew puts the question again about something else: approvals of what was shown before no longer count. */
export function showAnew(standing: Standing, hash: string): Standing {
  return standing.state !== 'open' || hash === standing.hash ? standing : { ...standing, hash, approvedBy: [], involved: [] };
}

/** cancel ends an approval that is open. */
export function cancel(standing: Standing): Standing {
  return standing.state === 'open' ? { ...standing, state: 'cancelled' } : standing;
}
