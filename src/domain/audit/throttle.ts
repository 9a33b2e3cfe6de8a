import type { LoadLevel, Throttle, ThrottlePoint } from '../../contracts/audit.js';

/** TokenBucket is a limit of so many requests at once, and so many a second from then on. */
export interface TokenBucket {
  readonly perSecond: number;
  readonly burst: number;
}

/** Two bursts that were refused after nearly the same time say nothing about the rate. */
const LEAST_SPREAD_MS = 250;

/**
 * fitTokenBucket finds the limit behind bursts that each began with a full bucket: one that was refused after t seconds
 * had been answered burst + perSecond × t times, so two that lasted differently long give both (least squares over all).
 * Undefined where they were refused after nearly the same time, or where no bucket fits.
 */
export function fitTokenBucket(points: readonly ThrottlePoint[]): TokenBucket | undefined {
  const times = points.map(({ elapsedMs }) => elapsedMs / 1_000);
  if (points.length < 2 || (Math.max(...times) - Math.min(...times)) * 1_000 < LEAST_SPREAD_MS) return undefined;
  const meanTime = mean(times);
  const meanAnswered = mean(points.map(({ answered }) => answered));
  let covariance = 0;
  let variance = 0;
  points.forEach(({ answered }, index) => {
    const off = (times[index] ?? 0) - meanTime;
    covariance += off * (answered - meanAnswered);
    variance += off * off;
  });
  const perSecond = covariance / variance;
  if (perSecond <= 0) return undefined;
  return { perSecond, burst: Math.max(1, meanAnswered - perSecond * meanTime) };
}

/**
 * throttleOf says where a system began to refuse: at the first level with a refusal. It is the concurrency that was
 * refused where a level was refused at once although the level before it, with fewer requests open, was answered more
 * requests than that without a refusal. Null where nothing was refused.
 */
export function throttleOf(levels: readonly LoadLevel[], points: readonly ThrottlePoint[] = []): Throttle | null {
  const at = levels.findIndex(({ limited }) => limited > 0);
  const level = levels[at];
  if (level === undefined) return null;
  const before = levels[at - 1];
  const atOnce = level.answered < 2 * level.concurrency && level.concurrency > 1;
  const isConcurrency = atOnce && before !== undefined && before.answered > level.answered && rateOf(before) >= rateOf(level) / 2;
  const bucket = isConcurrency ? undefined : fitTokenBucket(points);
  return {
    kind: isConcurrency ? 'concurrency' : 'rate',
    afterRequests: level.answered, afterMs: level.elapsedMs, atConcurrency: level.concurrency, retryAfterMs: level.retryAfterMs,
    sustainedPerSecond: bucket === undefined ? null : round(bucket.perSecond), burst: bucket === undefined ? null : Math.round(bucket.burst),
  };
}

/** rateOf is the requests a second that were answered at a level. */
export function rateOf({ answered, elapsedMs }: Pick<LoadLevel, 'answered' | 'elapsedMs'>): number {
  return elapsedMs <= 0 ? 0 : answered / (elapsedMs / 1_000);
}

/** nextPace is the pace, requests a second, of the burst after one that was refused: slower, so that it lasts clearly longer. */
export function nextPace({ answered, elapsedMs }: ThrottlePoint): number {
  return Math.max(1, rateOf({ answered, elapsedMs }) * 0.6);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number): number {
  return value >= 10 ? Math.round(value) : Math.round(value * 10) / 10;
}
