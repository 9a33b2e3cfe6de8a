import type { ApprovalActivities } from '../../src/contracts/approval.js';
import type { Scenario } from './scenario.js';

/** fakeApprovalActivities put a question to two people, both of whom must approve; it lapses soon where nobody answers. */
export function fakeApprovalActivities({ answers }: Scenario): ApprovalActivities {
  const lapses = answers === undefined;
  return {
    startApproval: async () => ({
      hash: 'shown', requestedBy: 'carl', openedAtMs: Date.now(),
      policy: { approvers: ['ada', 'bea'], quorum: 2, remindAfterMs: [lapses ? 200 : 3_600_000], escalateAfterMs: lapses ? 400 : null, escalateTo: lapses ? ['dan'] : [], expireAfterMs: lapses ? 600 : 7_200_000 },
    }),
    recordAnswer: async () => undefined,
    recordApprovalEvent: async () => undefined,
    finishApproval: async (result) => result,
  };
}
