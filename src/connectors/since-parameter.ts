import type { SinceFilter } from '../contracts/system-definition.js';
import { formatSince } from '../domain/cursor.js';
import { zoneOffsetMs } from '../domain/time-zone.js';

const twoHoursMs = 7_200_000;

/**
 * sinceParameter gives the value of the parameter that asks for what changed since a time. A time that is written without
 * a zone is in the system's; around a change of its clocks it is two hours earlier, because a local time may then mean
 * either of two instants.
 */
export function sinceParameter(sinceMs: number, filter: Pick<SinceFilter, 'format' | 'value'>, timeZone: string): string {
  return filter.value.replaceAll('{since}', formatSince(filter.format === 'space' ? localMs(sinceMs, timeZone) : sinceMs, filter.format));
}

function localMs(sinceMs: number, timeZone: string): number {
  const changes = zoneOffsetMs(timeZone, sinceMs - twoHoursMs) !== zoneOffsetMs(timeZone, sinceMs + twoHoursMs);
  const instantMs = changes ? sinceMs - twoHoursMs : sinceMs;
  return instantMs + zoneOffsetMs(timeZone, instantMs);
}
