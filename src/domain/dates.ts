import type { Json } from '../contracts/json.js';
import { isDate, isoDate, isoInstant, isTimeOfDay, utcMs } from './calendar.js';
import { Refusal } from './refusal.js';
import { instantOfLocal } from './time-zone.js';

/** IsoTime is a date, or a date with a time of day, as it was written. */
export interface IsoTime {
  /** The time as if it were UTC, in milliseconds since 1970. */
  readonly localMs: number;
  /** Absent: the text names no zone. */
  readonly offsetMinutes?: number;
  /** Whether a time of day was written. */
  readonly hasTime: boolean;
  /** Whether the second is 60. */
  readonly leapSecond: boolean;
  /** The date as it was written, `2026-11-20`. */
  readonly date: string;
}

const ISO_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([Zz]|[+-]\d{2}(?::?\d{2})?))?)?$/;

/**
 * parseIsoTime reads ISO 8601 and RFC 3339 text: `2026-11-20`, `2026-11-20T10:11`, `2026-11-20 10:11:12.5+01:00`. Digits
 * beyond milliseconds are cut off. `/Date(1518685950940+0000)/`, the form of Microsoft's JSON serialiser that Xero keeps
 * (developer.xero.com, "requests and responses"), is an instant whatever its offset says. Undefined for other shapes and for days and times that do not exist; years are 0001 to
 * 9999, so 0000-00-00 is refused and 9999-12-31 is an ordinary date.
 */
export function parseIsoTime(text: string): IsoTime | undefined {
  const match = ISO_TIME.exec(text);
  if (match === null) return parseTicks(text);
  const [, yearText, monthText, dayText, hourText, minuteText, secondText, fraction, zone] = match;
  const year = Number(yearText);
  const month = Number(monthText);
  const day = Number(dayText);
  const hour = Number(hourText ?? 0);
  const minute = Number(minuteText ?? 0);
  const second = Number(secondText ?? 0);
  if (!isDate(year, month, day) || !isTimeOfDay(hour, minute, second)) return undefined;
  const millisecond = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  const parsed = {
    localMs: utcMs({ year, month, day, hour, minute, second, millisecond }),
    hasTime: hourText !== undefined,
    leapSecond: second === 60,
    date: isoDate(year, month, day),
  };
  if (zone === undefined) return parsed;
  const offsetMinutes = parseOffset(zone);
  return offsetMinutes === undefined ? undefined : { ...parsed, offsetMinutes };
}

/**
 * instantOf gives the instant that a text means, in milliseconds since 1970; text without a zone is in `timeZone`, text
 * without a time is midnight. A leap second (23:59:60 UTC) is the second after it; :60 at any other time is refused.
 */
export function instantOf(time: IsoTime, timeZone: string): number | undefined {
  // The zone's rules are asked for the second before a leap second, which is on the right side of midnight.
  const localMs = time.leapSecond ? time.localMs - 1_000 : time.localMs;
  const ms = time.offsetMinutes === undefined ? instantOfLocal(timeZone, localMs) : localMs - time.offsetMinutes * 60_000;
  if (!time.leapSecond) return ms;
  const intoDay = ((ms % 86_400_000) + 86_400_000) % 86_400_000;
  return intoDay >= 86_399_000 ? ms + 1_000 : undefined;
}

/**
 * readDate gives a date as `2026-11-20`. A time of day is taken only where it is midnight as written, since any other
 * would be lost without anyone having said so.
 */
export function readDate(input: Json): string | Refusal {
  const time = typeof input === 'string' ? parseIsoTime(input) : undefined;
  if (time === undefined) {
    return new Refusal('invalid-date', 'This is no date that exists, written as YYYY-MM-DD. Other forms need the conversion date(…); 0000-00-00 is not a date.');
  }
  if (time.leapSecond || time.localMs % 86_400_000 !== 0) {
    return new Refusal('date-has-time', 'The value has a time of day, which a date would lose. Use the type datetime, or slice(0, 10).');
  }
  return time.date;
}

/** readDateTime gives an instant as `2026-11-20T10:11:12.000Z`; text without an offset is in `timeZone`. */
export function readDateTime(input: Json, timeZone: string): string | Refusal {
  const time = typeof input === 'string' ? parseIsoTime(input) : undefined;
  const ms = time === undefined ? undefined : instantOf(time, timeZone);
  const text = ms === undefined ? undefined : isoInstant(ms);
  if (text !== undefined) return text;
  return new Refusal(
    'invalid-datetime',
    typeof input === 'number'
      ? 'A number is not read as a time, since it may be seconds or milliseconds. Use the conversion date("unix") or date("unix-ms").'
      : 'This is no time that exists, written as YYYY-MM-DDThh:mm:ss with or without an offset. Other forms need the conversion date(…).',
  );
}

const TICKS = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;

function parseTicks(text: string): IsoTime | undefined {
  const ms = Number(TICKS.exec(text)?.[1] ?? NaN);
  const written = isoInstant(ms);
  return written === undefined ? undefined : { localMs: ms, offsetMinutes: 0, hasTime: true, leapSecond: false, date: written.slice(0, 10) };
}

function parseOffset(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  if (hours > 23 || minutes > 59) return undefined;
  return zone.startsWith('-') ? -(hours * 60 + minutes) : hours * 60 + minutes;
}
