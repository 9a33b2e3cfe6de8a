import type { RedriveSelection } from './redrive.js';
import type { RunCounts, RunMode, RunState, SyncMode } from './run.js';

/** Allowances let one run go beyond what a sync allows by itself; said by a person, never by a schedule. */
export interface Allowances {
  /** Lets the run remove more records than the sync's own limit. */
  readonly allowRemovals?: boolean;
  /** Lets the run change more records than the sync's own limit. */
  readonly allowChanges?: boolean;
  /** Lets the run believe a source that has far fewer records than before. */
  readonly allowShrink?: boolean;
}

/** SyncInput starts a sync's run. */
export interface SyncInput extends Allowances {
  readonly sync: string;
  readonly mode: SyncMode;
  /** The records that the run covers in place of what it would read; for the modes `redrive` and `plan`. */
  readonly selection?: RedriveSelection;
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
export type SyncPhase =
  | 'starting' | 'measuring' | 'indexing the target' | 'reading and writing' | 'reading the source' | 'reading the target' | 'merging' | 'removing'
  | 'checking the plan' | 'writing the plan' | 'reading what was written' | 'finishing' | 'done';

/** StartRunInput asks for a run to be opened. */
export interface StartRunInput {
  readonly runId: string;
  readonly sync: string;
  readonly mode: SyncMode;
  readonly allowRemovals: boolean;
  readonly workflowId: string;
  readonly selection?: RedriveSelection;
  /** Whose taking of announced records the run covers, each read by its id. */
  readonly announced?: { readonly takenBy: string };
}

/** StartedRun is an opened run. */
export interface StartedRun {
  readonly runId: string;
  readonly definitionVersion: number;
  readonly fromSystem: string;
  readonly toSystem: string;
  /** `paused` or `shadow` in the definition's rollout changes what the run may do. */
  readonly mode: RunMode;
  /** Whether it is measured before the first write what the run would change. */
  readonly measures: boolean;
  readonly needsIndex: boolean;
  readonly removes: boolean;
  /** Changes of some field flow back to the source. */
  readonly twoWay?: boolean;
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

/** MeasureInput asks for the next window of measuring what a run would do to the linked records. */
export interface MeasureInput extends Required<Allowances> {
  readonly runId: string;
}

/** GuardedResult is what a window did, or why it did nothing: `held` says so for people, and what to do. */
export interface GuardedResult extends WindowResult {
  readonly held: string | null;
}

/** RemovalsInput asks for the records that are gone at the source to be removed at the target. */
export interface RemovalsInput {
  readonly runId: string;
  readonly allowRemovals: boolean;
}

/** MergeInput asks for the pairs of a two-way sync to be merged. */
export interface MergeInput extends RemovalsInput, Allowances {
  readonly allowRemovals: boolean;
}

/** RemovalsResult is what the removals came to; `held` says why nothing was removed. */
export type RemovalsResult = GuardedResult;

/** ObserveInput asks for the next window of reading one side of a two-way sync. */
export interface ObserveInput extends WindowInput {
  readonly side: 'source' | 'target';
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
  measureChanges(input: MeasureInput): Promise<GuardedResult>;
  indexTarget(input: WindowInput): Promise<WindowResult>;
  syncWindow(input: WindowInput): Promise<WindowResult>;
  removeMissing(input: RemovalsInput): Promise<RemovalsResult>;
  observeSide(input: ObserveInput): Promise<WindowResult>;
  mergePairs(input: MergeInput): Promise<RemovalsResult>;
  finishRun(input: FinishRunInput): Promise<SyncResult>;
}
