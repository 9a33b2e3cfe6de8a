import { instantOfLocal, zoneOffsetMs } from '../domain/time-zone.js';
import type { ScheduleTimes } from './desired-schedule.js';

/** How many years ahead the nights are named on which the clocks change; each `apply` names them anew. */
const YEARS = 10;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * dailyTimes is a time of every day in a zone, once a day whatever the clocks do: on a night that lacks it or has it twice,
 * it is as much later as the clocks are set (02:30 → 03:30).
 */
export function dailyTimes({ hour, minute, timeZone }: { readonly hour: number; readonly minute: number; readonly timeZone: string }, firstYear = new Date().getUTCFullYear()): ScheduleTimes {
  const instead: string[] = [];
  const without: string[] = [];
  for (let dayMs = Date.UTC(firstYear, 0, 1); dayMs < Date.UTC(firstYear + YEARS, 0, 1); dayMs += DAY_MS) {
    const local = dayMs + (hour * 60 + minute) * 60_000;
    const instant = instantOfLocal(timeZone, local);
    const shown = instant + zoneOffsetMs(timeZone, instant);
    // Temporal leaves a time of day out on the night whose clocks skip it, so that night has a time of its own.
    if (shown !== local) instead.push(localText(shown));
    const back = zoneOffsetMs(timeZone, instant) - zoneOffsetMs(timeZone, instant + 3 * HOUR_MS);
    // Whether Temporal starts one run at a time that comes twice, or two, depends on the zone.
    if (back > 0 && zoneOffsetMs(timeZone, instant) !== zoneOffsetMs(timeZone, instant + back)) {
      without.push(localText(local));
      instead.push(localText(local + back));
    }
    // Before an hour that comes twice, Temporal (server 1.29) adds the same minute of the first of the two.
    if (back > 0 && zoneOffsetMs(timeZone, instant + back) !== zoneOffsetMs(timeZone, instant + 2 * back)) without.push(localText(local + back));
  }
  return { kind: 'daily', hour, minute, timeZone, ...(instead.length === 0 ? {} : { instead }), ...(without.length === 0 ? {} : { without }) };
}

function localText(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 16);
}
