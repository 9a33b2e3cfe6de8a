import type { Json, JsonObject } from './json.js';
import type { PlanKind, PlanState } from './plan.js';
import type { RunCounts, RunState } from './run.js';

/** PlanView is a stored plan as the API gives it; times are ISO 8601. */
export interface PlanView {
  readonly id: string;
  readonly kind: PlanKind;
  readonly title: string;
  readonly sync: string;
  readonly definitionVersion: number;
  readonly state: PlanState;
  /** SHA-256 in hex over all writes; null while the plan is being made. */
  readonly hash: string | null;
  readonly counts: RunCounts;
  readonly createdAt: string;
  readonly approvedBy: string | null;
  readonly approvedAt: string | null;
  readonly appliedRun: { readonly id: string; readonly state: RunState; readonly message: string | null } | null;
}

/** PlannedWriteView is one write of a plan. */
export interface PlannedWriteView {
  readonly id: string;
  readonly kind: 'create' | 'update' | 'archive' | 'delete';
  /** `system.object` of the source and the target. */
  readonly from: string;
  readonly sourceId: string;
  readonly to: string;
  readonly externalId: string | null;
  readonly reason: string;
  readonly before: JsonObject | null;
  readonly after: JsonObject;
}

/** RefusalView is what a plan leaves out, or what no longer fitted, and why. */
export interface RefusalView {
  readonly id: string;
  readonly from: string;
  readonly sourceId: string;
  readonly to: string | null;
  readonly externalId: string | null;
  readonly code: string;
  readonly message: string;
  readonly fields: readonly { readonly field: string; readonly message: string; readonly expected?: Json; readonly found?: Json }[];
}

/** PlanPage is a plan with a part of its writes and refusals; `next` members go into the next request, null at the end. */
export interface PlanPage {
  readonly plan: PlanView;
  readonly writes: readonly PlannedWriteView[];
  readonly nextWrite: string | null;
  readonly refusals: readonly RefusalView[];
  readonly nextRefusal: string | null;
}
