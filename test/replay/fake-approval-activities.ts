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
    findAnswerer: async ({ person }) => ({ person, isRequester: person === 'carl', under: ['ada', 'bea'].filter((entry) => entry === person), standsInFor: [] }),
    recordAnswer: async () => undefined,
    tellApprovers: async ({ event }) => ({ notificationIds: [`notice-of-${event}`] }),
    finishApproval: async (result) => result,
  };
}
