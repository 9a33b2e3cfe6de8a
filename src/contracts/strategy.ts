/** StrategyRule says when real-time is too slow or loses too much, so that the sweeps of a sync come more often. */
export interface StrategyRule {
  /** What 95 % of the announced changes may take at most from the change to the write, milliseconds. */
  readonly latencyMs: number;
  /** Share of the changes, 0 to 1, that no webhook may have announced. */
  readonly loss: number;
  /** The shortest interval between sweeps, milliseconds; where the declared interval is shorter, that one. */
  readonly leastMs: number;
}

/** defaultStrategyRule holds for a sync that says nothing about its strategy. */
export const defaultStrategyRule: StrategyRule = { latencyMs: 60_000, loss: 0.05, leastMs: 60_000 };

/** RealtimeMeasure is how real-time did lately. */
export interface RealtimeMeasure {
  /** Written changes that a webhook had announced, and those that a sweep found without. */
  readonly announced: number;
  readonly missed: number;
  /** From the change to the write, milliseconds; null where nothing was announced. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** SweepState is how often a sync sweeps now. */
export interface SweepState {
  readonly everyMs: number;
  /** Good measures in a row since the last change or the last bad one. */
  readonly calm: number;
}

/** SweepDecision is what a measure leads to. */
export interface SweepDecision {
  readonly change: 'keep' | 'tighten' | 'relax';
  readonly next: SweepState;
  /** Why, in words; empty where nothing changes. */
  readonly reason: string;
}

/** StrategyInput names the sync whose strategy is looked at after a sweep. */
export interface StrategyInput {
  readonly sync: string;
}

/** StrategyActivities are the activities that look after how often syncs sweep. */
export interface StrategyActivities {
  /** Measures real-time, tightens or relaxes the sweeps, and gives the notifications that tell of it, and of clocks that are apart. */
  adjustStrategy(input: StrategyInput): Promise<{ readonly notificationIds: readonly string[] }>;
}
