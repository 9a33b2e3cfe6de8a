import { parseHttpDate, parseRetryAfter } from '../domain/retry-after.js';
import { headerText, type ResponseHeaders } from './header-text.js';

/** maxRetryAfterMs is the longest wait that a system may ask for: a quarter of an hour. */
export const maxRetryAfterMs = 900_000;

/**
 * retryAfterMs reads how long an answer asks to be waited, in milliseconds; null where it does not say. A date is taken
 * relative to the system's own clock, which its Date header shows, so that clocks that differ do no harm.
 */
export function retryAfterMs(headers: ResponseHeaders, nowMs: number): number | null {
  const text = headerText(headers, 'retry-after');
  if (text === undefined) return null;
  const date = headerText(headers, 'date');
  const systemNowMs = date === undefined ? undefined : parseHttpDate(date, nowMs);
  return parseRetryAfter(text, systemNowMs ?? nowMs, maxRetryAfterMs) ?? null;
}
