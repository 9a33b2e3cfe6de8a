import type { Answerer, ApprovalPolicy, Capacity } from '../../contracts/approval.js';
import type { PeopleDirectory } from './people-directory.js';

/** AnswererFacts is all that decides as whom a person may answer a question. */
export interface AnswererFacts {
  readonly policy: ApprovalPolicy;
  readonly requestedBy: string | null;
  readonly directory: PeopleDirectory;
  /** Names of those whom the person stands in for at this moment. */
  readonly standsInFor: readonly string[];
}

/** describeAnswerer says as whom a person may answer: as themselves, and in place of those who delegated to them. */
export function describeAnswerer(name: string, { policy, requestedBy, directory, standsInFor }: AnswererFacts): Answerer {
  const entries = [...new Set([...policy.approvers, ...policy.escalateTo])];
  const requester = requestedBy === null ? null : directory.personOf(requestedBy);
  const capacity = (person: string): Capacity => ({
    person, isRequester: person === requester, under: entries.filter((entry) => directory.peopleOf(entry).includes(person)),
  });
  const self = directory.personOf(name);
  const others = [...new Set(standsInFor.map((other) => directory.personOf(other)))].filter((other) => other !== self);
  return { ...capacity(self), standsInFor: others.map(capacity) };
}
