import type { FullRead } from '../../contracts/audit.js';

/** FullReadQuestion is what a full read is estimated from. */
export interface FullReadQuestion {
  readonly records: number;
  /** How often it is wanted; null: no interval was given. */
  readonly everyMs: number | null;
  readonly pageSize: number;
  /** Milliseconds for one page. */
  readonly pageMs: number;
  /** Requests a second that the system allows; null: none is known. */
  readonly requestsPerSecond: number | null;
  /** Share of the rate that syncs leave to handoffs, 0 to 1. */
  readonly reserve: number;
  /** Whether the list can be asked for what changed since a time. */
  readonly canAskForChanges: boolean;
}

/**
 * estimateFullRead says how long reading every record once takes: the slower of the rate limit (less the reserve) and
 * the time that pages take one after the other, since each
 * page tells where the next one begins. With an interval, it says whether it fits and why.
 */
export function estimateFullRead(question: FullReadQuestion): FullRead {
  const { records, everyMs, pageSize, pageMs, requestsPerSecond, reserve } = question;
  const requests = Math.max(1, Math.ceil(records / Math.max(1, pageSize)));
  const usable = requestsPerSecond === null ? null : requestsPerSecond * (1 - reserve);
  const byRate = usable === null ? 0 : requests / usable;
  const byTime = (requests * pageMs) / 1_000;
  const seconds = Math.max(byRate, byTime);
  const boundBy = byRate >= byTime && usable !== null ? 'rate' : 'response time';
  const fits = everyMs === null ? null : seconds * 1_000 <= everyMs / 2;
  return {
    records, everyMs, pageSize, requests, seconds, boundBy, fits,
    reasons: [
      `${count(records)} records at ${count(pageSize)} a page are ${count(requests)} requests.`,
      boundBy === 'rate'
        ? `At ${number(usable ?? 0)} requests a second (${number(requestsPerSecond ?? 0)} less the ${Math.round(reserve * 100)} % that handoffs keep) they take ${span(seconds)}.`
        : `At ${number(pageMs)} ms a page, one after the other, they take ${span(seconds)}.`,
      ...(everyMs === null || fits === null ? [] : [verdict(fits, seconds, everyMs, question.canAskForChanges)]),
    ],
  };
}

function verdict(fits: boolean, seconds: number, everyMs: number, canAskForChanges: boolean): string {
  const interval = span(everyMs / 1_000);
  if (fits) return `Every ${interval}: yes, a full read takes less than half of that.`;
  const why = seconds * 1_000 > everyMs
    ? `a full read takes longer than the interval, so the runs would never catch up`
    : `a full read takes more than half of the interval, which leaves no room for writes, repeats and handoffs`;
  const instead = canAskForChanges
    ? 'Ask for what changed since the last run instead, and read in full at night.'
    : `The list cannot be asked for what changed, so at best every ${span(2 * seconds)}; webhooks would help.`;
  return `Every ${interval}: no, ${why}. ${instead}`;
}

/** span writes seconds as people say them: `850 ms`, `42 s`, `7 min`, `3.5 h`. */
export function span(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 120) return `${number(seconds)} s`;
  return seconds < 7_200 ? `${number(seconds / 60)} min` : `${number(seconds / 3_600)} h`;
}

function number(value: number): string {
  return (value < 10 ? Math.round(value * 10) / 10 : Math.round(value)).toLocaleString('en-US');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
