import type { PlannedWriteView, PlanPage, PlanView } from '../contracts/plan-view.js';
import type { Database } from './database.js';
import { readRefusals } from './plan-refusals.js';
import { readPlanned, type PlannedIntent } from './plan-writes.js';
import type { Plan } from './plans.js';

/** PlanPageRequest says which part of a plan is wanted. */
export interface PlanPageRequest {
  readonly limit: number;
  /** Ids of the last write and refusal that were read before. */
  readonly afterWrite?: string | undefined;
  readonly afterRefusal?: string | undefined;
}

/** planPage is a plan with a part of its writes and refusals; of a plan that no longer fitted, the refusals are those of the run that found so. */
export async function planPage(database: Database, plan: Plan, { limit, afterWrite, afterRefusal }: PlanPageRequest): Promise<PlanPage> {
  const refusedBy = plan.state === 'unfit' ? plan.appliedRun?.id ?? plan.id : plan.id;
  const [writes, refusals] = await Promise.all([readPlanned(database, plan.id, { after: afterWrite, limit: limit + 1 }), readRefusals(database, refusedBy, { after: afterRefusal, limit: limit + 1 })]);
  return {
    plan: planView(plan),
    writes: writes.slice(0, limit).map(writeView),
    nextWrite: writes.length > limit ? writes[limit - 1]?.id ?? null : null,
    refusals: refusals.slice(0, limit),
    nextRefusal: refusals.length > limit ? refusals[limit - 1]?.id ?? null : null,
  };
}

/** planView is a plan without what is our own business. */
export function planView({ syncNumber: _ours, createdAt, approvedAt, ...plan }: Plan): PlanView {
  return { ...plan, createdAt: createdAt.toISOString(), approvedAt: approvedAt?.toISOString() ?? null };
}

function writeView({ id, kind, from, sourceId, to, externalId, reason, before, after }: PlannedIntent): PlannedWriteView {
  return { id, kind, from, sourceId, to, externalId, reason, before, after };
}
