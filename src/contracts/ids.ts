import type { SyncMode } from './run.js';

const prefixes: Readonly<Record<SyncMode, string>> = { incremental: 'sync', full: 'sync', backfill: 'backfill', plan: 'plan' };

/**
 * syncWorkflowId is the workflow id of a sync's run. Incremental and full runs share one id, so that Temporal lets
 * only one of them move the checkpoint at a time; a backfill and a plan have ids of their own.
 */
export function syncWorkflowId(sync: string, mode: SyncMode): string {
  return `${prefixes[mode]}/${sync}`;
}

/** ScheduleKind is which of a sync's schedules is meant. */
export type ScheduleKind = 'every' | 'full-read';

/** scheduleId is the id of a schedule that `apply` owns. */
export function scheduleId(sync: string, kind: ScheduleKind): string {
  return `crosswalk/${sync}/${kind}`;
}

/** ownedSchedulePrefix begins the id of every schedule that `apply` owns. */
export const ownedSchedulePrefix = 'crosswalk/';

/** applyPlanWorkflowId is the workflow id of the applying of a plan, so that a plan is applied by one workflow at a time. */
export function applyPlanWorkflowId(planId: string): string {
  return `apply-plan/${planId}`;
}

/** planUndoWorkflowId is the workflow id of the making of an undo plan. */
export function planUndoWorkflowId(planId: string): string {
  return `plan-undo/${planId}`;
}
