/** A system that says nothing usable is given this time, and twice as much each time it answers 429 again. */
const defaultWaitMs = 5_000;
const longestDefaultWaitMs = 60_000;
/** A `Retry-After: 0` that is repeated with every answer would otherwise be a busy loop. */
const shortestWaitMs = 1_000;

/**
 * rateLimitWaitMs gives how long a system that answered 429 is left alone: what it asked for, never less, and up to a tenth
 * more (at most two seconds), so that many workers do not come back at the same moment. `random` is from 0 to 1, `rounds`
 * how often in a row it has answered so.
 */
export function rateLimitWaitMs(retryAfterMs: number | null, random: number, rounds = 1): number {
  const unstated = Math.min(defaultWaitMs * 2 ** (rounds - 1), longestDefaultWaitMs);
  const stated = Math.max(retryAfterMs ?? unstated, shortestWaitMs);
  const spread = retryAfterMs === null ? unstated / 2 : Math.min(stated / 10, 2_000);
  return Math.round(stated + spread * random);
}
