import type { AuditBounds } from '../contracts/audit.js';
import type { Budget } from '../contracts/budget.js';

/** Meter counts what an audit asks of a system, and ends it at its bounds. */
export interface Meter {
  /** Aborted when the requests or the time are used up, or when the caller gives up. */
  readonly signal: AbortSignal;
  readonly requests: () => number;
  /** How many requests may still be sent. */
  readonly left: () => number;
  readonly elapsedMs: () => number;
  /** budget counts every permit of a budget; it gives out no more than are left. */
  readonly budget: (inner: () => Budget) => Budget;
}

/** createMeter starts the clock of an audit. */
export function createMeter(bounds: AuditBounds, signal: AbortSignal): Meter {
  const startedAt = performance.now();
  const end = new AbortController();
  const all = AbortSignal.any([signal, end.signal, AbortSignal.timeout(bounds.timeMs)]);
  let requests = 0;
  return {
    signal: all,
    requests: () => requests,
    left: () => (all.aborted ? 0 : bounds.requests - requests),
    elapsedMs: () => Math.round(performance.now() - startedAt),
    budget: (inner) => ({
      async acquire(purpose, requestSignal) {
        if (requests >= bounds.requests) end.abort(new Error('the requests of the audit are used up'));
        all.throwIfAborted();
        const permit = await inner().acquire(purpose, requestSignal);
        requests += 1;
        return permit;
      },
      close: (untilMs) => { inner().close(untilMs); },
    }),
  };
}
