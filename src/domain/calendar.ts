/** CivilTime is a date and time of day on the proleptic Gregorian calendar, without a zone. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** 0 to 60; 60 only for a leap second. */
  readonly second: number;
  readonly millisecond: number;
}

/** MIN_INSTANT_MS is 0001-01-01T00:00:00Z, in milliseconds since 1970. */
export const MIN_INSTANT_MS = -62_135_596_800_000;

/** MAX_INSTANT_MS is 9999-12-31T23:59:59.999Z, in milliseconds since 1970. */
export const MAX_INSTANT_MS = 253_402_300_799_999;

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAY_MS = 86_400_000;

/** isDate tells whether the day exists, in the years 1 to 9999: 2023-02-29, 2026-04-31 and 0000-00-00 do not. */
export function isDate(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** isTimeOfDay tells whether the time exists; 24:00 does not, second 60 does. */
export function isTimeOfDay(hour: number, minute: number, second: number): boolean {
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60;
}

/** utcMs gives the milliseconds since 1970 of a civil time that is in UTC. Second 60 counts as the next minute's first. */
export function utcMs(time: CivilTime): number {
  return dayNumber(time.year, time.month, time.day) * DAY_MS
    + time.hour * 3_600_000 + time.minute * 60_000 + time.second * 1_000 + time.millisecond;
}

/** isoDate writes `2026-11-20`. */
export function isoDate(year: number, month: number, day: number): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** isoLocalTime writes `2026-11-20T10:11:12`, with `.123` where there are milliseconds, and no zone. */
export function isoLocalTime(time: CivilTime): string {
  const fraction = time.millisecond === 0 ? '' : `.${pad(time.millisecond, 3)}`;
  return `${isoDate(time.year, time.month, time.day)}T${pad(time.hour, 2)}:${pad(time.minute, 2)}:${pad(time.second, 2)}${fraction}`;
}

/** isoInstant writes `2026-11-20T10:11:12.000Z`; undefined outside the years 1 to 9999. */
export function isoInstant(ms: number): string | undefined {
  return ms >= MIN_INSTANT_MS && ms <= MAX_INSTANT_MS ? new Date(ms).toISOString() : undefined;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days since 1970-01-01. `Date.UTC` is not used because it takes the years 0 to 99 for 1900 to 1999. */
function dayNumber(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const thisLeapDay = month > 2 && isLeapYear(year) ? 1 : 0;
  return before * 365 + leapDays + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + thisLeapDay + day - 1 - 719_162;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
