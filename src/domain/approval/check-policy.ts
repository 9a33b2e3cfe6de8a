import type { NewApproval } from '../../contracts/approval.js';
import { makeDirectory, type PeopleDirectory } from './people-directory.js';

/** policyProblem says why nobody could ever answer a question, or when its times make no sense; null where all is well. */
export function policyProblem({ policy, requestedBy }: Pick<NewApproval, 'policy' | 'requestedBy'>, directory: PeopleDirectory = makeDirectory([])): string | null {
  const { approvers, quorum, remindAfterMs, escalateAfterMs, escalateTo, expireAfterMs } = policy;
  const able = new Set([...approvers, ...(escalateAfterMs === null ? [] : escalateTo)].flatMap((entry) => directory.peopleOf(entry)));
  if (requestedBy !== null) able.delete(directory.personOf(requestedBy));
  if (!Number.isSafeInteger(quorum) || quorum < 1) return 'The quorum has to be a whole number of at least 1.';
  if (able.size < quorum) return `The quorum is ${quorum}, but only ${able.size} others than who asks may answer. Name more approvers, or lower the quorum.`;
  if (!(expireAfterMs > 0)) return 'The time after which the question lapses has to be more than 0 ms.';
  if (remindAfterMs.some((ms, at) => ms <= (remindAfterMs[at - 1] ?? 0))) return 'The times of the reminders have to ascend from more than 0 ms.';
  return null;
}
