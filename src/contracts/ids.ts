import type { LetterChoice } from './redrive.js';
import type { SyncMode } from './run.js';

const prefixes: Readonly<Record<SyncMode, string>> = { incremental: 'sync', full: 'sync', backfill: 'backfill', plan: 'plan', redrive: 'redrive' };

/**
 * syncWorkflowId is the workflow id of a sync's run. Incremental and full runs share one id, so that Temporal lets
 * only one of them move the checkpoint at a time; a backfill and a plan have ids of their own.
 */
export function syncWorkflowId(sync: string, mode: SyncMode): string {
  return `${prefixes[mode]}/${sync}`;
}

/** reconcileWorkflowId is the workflow id of a sync's reconciliation; only one can be under way at a time. */
export function reconcileWorkflowId(sync: string): string {
  return `reconcile/${sync}`;
}

/**
 * redriveWorkflowId is the workflow id of a redrive: one for each letter or answered question, and one for all letters of a cause or of a
 * sync, so that two people who press at once cause one redrive. A preview has an id of its own beside it.
 */
export function redriveWorkflowId(sync: string, letters: LetterChoice, mode: 'redrive' | 'plan' = 'redrive'): string {
  const prefix = mode === 'plan' ? 'preview' : prefixes.redrive;
  if (letters.kind === 'answered-match') return `${prefix}/match/${letters.id}`;
  return letters.kind === 'letter' ? `${prefix}/${letters.id}` : `${prefix}/${sync}/${letters.kind === 'group' ? letters.group : 'all'}`;
}

/** ScheduleKind is which of a sync's schedules is meant. */
export type ScheduleKind = 'every' | 'full-read' | 'reconcile' | 'quality' | 'check' | 'drift';

/** scheduleId is the id of a schedule that `apply` owns. */
export function scheduleId(sync: string, kind: ScheduleKind): string {
  return `crosswalk/${sync}/${kind}`;
}

/** ownedSchedulePrefix begins the id of every schedule that `apply` owns. */
export const ownedSchedulePrefix = 'crosswalk/';

/** qualityWorkflowId is the workflow id of a quality run that somebody starts; those of a schedule have the time added. */
export function qualityWorkflowId(quality: string): string {
  return `quality/${quality}`;
}

/** qualityRepairWorkflowId is the workflow id of the planning of a definition's repairs. */
export function qualityRepairWorkflowId(quality: string): string {
  return `quality-repair/${quality}`;
}

/** repairSyncName is the name under which the ledger keeps the repairs of a quality definition; no sync's own name has a slash. */
export function repairSyncName(quality: string): string {
  return `quality/${quality}`;
}

/** qualityOfRepair is the quality definition whose repairs the ledger keeps under a name; undefined for the name of a sync. */
export function qualityOfRepair(sync: string): string | undefined {
  return sync.startsWith('quality/') ? sync.slice('quality/'.length) : undefined;
}

/** applyPlanWorkflowId is the workflow id of the applying of a plan, so that a plan is applied by one workflow at a time. */
export function applyPlanWorkflowId(planId: string): string {
  return `apply-plan/${planId}`;
}

/** conflictWorkflowId is the workflow id of the resolving of a conflict, so that all who decide it meet in one workflow. */
export function conflictWorkflowId(conflictId: string): string {
  return `conflict/${conflictId}`;
}

/** syncConsumer is the name under which the inbox keeps what waits for a sync. */
export function syncConsumer(sync: string): string {
  return `sync/${sync}`;
}

/** syncOfConsumer is the sync that a consumer of the inbox is; undefined for another consumer. */
export function syncOfConsumer(consumer: string): string | undefined {
  return consumer.startsWith('sync/') ? consumer.slice('sync/'.length) : undefined;
}

/** handoffConsumer is the name under which the inbox keeps what waits for a handoff. */
export function handoffConsumer(handoff: string): string {
  return `handoff/${handoff}`;
}

/** handoffOfConsumer is the handoff that a consumer of the inbox is; undefined for another consumer. */
export function handoffOfConsumer(consumer: string): string | undefined {
  return consumer.startsWith('handoff/') ? consumer.slice('handoff/'.length) : undefined;
}

/** realtimeWorkflowId is the workflow id of the carrying over of a sync's announced changes. */
export function realtimeWorkflowId(sync: string): string {
  return `realtime/${sync}`;
}

/** planUndoWorkflowId is the workflow id of the making of an undo plan. */
export function planUndoWorkflowId(planId: string): string {
  return `plan-undo/${planId}`;
}

/** driftWorkflowId is the workflow id of a look at how a system's records look that somebody starts; those of a schedule have the time added. */
export function driftWorkflowId(system: string): string {
  return `drift/${system}`;
}

/** approvalWorkflowId is the workflow id of an approval, so that a question is put once. */
export function approvalWorkflowId(approvalId: string): string {
  return `approval/${approvalId}`;
}

/** handoffWorkflowId is the workflow id of a handoff: one for each record and trigger key, so that a double trigger causes one handoff. */
export function handoffWorkflowId(handoff: string, { system, object, id }: { readonly system: string; readonly object: string; readonly id: string }, key: string): string {
  return `handoff/${handoff}/${system}-${object}-${id}/v${key}`;
}

/** handoffWorkflowType is the workflow type under which a handoff is shown in the Temporal UI: `deal-closed` is `dealClosed`. */
export function handoffWorkflowType(handoff: string): string {
  return handoff.replaceAll(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** handoffSyncName is the name under which the ledger keeps the writes of a handoff; no sync's own name has a slash. */
export function handoffSyncName(handoff: string): string {
  return `handoff/${handoff}`;
}

/** handoffTriggersWorkflowId is the workflow id of what starts a handoff when events arrive; it lives as long as the handoff is in force. */
export function handoffTriggersWorkflowId(handoff: string): string {
  return `triggers/${handoff}`;
}

/** stepPath is how one going through a step is called within its handoff: its name, and the position in each list around it. */
export function stepPath({ name, at }: { readonly name: string; readonly at: readonly number[] }): string {
  return [name, ...at.map((index) => index + 1)].join('/');
}
