/** A system that says nothing usable is given this time. */
const defaultWaitMs = 5_000;
/** A `Retry-After: 0` that is repeated with every answer would otherwise be a busy loop. */
const shortestWaitMs = 1_000;

/**
 * rateLimitWaitMs gives how long a system that answered 429 is left alone: what it asked for, never less, and up to a tenth
 * more (at most two seconds), so that many workers do not come back at the same moment. `random` is from 0 to 1.
 */
export function rateLimitWaitMs(retryAfterMs: number | null, random: number): number {
  const stated = Math.max(retryAfterMs ?? defaultWaitMs, shortestWaitMs);
  const spread = retryAfterMs === null ? defaultWaitMs / 2 : Math.min(stated / 10, 2_000);
  return Math.round(stated + spread * random);
}
