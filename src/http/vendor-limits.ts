import type { Budget } from '../contracts/budget.js';
import type { LimitHeaders } from '../contracts/vendor-limits.js';
import { parseHttpDate } from '../domain/retry-after.js';
import { headerText, type ResponseHeaders } from './header-text.js';
import { maxRetryAfterMs } from './retry-after-header.js';

/** Narrowing is how slow requests must be, and until when; a rate of 0 is a closed system. */
export interface Narrowing {
  readonly requestsPerSecond: number;
  readonly untilMs: number;
}

/**
 * narrowingOf reads what an answer says is left of a system's limits, and gives the slowest rate that follows from it;
 * undefined where nothing runs low. What cannot be read says nothing, and no answer can stop a system for longer than a
 * quarter of an hour: then the next one says how it stands.
 */
export function narrowingOf(headers: ResponseHeaders, limits: readonly LimitHeaders[], nowMs: number): Narrowing | undefined {
  let slowest: Narrowing | undefined;
  for (const limit of limits) {
    const found = narrowingBy(headers, limit, nowMs);
    if (found !== undefined && (slowest === undefined || found.requestsPerSecond < slowest.requestsPerSecond)) slowest = found;
  }
  return slowest;
}

function narrowingBy(headers: ResponseHeaders, { remaining, limit, max, reset, windowMs, low }: LimitHeaders, nowMs: number): Narrowing | undefined {
  const left = readCount(headerText(headers, remaining));
  const all = limit === undefined ? max : readCount(headerText(headers, limit)) ?? max;
  if (left === undefined || all === undefined || all <= 0 || left > all * low) return undefined;
  const waitMs = Math.max((reset === undefined ? undefined : readResetMs(headers, reset, nowMs)) ?? windowMs, 1_000);
  return { requestsPerSecond: left / (waitMs / 1_000), untilMs: nowMs + Math.min(waitMs, maxRetryAfterMs) };
}

/** The number at the beginning: some systems add the window, as in `100;w=60`. */
function readCount(text: string | undefined): number | undefined {
  const digits = /^\s*(\d{1,15})(?:\.\d+)?\s*(?:[;,].*)?$/.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Milliseconds until a limit is full again: seconds, Unix time in seconds or milliseconds, or a date, told apart by their size. */
function readResetMs(headers: ResponseHeaders, name: string, nowMs: number): number | undefined {
  const text = headerText(headers, name) ?? '';
  const number = readCount(text);
  if (number === undefined) {
    const date = parseHttpDate(text.trim(), nowMs) ?? (/^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN);
    return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
  }
  if (number >= 100_000_000_000) return Math.max(0, number - nowMs);
  return number >= 100_000_000 ? Math.max(0, number * 1_000 - nowMs) : number * 1_000;
}

/** heedVendorLimits narrows the budget of a system by what an answer says is left; with nothing left it is closed. */
export function heedVendorLimits(budget: Budget, headers: ResponseHeaders, limits: readonly LimitHeaders[], nowMs: number): void {
  const narrowing = narrowingOf(headers, limits, nowMs);
  if (narrowing === undefined) return;
  if (narrowing.requestsPerSecond === 0) budget.close(narrowing.untilMs);
  else budget.narrow?.(narrowing.requestsPerSecond, narrowing.untilMs);
}
