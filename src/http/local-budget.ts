import type { Budget, Permit, Purpose } from '../contracts/budget.js';
import type { LimitsDefinition } from '../contracts/system-definition.js';
import { createWaitingLine, type WaitingLine } from './waiting-line.js';

/**
 * createLocalBudget makes a budget that is held in memory, for one process: a token bucket of `burst` tokens that fills at
 * `requestsPerSecond`, and at most `concurrency` permits at a time. Callers of a purpose are served in the order they came,
 * handoffs before syncs; a sync takes a token only where the reserved share of the bucket stays in it.
 */
export function createLocalBudget(limits: Pick<LimitsDefinition, 'requestsPerSecond' | 'burst' | 'concurrency' | 'reserve'>): Budget {
  const perMs = limits.requestsPerSecond === undefined ? Infinity : limits.requestsPerSecond / 1_000;
  const burst = Math.max(1, limits.burst);
  // Never more than the bucket holds, or syncs of a system with a burst of 1 would wait for ever.
  const needed: Readonly<Record<Purpose, number>> = { handoff: 1, sync: Math.min(burst, 1 + limits.reserve * burst) };
  const waiting: Readonly<Record<Purpose, WaitingLine<Permit>>> = { handoff: createWaitingLine(), sync: createWaitingLine() };
  let tokens = burst;
  let filledAt = performance.now();
  let closedUntil = 0;
  let open = 0;
  let timer: NodeJS.Timeout | undefined;

  const fill = (now: number): void => {
    if (perMs !== Infinity) tokens = Math.min(burst, tokens + (now - filledAt) * perMs);
    filledAt = now;
  };
  const release = (): void => {
    open--;
    serve();
  };
  const grant = (): Permit => {
    open++;
    if (perMs !== Infinity) tokens--;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        release();
      },
    };
  };
  /** Milliseconds until a purpose can be served; 0: now; Infinity: only when a permit comes back. */
  const delayOf = (purpose: Purpose, now: number): number => {
    if (open >= limits.concurrency) return Infinity;
    // A hair below: sums of fractions of a token may miss the whole by rounding.
    const lacking = perMs === Infinity ? 0 : needed[purpose] - tokens - 1e-9;
    return Math.max(closedUntil - now, lacking / perMs, 0);
  };
  const serve = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const now = performance.now();
    fill(now);
    let next = Infinity;
    for (const purpose of ['handoff', 'sync'] as const) {
      const line = waiting[purpose];
      let delay = 0;
      while (line.size() > 0 && (delay = delayOf(purpose, now)) === 0) line.admitFirst(grant());
      if (line.size() > 0) next = Math.min(next, delay);
    }
    if (next !== Infinity) timer = setTimeout(serve, Math.min(Math.ceil(next), 2 ** 31 - 1));
  };

  return {
    acquire(purpose, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      const now = performance.now();
      fill(now);
      if (waiting[purpose].size() === 0 && delayOf(purpose, now) === 0) return Promise.resolve(grant());
      const turn = waiting[purpose].join(signal);
      serve();
      return turn;
    },
    close(untilMs) {
      // Measured from now, so that a later change of the wall clock neither shortens nor prolongs it.
      closedUntil = Math.max(closedUntil, performance.now() + (untilMs - Date.now()));
      serve();
    },
  };
}
