import type { UndoScope } from '../contracts/plan.js';
import type { PlannedWriteView, PlanPage, PlanView } from '../contracts/plan-view.js';

/** PlansClientError is an answer of the API that is no success; `status` is its HTTP status. */
export class PlansClientError extends Error {
  override readonly name = 'PlansClientError';
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** PlansClientOptions says where the API is. */
export interface PlansClientOptions {
  /** Such as `http://127.0.0.1:8089`. */
  readonly apiUrl: string;
  /** How long a request may take, milliseconds; 30,000 unless given. */
  readonly timeoutMs?: number;
}

/** StartedPlan is a workflow that makes or applies a plan; CrosswalkClient gives more of it. */
export interface StartedPlan {
  readonly planId: string;
  readonly workflowId: string;
  /** False when it was under way already. */
  readonly started: boolean;
}

/** PlansClient is how backend services list, read, approve and apply plans, over the API. Every method rejects with PlansClientError where the API says no. */
export class PlansClient {
  private readonly base: string;
  private readonly timeoutMs: number;

  constructor({ apiUrl, timeoutMs = 30_000 }: PlansClientOptions) {
    this.base = apiUrl.replace(/\/+$/, '');
    this.timeoutMs = timeoutMs;
  }

  /** list gives the newest plans, of one sync or of all. */
  async list({ sync, limit = 20 }: { readonly sync?: string; readonly limit?: number } = {}): Promise<readonly PlanView[]> {
    const query = new URLSearchParams({ limit: String(limit), ...(sync === undefined ? {} : { sync }) });
    return (await this.request<{ plans: readonly PlanView[] }>('GET', `/api/plans?${query.toString()}`)).plans;
  }

  /** show gives a plan with the first of its writes and refusals, or those after the given ids. */
  show(planId: string, { limit = 100, afterWrite, afterRefusal }: { readonly limit?: number; readonly afterWrite?: string; readonly afterRefusal?: string } = {}): Promise<PlanPage> {
    const query = new URLSearchParams({ limit: String(limit), ...(afterWrite === undefined ? {} : { afterWrite }), ...(afterRefusal === undefined ? {} : { afterRefusal }) });
    return this.request('GET', `/api/plans/${encodeURIComponent(planId)}?${query.toString()}`);
  }

  /** writes yields every write of a plan, a page at a time. */
  async *writes(planId: string): AsyncGenerator<PlannedWriteView, void, undefined> {
    for (let after: string | undefined; ;) {
      const page = await this.show(planId, { limit: 500, ...(after === undefined ? {} : { afterWrite: after }) });
      yield* page.writes;
      if (page.nextWrite === null) return;
      after = page.nextWrite;
    }
  }

  /** approve records an approval, bound to the plan's hash or at least its first 12 digits. */
  approve(planId: string, approval: { readonly hash: string; readonly by: string }): Promise<PlanView> {
    return this.request('POST', `/api/plans/${encodeURIComponent(planId)}/approval`, approval);
  }

  /** apply starts the applying of an approved plan. */
  apply(planId: string): Promise<StartedPlan> {
    return this.request('POST', `/api/plans/${encodeURIComponent(planId)}/runs`, {});
  }

  /** undo starts the making of a plan that takes writes back. */
  undo(scope: UndoScope): Promise<StartedPlan> {
    return this.request('POST', '/api/undos', scope);
  }

  private async request<Answer>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    const response = await fetch(this.base + path, {
      method, redirect: 'error', signal: AbortSignal.timeout(this.timeoutMs), ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const answer = (await response.json().catch(() => null)) as (Answer & { readonly detail?: string }) | null;
    if (!response.ok || answer === null) throw new PlansClientError(response.status, answer?.detail ?? `The API answered with ${response.status}.`);
    return answer;
  }
}
