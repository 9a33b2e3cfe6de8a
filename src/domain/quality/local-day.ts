import { zoneOffsetMs } from '../time-zone.js';

/**
 * localDay is the day that it is in a zone at an instant, as `2026-11-23`.
 * @throws RangeError where the zone is unknown.
 */
export function localDay(zone: string, instantMs: number): string {
  return new Date(instantMs + zoneOffsetMs(zone, instantMs)).toISOString().slice(0, 10);
}
