import type { RunCounts } from '../../contracts/run.js';
import type { SyncPhase } from '../../contracts/sync-workflow.js';
import type { Style } from '../terminal/style.js';
import { cutToWidth, displayWidth } from '../terminal/display-width.js';
import { count, duration } from '../terminal/wording.js';

/** Progress is what is shown of a run while it goes on. */
export interface Progress {
  readonly phase: SyncPhase | 'waiting for a worker';
  readonly paused: boolean;
  readonly stopping: boolean;
  readonly counts: RunCounts;
  /** Records a second over the last seconds; null before it can be told. */
  readonly perSecond: number | null;
  /** How many records the run will probably read, from earlier runs; null where nothing tells. */
  readonly expected: number | null;
  readonly elapsedMs: number;
}

const BAR = 20;
/** A worker answers within a second or two; after that, there may be none. */
const PATIENCE_MS = 5_000;

/** progressText shows a run's progress in one line: a bar where the end is known, the count, the rate, the time left. */
export function progressText(progress: Progress, style: Style): string {
  const { colors } = style;
  const share = shareOf(progress);
  const bar = share === null ? '' : `${colors.cyan('█'.repeat(Math.round(share * BAR)))}${colors.dim('░'.repeat(BAR - Math.round(share * BAR)))} `;
  const plain = progressWords(progress);
  const room = style.columns - (share === null ? 0 : BAR + 1) - 1;
  return bar + (displayWidth(plain) > room ? cutToWidth(plain, room) : plain);
}

/** progressWords is the same without a bar, for logs. */
export function progressWords(progress: Progress): string {
  const { phase, counts, perSecond, expected, elapsedMs } = progress;
  if (phase === 'waiting for a worker') return elapsedMs < PATIENCE_MS ? phase : `${phase} for ${duration(elapsedMs)}; is "crosswalk worker" or "npm start" running?`;
  const share = shareOf(progress);
  const left = share === null || expected === null || perSecond === null || perSecond <= 0 ? null : ((expected - counts.read) / perSecond) * 1000;
  return [
    stateOf(progress),
    share === null || expected === null ? `${count(counts.read)} read` : `${count(counts.read)} of about ${count(expected)} read`,
    ...(perSecond === null ? [] : [`${count(Math.round(perSecond))}/s`]),
    left === null ? duration(elapsedMs) : `about ${duration(left)} left`,
    ...countsOf(counts),
  ].join(', ');
}

function stateOf({ phase, paused, stopping }: Progress): string {
  if (stopping) return 'stopping at the next checkpoint';
  return paused ? `paused while ${phase}` : phase;
}

// An estimate that was passed is no estimate.
function shareOf({ phase, counts, expected }: Progress): number | null {
  return phase !== 'reading and writing' || expected === null || counts.read > expected ? null : counts.read / expected;
}

const shownCounts = ['created', 'updated', 'archived', 'deleted', 'unlinked', 'parked', 'duplicates'] as const;

function countsOf(counts: RunCounts): string[] {
  return shownCounts.filter((name) => counts[name] > 0).map((name) => `${count(counts[name])} ${name}`);
}
