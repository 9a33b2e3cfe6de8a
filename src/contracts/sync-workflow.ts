import type { RunCounts, RunMode, RunState, SyncMode } from './run.js';

/** SyncInput starts a sync's run. */
export interface SyncInput {
  readonly sync: string;
  readonly mode: SyncMode;
  /** Lets a full run remove more records than the sync's own limit; said by a person, never by a schedule. */
  readonly allowRemovals?: boolean;
  /** Set when a run goes on after continue-as-new. */
  readonly continued?: { readonly runId: string; readonly paused: boolean; readonly counts?: RunCounts };
}

/** SyncResult is what a run came to. */
export interface SyncResult {
  readonly runId: string;
  readonly sync: string;
  readonly mode: RunMode;
  readonly state: RunState;
  readonly counts: RunCounts;
  readonly message: string | null;
}

/** SyncProgress is the answer to the `progress` query. */
export interface SyncProgress {
  readonly runId: string | null;
  readonly phase: SyncPhase;
  readonly paused: boolean;
  readonly stopping: boolean;
  readonly counts: RunCounts;
}

/** SyncPhase is what a run is at. */
export type SyncPhase = 'starting' | 'indexing the target' | 'reading and writing' | 'removing' | 'checking the plan' | 'writing the plan' | 'reading what was written' | 'finishing' | 'done';

/** StartRunInput asks for a run to be opened. */
export interface StartRunInput {
  readonly runId: string;
  readonly sync: string;
  readonly mode: SyncMode;
  readonly allowRemovals: boolean;
  readonly workflowId: string;
}

/** StartedRun is an opened run. */
export interface StartedRun {
  readonly runId: string;
  readonly definitionVersion: number;
  readonly fromSystem: string;
  readonly toSystem: string;
  /** `paused` or `shadow` in the definition's rollout changes what the run may do. */
  readonly mode: RunMode;
  readonly needsIndex: boolean;
  readonly removes: boolean;
}

/** WindowInput asks for the next window of a run. */
export interface WindowInput {
  readonly runId: string;
}

/** WindowResult is what one window did; records stay out of it. */
export interface WindowResult {
  readonly done: boolean;
  /** Counts of the run so far. */
  readonly counts: RunCounts;
}

/** RemovalsInput asks for the records that are gone at the source to be removed at the target. */
export interface RemovalsInput {
  readonly runId: string;
  readonly allowRemovals: boolean;
}

/** RemovalsResult is what the removals came to; `held` says why nothing was removed. */
export interface RemovalsResult extends WindowResult {
  readonly held: string | null;
}

/** FinishRunInput closes a run. */
export interface FinishRunInput {
  readonly runId: string;
  readonly state: RunState;
  readonly message: string | null;
}

/** SyncActivities are the activities of a sync; workflows know them by this interface only. */
export interface SyncActivities {
  startRun(input: StartRunInput): Promise<StartedRun>;
  indexTarget(input: WindowInput): Promise<WindowResult>;
  syncWindow(input: WindowInput): Promise<WindowResult>;
  removeMissing(input: RemovalsInput): Promise<RemovalsResult>;
  finishRun(input: FinishRunInput): Promise<SyncResult>;
}
