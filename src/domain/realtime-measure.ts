import type { RealtimeMeasure } from '../contracts/strategy.js';

/** WrittenChange is a change that was written, with when it happened at the source and when a webhook last told of its record. */
export interface WrittenChange {
  /** The record's version at the source: a time, or something that is none. */
  readonly version: string | null;
  readonly settledAt: Date;
  /** The newest event of the record before the write; null where there is none. */
  readonly announcedAt: Date | null;
}

/** Clocks of a source and ours may be apart by so much, milliseconds. */
const CLOCKS_MS = 60_000;
/** Where a version is no time, an event so long before the write is taken to have announced it. */
const UNKNOWN_MS = 3_600_000;
/** A version longer ago than this says when the record was last changed, not when this change happened. */
const OLDEST_MS = 7 * 86_400_000;

/** measureRealtime says how many written changes webhooks had announced, and what those took from the change to the write. */
export function measureRealtime(changes: readonly WrittenChange[]): RealtimeMeasure {
  const latencies: number[] = [];
  let missed = 0;
  for (const { version, settledAt, announcedAt } of changes) {
    const occurred = occurredMs(version, settledAt.getTime());
    const from = (occurred ?? settledAt.getTime() - UNKNOWN_MS) - CLOCKS_MS;
    if (announcedAt === null || announcedAt.getTime() < from) missed += 1;
    else latencies.push(Math.max(0, settledAt.getTime() - (occurred ?? announcedAt.getTime())));
  }
  latencies.sort((a, b) => a - b);
  return { announced: latencies.length, missed, p50Ms: quantile(latencies, 0.5), p95Ms: quantile(latencies, 0.95) };
}

function occurredMs(version: string | null, settledMs: number): number | undefined {
  const ms = version === null ? Number.NaN : /^\d{13}$/.test(version) ? Number(version) : /^\d{4}-\d{2}-\d{2}T/.test(version) ? Date.parse(version) : Number.NaN;
  return Number.isNaN(ms) || ms < settledMs - OLDEST_MS || ms > settledMs + CLOCKS_MS ? undefined : ms;
}

// The nearest rank: a value that was measured, and none between two.
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
