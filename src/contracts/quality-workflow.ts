import type { QualityFigures, QualityRunState } from './quality.js';
import type { RunCounts } from './run.js';
import type { WindowResult } from './sync-workflow.js';

/** QualityInput starts a quality run, or a plan of the declared repairs. */
export interface QualityInput {
  readonly quality: string;
  /** Set when a run goes on after continue-as-new. */
  readonly continued?: { readonly runId: string; readonly paused: boolean; readonly counts?: RunCounts };
}

/** QualityResult is what a quality run came to. */
export interface QualityResult {
  readonly runId: string;
  readonly quality: string;
  readonly state: QualityRunState;
  /** Null unless the run succeeded. */
  readonly figures: QualityFigures | null;
  /** Targets that are missed, as `missing: 3.1% (target 2%)`. */
  readonly missed: readonly string[];
  readonly message: string | null;
}

/** StartQualityInput asks for a quality run, or a repair plan, to be opened. */
export interface StartQualityInput {
  readonly runId: string;
  readonly quality: string;
  readonly workflowId: string;
}

/** StartedQuality is an opened run. */
export interface StartedQuality {
  readonly runId: string;
  readonly definitionVersion: number;
  readonly system: string;
}

/** QualityRunInput asks for the next part of a run's work. */
export interface QualityRunInput {
  readonly runId: string;
}

/** FinishQualityInput closes a quality run. */
export interface FinishQualityInput {
  readonly runId: string;
  readonly state: QualityRunState;
  readonly message: string | null;
}

/** QualityActivities are the activities of quality runs and repair plans; workflows know them by this interface only. */
export interface QualityActivities {
  startQuality(input: StartQualityInput): Promise<StartedQuality>;
  /** qualityWindow reads on and checks each record; in the counts, `read` is records and `ignored` those out of scope. */
  qualityWindow(input: QualityRunInput): Promise<WindowResult>;
  /** measureQuality finds what only shows once everything is read, duplicates above all, and stores the figures of the day. */
  measureQuality(input: QualityRunInput): Promise<void>;
  finishQuality(input: FinishQualityInput): Promise<QualityResult>;
  startRepair(input: StartQualityInput): Promise<StartedQuality>;
  /** repairWindow reads on and stores what the declared repairs would write. */
  repairWindow(input: QualityRunInput): Promise<WindowResult>;
}
