import type { ApprovalDetail, ApprovalView } from '../contracts/approval-view.js';
import { answersOf, eventsOf, type StoredApproval } from './approvals.js';
import type { Database } from './database.js';

/** approvalView is an approval as it is given to the outside. */
export function approvalView(approval: StoredApproval): ApprovalView {
  return { ...approval, expiresAt: new Date(approval.openedAt.getTime() + approval.policy.expireAfterMs) };
}

/** approvalDetail is an approval with its answers and with what people were told. */
export async function approvalDetail(database: Database, approval: StoredApproval): Promise<ApprovalDetail> {
  const [answers, events] = await Promise.all([answersOf(database, approval.id), eventsOf(database, approval.id)]);
  return { ...approvalView(approval), answers, events };
}
