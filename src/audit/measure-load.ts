import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadFacts, LoadLevel, ThrottlePoint } from '../contracts/audit.js';
import type { Connector } from '../contracts/connector.js';
import { SystemError } from '../contracts/system-error.js';
import { quantile } from '../domain/audit/quantile.js';
import { nextPace, rateOf, throttleOf } from '../domain/audit/throttle.js';
import type { AuditAccess, Pace } from './audit-access.js';
import type { Meter } from './meter.js';

/** LoadOptions says how load is measured. */
export interface LoadOptions {
  readonly access: AuditAccess;
  readonly meter: Meter;
  readonly object: string;
  /** Highest number of requests that are open at the same time. */
  readonly concurrency: number;
  readonly onProgress: (text: string) => void;
}

/** How long one burst may last, milliseconds. */
const BURST_MS = 4_000;
/** After a refusal, how long a bucket is left to fill, besides what the refusal asked for. */
const REFILL_MS = 1_500;
const MOST_BURSTS = 6;
/** Bursts that lasted this much differently long give a good rate. */
const GOOD_SPREAD_MS = 1_500;

/**
 * measureLoad reads the first page of an object again and again: first with 1, 2, 4, 8 … requests open, until one is
 * refused; then, unless that was for their number, in bursts of different pace, whose ends tell the limit. It stops at
 * the first refusal each time, and waits as long as it was told to.
 */
export async function measureLoad(options: LoadOptions): Promise<LoadFacts> {
  const { access, meter, object, concurrency, onProgress } = options;
  const levels: LoadLevel[] = [];
  for (let open = 1; open <= concurrency && meter.left() > 12; open *= 2) {
    onProgress(`${open} at the same time`);
    const level = await hold(options, access.connector, { concurrency: open, perSecond: null }, Math.min(Math.max(12, open * 6), 60));
    levels.push(level);
    await pauseAfter(level, meter);
    if (level.limited > 0) break;
  }
  // Bursts tell a rate; where it is the requests at the same time that are refused, there is none to find.
  const points = throttleOf(levels)?.kind === 'concurrency' ? [] : await bursts(options);
  const [first] = points;
  // The small pages of the bursts can be refused where the levels were not fast enough to be.
  const refused = first === undefined || levels.some(({ limited }) => limited > 0) ? levels : [...levels, first.level];
  access.setPace(null);
  return { object, levels, throttle: throttleOf(refused, points.map(({ point }) => point)) };
}

interface Burst {
  readonly point: ThrottlePoint;
  readonly level: LoadLevel;
}

/** Bursts that ended in a refusal, the fastest first. */
async function bursts(options: LoadOptions): Promise<Burst[]> {
  const { access, meter, concurrency, onProgress } = options;
  const found: Burst[] = [];
  let pace: number | null = null;
  let held = 0;
  for (let count = 0; count < MOST_BURSTS && meter.left() > 20; count += 1) {
    onProgress(pace === null ? 'as fast as it answers' : `${Math.round(pace)} requests a second`);
    const level = await hold(options, access.small, { concurrency, perSecond: pace }, meter.left() - 10);
    await pauseAfter(level, meter);
    if (level.limited === 0) {
      if (pace === null) break;
      held = Math.max(held, pace);
    } else found.push({ point: { answered: level.answered, elapsedMs: level.elapsedMs }, level });
    const slowest = found.at(-1);
    if (slowest === undefined || spread(found) >= GOOD_SPREAD_MS) break;
    // Between what was held for as long as a burst may last, and what was refused.
    const next = Math.max(nextPace(slowest.point), held === 0 ? 0 : (held + (pace !== null && pace > held ? pace : rateOf(slowest.point))) / 2);
    if (pace !== null && next >= pace * 0.97 && level.limited > 0) break;
    pace = next;
  }
  return found;
}

function spread(found: readonly Burst[]): number {
  const times = found.map(({ point }) => point.elapsedMs);
  return Math.max(...times) - Math.min(...times);
}

async function pauseAfter({ limited, retryAfterMs }: LoadLevel, { signal }: Meter): Promise<void> {
  const ms = (limited > 0 ? (retryAfterMs ?? 0) : 0) + REFILL_MS;
  await sleep(Math.min(ms, 30_000), undefined, { signal }).catch(() => undefined);
}

/** Keeps requests open at a pace until so many are sent, one is refused, or the time is up. */
async function hold({ access, meter, object }: LoadOptions, connector: Connector, pace: Pace, most: number): Promise<LoadLevel> {
  access.setPace(pace);
  const times: number[] = [];
  const end = new AbortController();
  const signal = AbortSignal.any([meter.signal, end.signal]);
  let sent = 0;
  let limited = 0;
  let failed = 0;
  let retryAfterMs: number | null = null;
  const startedAt = performance.now();
  let endedAt: number | undefined;
  const one = async (): Promise<void> => {
    const from = performance.now();
    try {
      await connector.list(object, { signal }).next();
      times.push(performance.now() - from);
    } catch (error) {
      if (error instanceof SystemError && error.detail.outcome === 'rate-limited') {
        limited += 1;
        endedAt ??= performance.now();
        retryAfterMs ??= error.detail.retryAfterMs;
        end.abort();
      } else if (!signal.aborted) failed += 1;
    }
  };
  const worker = async (): Promise<void> => {
    while (sent < most && !signal.aborted && performance.now() - startedAt < BURST_MS) {
      sent += 1;
      await one();
      if (failed >= 3) return;
    }
  };
  await Promise.all(Array.from({ length: pace.concurrency }, worker));
  return {
    concurrency: pace.concurrency, sent, answered: times.length, limited, failed,
    elapsedMs: Math.round((endedAt ?? performance.now()) - startedAt),
    medianMs: rounded(quantile(times, 0.5)), p95Ms: rounded(quantile(times, 0.95)), retryAfterMs,
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
