import type { DecideResult, Decision } from '../contracts/approval.js';
import type { ApprovalDetail, ApprovalView } from '../contracts/approval-view.js';
import { queryOf, requestApi, type ApiClientOptions, type Sent } from './api-request.js';

/** SentApproval is a question to people as the API gives it. */
export type SentApproval = Sent<ApprovalView>;

/** SentApprovalDetail is a question with its answers and with what people were told. */
export type SentApprovalDetail = Sent<ApprovalDetail>;

/** ApprovalsClient reads the questions that wait for people and answers them, over the API; every method throws CrosswalkApiError for what the API refuses. */
export class ApprovalsClient {
  constructor(private readonly options: ApiClientOptions) {}

  /** list gives the questions that wait, oldest first; with `state: 'all'` also those that have ended, newest first. */
  async list(filter: { readonly state?: 'open' | 'all'; readonly limit?: number } = {}): Promise<readonly SentApproval[]> {
    return (await requestApi<{ approvals: readonly SentApproval[] }>(this.options, 'GET', `/api/approvals${queryOf(filter)}`)).approvals;
  }

  /** show gives a question with everything that happened to it. */
  show(id: string): Promise<SentApprovalDetail> {
    return requestApi(this.options, 'GET', `/api/approvals/${encodeURIComponent(id)}`);
  }

  /** decide answers a question as it was read; the same decision id again changes nothing. */
  decide(
    { id, hash }: Pick<SentApproval, 'id' | 'hash'>, decision: Decision, by: string, { comment, decisionId = crypto.randomUUID() }: { readonly comment?: string; readonly decisionId?: string } = {},
  ): Promise<DecideResult & { readonly approvalId: string }> {
    return requestApi(this.options, 'POST', `/api/approvals/${encodeURIComponent(id)}/decisions`, { decisionId, decision, hash, by, ...(comment === undefined ? {} : { comment }) });
  }
}
