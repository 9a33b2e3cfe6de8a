/**
 * retryDelayMs gives how long to wait after the given failed attempt (1 is the first), in milliseconds: what the schedule
 * says or what the system asked for in Retry-After, whichever is longer. Undefined: the schedule is used up, give up.
 */
export function retryDelayMs(attempt: number, scheduleMs: readonly number[], retryAfterMs?: number): number | undefined {
  const scheduled = scheduleMs[attempt - 1];
  return scheduled === undefined ? undefined : Math.max(scheduled, retryAfterMs ?? 0);
}
