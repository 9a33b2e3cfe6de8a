import type { ApprovalActivities } from '../../src/contracts/approval.js';
import { closeApproval, findApproval, recordAnswer, recordApprovalEvent } from '../../src/store/approvals.js';
import type { Database } from '../../src/store/database.js';
import { approvalUnknown } from '../failure.js';

/** createApprovalActivities joins the activities of approvals to the database. */
export function createApprovalActivities(database: Database): ApprovalActivities {
  return {
    startApproval: async ({ approvalId }) => {
      const found = await findApproval(database, approvalId);
      if (found === undefined) throw approvalUnknown(approvalId);
      const { hash, policy, requestedBy, openedAt } = found;
      return { hash, policy, requestedBy, openedAtMs: openedAt.getTime() };
    },
    recordAnswer: (input) => recordAnswer(database, input),
    recordApprovalEvent: (input) => recordApprovalEvent(database, input),
    finishApproval: async (result) => ({ ...result, state: await closeApproval(database, result) }),
  };
}
