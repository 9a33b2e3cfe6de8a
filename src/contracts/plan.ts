import type { RunCounts } from './run.js';
import type { SyncResult } from './sync-workflow.js';

/**
 * PlanKind says what a plan came from: a sync that looked ahead, one that goes both ways, writes that are to be undone,
 * differences that are to be repaired, or declared repairs of one object's values.
 */
export type PlanKind = 'sync' | 'two-way' | 'undo' | 'repair' | 'quality';

/**
 * PlanState is where a plan stands: still being made; waiting for an approval; approved; being applied; applied; begun
 * and not ended, so that applying it again goes on; approved, but the world no longer fitted when it was to be applied.
 */
export type PlanState = 'making' | 'open' | 'approved' | 'applying' | 'applied' | 'unfinished' | 'unfit';

/** UndoScope says which writes are to be undone; several conditions narrow each other. */
export interface UndoScope {
  /** Only writes of this run. */
  readonly runId?: string;
  /** Only writes of this sync; needed where neither a run nor a record is named. */
  readonly sync?: string;
  /** Only writes since this time, epoch milliseconds. */
  readonly sinceMs?: number;
  /** Only writes to, or made because of, this record. */
  readonly record?: { readonly system: string; readonly object: string; readonly id: string };
}

/** PlanUndoInput starts the making of an undo plan. */
export interface PlanUndoInput {
  /** Id that the plan gets, a UUID. */
  readonly planId: string;
  readonly scope: UndoScope;
  readonly continued?: RunContinued;
}

/** ApplyPlanInput starts the applying of an approved plan. */
export interface ApplyPlanInput {
  readonly planId: string;
  readonly continued?: RunContinued;
}

/** RunContinued is what a run takes along when it continues as new. */
export interface RunContinued {
  readonly runId: string;
  readonly paused: boolean;
  readonly counts?: RunCounts;
}

/** StartUndoInput asks for the run to be opened that makes an undo plan. */
export interface StartUndoInput {
  readonly planId: string;
  readonly scope: UndoScope;
  readonly workflowId: string;
}

/** StartApplyInput asks for the run to be opened that applies a plan. */
export interface StartApplyInput {
  readonly runId: string;
  readonly planId: string;
  readonly workflowId: string;
}

/** StartedPlanRun is an opened run that makes or applies a plan. */
export interface StartedPlanRun {
  readonly runId: string;
  readonly sync: string;
  readonly toSystem: string;
  readonly definitionVersion: number;
}

/** PlanWindowResult is what one window came to; records stay out of it. */
export interface PlanWindowResult {
  readonly done: boolean;
  readonly counts: RunCounts;
}

/** PlanCheckResult is what a look at the world came to. */
export interface PlanCheckResult extends PlanWindowResult {
  /** Planned writes that no longer fit so far. */
  readonly misfits: number;
}

/** PlanResult is what making or applying a plan came to. */
export interface PlanResult extends SyncResult {
  readonly planId: string;
}

/** PlanActivities are the activities around plans; workflows know them by this interface only. */
export interface PlanActivities {
  startUndo(input: StartUndoInput): Promise<StartedPlanRun>;
  undoWindow(input: { readonly runId: string; readonly scope: UndoScope }): Promise<PlanWindowResult>;
  startApply(input: StartApplyInput): Promise<StartedPlanRun>;
  checkPlan(input: { readonly runId: string }): Promise<PlanCheckResult>;
  applyWindow(input: { readonly runId: string }): Promise<PlanWindowResult>;
}
