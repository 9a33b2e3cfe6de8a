import { setTimeout as sleep } from 'node:timers/promises';
import type { SyncHandle } from '../../client/crosswalk-client.js';
import { noCounts, type RunCounts } from '../../contracts/run.js';
import type { SyncProgress, SyncResult } from '../../contracts/sync-workflow.js';
import type { Progress } from './progress-text.js';
import { Rate } from './rate.js';

/** RunEnd is how following a run ended. */
export type RunEnd =
  | { readonly kind: 'ended'; readonly result: SyncResult }
  | { readonly kind: 'failed'; readonly error: unknown; /** Null where it failed before anybody could ask. */ readonly runId: string | null }
  | { readonly kind: 'detached' };

/** FollowOptions is what following a run needs. */
export interface FollowOptions {
  readonly handle: Pick<SyncHandle, 'result' | 'progress'>;
  /** Counts of a run from the store, which are newer than those of the workflow. */
  readonly readCounts: (runId: string) => Promise<RunCounts>;
  /** How many records a run will probably read; asked for once. */
  readonly expect: (runId: string) => Promise<number | null>;
  readonly show: (progress: Progress) => void;
  /** Aborted when the caller no longer wants to follow; the run goes on. */
  readonly signal: AbortSignal;
  readonly everyMs?: number;
}

const QUERY_WITHIN_MS = 3_000;

/** followRun shows a run's progress until it ends or the caller lets go of it. */
export async function followRun({ handle, readCounts, expect, show, signal, everyMs = 500 }: FollowOptions): Promise<RunEnd> {
  let known: SyncProgress | undefined;
  const ended = handle.result().then((result): RunEnd => ({ kind: 'ended', result }), (error: unknown): RunEnd => ({ kind: 'failed', error, runId: known?.runId ?? null }));
  const startedMs = Date.now();
  const rate = new Rate();
  let counts = noCounts;
  let expected: number | null | undefined;
  for (;;) {
    const end = await Promise.race([ended, pause(everyMs, signal)]);
    if (end !== undefined) return end;
    const answered = await Promise.race([ended, within(handle.progress(), QUERY_WITHIN_MS)]);
    if (answered !== undefined && 'kind' in answered) return answered;
    // Without an answer the last one stands; before the first one, nobody works on it.
    known = answered ?? known;
    if (known?.runId != null) {
      counts = await readCounts(known.runId).catch(() => known?.counts ?? counts);
      if (expected === undefined) expected = await expect(known.runId).catch(() => null);
    }
    rate.add(counts.read, Date.now());
    show({
      phase: known?.phase ?? 'waiting for a worker', paused: known?.paused ?? false, stopping: known?.stopping ?? false, counts, expected: expected ?? null,
      perSecond: rate.perSecond(Date.now()), elapsedMs: Date.now() - startedMs,
    });
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<RunEnd | undefined> {
  try {
    await sleep(ms, undefined, { signal });
    return undefined;
  } catch {
    return { kind: 'detached' };
  }
}

async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  const late = new AbortController();
  try {
    return await Promise.race([promise, sleep(ms, undefined, { signal: late.signal })]);
  } catch {
    return undefined;
  } finally {
    late.abort();
  }
}
