import type { WaitStep } from '../../contracts/handoff-definition.js';
import type { JsonObject } from '../../contracts/json.js';
import { instantOf, parseIsoTime } from '../dates.js';
import { instantOfLocal, zoneOffsetMs } from '../time-zone.js';
import { textOf } from './values.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * waitUntil is the time that a wait ends at, epoch milliseconds: after its duration or at its date, and within business
 * hours where it has them. A date that is missing or past is now. Undefined where there is text that is no date.
 */
export function waitUntil(step: Pick<WaitStep, 'forMs' | 'until' | 'businessHours'>, values: JsonObject, nowMs: number, timeZone: string): number | undefined {
  const text = step.until === undefined ? undefined : textOf(values, step.until);
  const time = text === undefined ? undefined : parseIsoTime(text);
  if (text !== undefined && time === undefined) return undefined;
  const dateMs = time === undefined ? undefined : instantOf(time, timeZone);
  const earliestMs = Math.max(nowMs, dateMs ?? nowMs + (step.forMs ?? 0));
  return step.businessHours === undefined ? earliestMs : nextBusinessTime(earliestMs, step.businessHours, timeZone);
}

/** nextBusinessTime is the first instant from `fromMs` on that is within the hours of a Monday to Friday in the zone. */
export function nextBusinessTime(fromMs: number, { fromMinute, toMinute }: NonNullable<WaitStep['businessHours']>, timeZone: string): number {
  const localMs = fromMs + zoneOffsetMs(timeZone, fromMs);
  const midnightMs = Math.floor(localMs / DAY_MS) * DAY_MS;
  for (let day = 0; ; day += 1) {
    const startMs = midnightMs + day * DAY_MS;
    const weekday = new Date(startMs).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    const opensMs = instantOfLocal(timeZone, startMs + fromMinute * MINUTE_MS);
    const closesMs = instantOfLocal(timeZone, startMs + toMinute * MINUTE_MS);
    if (fromMs < closesMs) return Math.max(fromMs, opensMs);
  }
}
