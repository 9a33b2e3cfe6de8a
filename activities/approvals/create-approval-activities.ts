import type { ApprovalActivities } from '../../src/contracts/approval.js';
import { closeApproval, findApproval, recordAnswer, type StoredApproval } from '../../src/store/approvals.js';
import { approvalUnknown } from '../failure.js';
import { findAnswerer } from './find-answerer.js';
import { tellApprovers, type ApprovalDependencies } from './tell-approvers.js';

export type { ApprovalDependencies } from './tell-approvers.js';

/** createApprovalActivities joins the activities of approvals to what they work with. */
export function createApprovalActivities(dependencies: ApprovalDependencies): ApprovalActivities {
  const { database } = dependencies;
  const found = async (approvalId: string): Promise<StoredApproval> => {
    const approval = await findApproval(database, approvalId);
    if (approval === undefined) throw approvalUnknown(approvalId);
    return approval;
  };
  return {
    startApproval: async ({ approvalId }) => {
      const { hash, policy, requestedBy, openedAt } = await found(approvalId);
      return { hash, policy, requestedBy, openedAtMs: openedAt.getTime() };
    },
    findAnswerer: async ({ approvalId, person }) => findAnswerer(database, await found(approvalId), person),
    recordAnswer: (input) => recordAnswer(database, input),
    tellApprovers: async (input) => tellApprovers(dependencies, await found(input.approvalId), input),
    finishApproval: async (result) => ({ ...result, state: await closeApproval(database, result) }),
  };
}
