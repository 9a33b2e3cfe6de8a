import { isTimeZone } from '../domain/time-zone.js';

/** TimeOfDay is a time of day in an IANA zone. */
export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  readonly timeZone: string;
}

/** timeOfDayPattern is what a time of day looks like: `02:00` or `02:00 Europe/Berlin`. */
export const timeOfDayPattern = /^([01][0-9]|2[0-3]):([0-5][0-9])(?: ([A-Za-z][A-Za-z0-9_+/-]*))?$/;

/** parseTimeOfDay reads `02:00 Europe/Berlin`, in UTC where no zone is given; undefined where the text is none, or the zone is unknown. */
export function parseTimeOfDay(text: string): TimeOfDay | undefined {
  const found = timeOfDayPattern.exec(text);
  if (found === null) return undefined;
  const timeZone = found[3] ?? 'UTC';
  return isTimeZone(timeZone) ? { hour: Number(found[1]), minute: Number(found[2]), timeZone } : undefined;
}
