import { instantOfLocal, zoneOffsetMs } from '../domain/time-zone.js';
import type { ScheduleTimes } from './desired-schedule.js';

/** How many years ahead the nights are named on which the clocks skip a time; each `apply` names them anew. */
const YEARS = 10;
const DAY_MS = 86_400_000;

/** dailyTimes is a time of every day in a zone; on a night whose clocks skip it, it is as much later as they skip (02:30 → 03:30). */
export function dailyTimes({ hour, minute, timeZone }: { readonly hour: number; readonly minute: number; readonly timeZone: string }, firstYear = new Date().getUTCFullYear()): ScheduleTimes {
  const instead = insteadOfSkipped(hour, minute, timeZone, firstYear);
  return { kind: 'daily', hour, minute, timeZone, ...(instead.length === 0 ? {} : { instead }) };
}

// Temporal leaves a time of day out on the night whose clocks skip it, so that night has a time of its own.
function insteadOfSkipped(hour: number, minute: number, timeZone: string, firstYear: number): string[] {
  const found: string[] = [];
  for (let dayMs = Date.UTC(firstYear, 0, 1); dayMs < Date.UTC(firstYear + YEARS, 0, 1); dayMs += DAY_MS) {
    const local = dayMs + (hour * 60 + minute) * 60_000;
    const instant = instantOfLocal(timeZone, local);
    const shown = instant + zoneOffsetMs(timeZone, instant);
    if (shown !== local) found.push(new Date(shown).toISOString().slice(0, 16));
  }
  return found;
}
