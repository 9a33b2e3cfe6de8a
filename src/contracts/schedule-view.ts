/** ScheduledWork is what a schedule starts: the reading of changes, a complete read, a reconciliation, or a quality run. */
export type ScheduledWork = 'changes' | 'complete read' | 'reconciliation' | 'quality check';

/** ScheduledOutcome is how a started run ended, as far as Temporal still keeps it; `skipped` where another one was under way. */
export type ScheduledOutcome = 'running' | 'succeeded' | 'held' | 'stopped' | 'skipped' | 'failed' | 'cancelled' | 'terminated' | 'timed out' | 'interrupted' | 'no longer kept';

/** ScheduledRun is a run that a schedule has started. */
export interface ScheduledRun {
  readonly at: Date;
  readonly outcome: ScheduledOutcome;
  readonly workflowId: string;
  readonly temporalRunId: string;
}

/** SchedulePause is who holds a schedule back, and why; `by` is null where it is not known, such as after a pause in the Temporal UI. */
export interface SchedulePause {
  readonly byDefinition: boolean;
  readonly by: string | null;
  readonly reason: string;
}

/** ScheduleView is a schedule as it is shown to people and sent over the API. */
export interface ScheduleView {
  readonly id: string;
  /** The id without what the ids of all schedules begin with; commands take either. */
  readonly name: string;
  /** Name of the sync or quality definition. */
  readonly of: string;
  readonly work: ScheduledWork;
  /** When it runs, in words. */
  readonly times: string;
  /** The zone in which a time of day is meant; null for an interval, which is counted from 00:00 UTC. */
  readonly timeZone: string | null;
  /** Null where it is not paused. */
  readonly pause: SchedulePause | null;
  readonly note: string;
  /** The next times, at most 3; empty while it is paused. */
  readonly next: readonly Date[];
  /** The last runs, at most 3, newest first. */
  readonly last: readonly ScheduledRun[];
  /** Times that were let go because the run before was still under way, and because the server came back too late for them. */
  readonly overlapped: number;
  readonly missed: number;
}

/** StartedBackfill is what the making up for past times starts. */
export interface StartedBackfill {
  readonly id: string;
  readonly runs: number;
  /** The first and the last of the times. */
  readonly first: Date;
  readonly last: Date;
}

/** FEW_RUNS is how many runs a backfill starts without being asked twice. */
export const FEW_RUNS = 5;

/** MOST_RUNS is how many runs one backfill may start; Temporal names no more than a thousand times at once, and keeps no more waiting. */
export const MOST_RUNS = 999;
