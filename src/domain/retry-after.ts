import { isDate, isTimeOfDay, utcMs } from './calendar.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const IMF_FIXDATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const RFC_850 = /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\d{2})-([A-Z][a-z]{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const ASCTIME = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/;
const MAX_LENGTH = 100;

/**
 * parseRetryAfter reads a Retry-After header (RFC 9110 §10.2.3): whole seconds, or a date in one of the three forms of
 * §5.6.7. It gives how long to wait from `nowMs`, in milliseconds: 0 for a date in the past, at most `capMs`. Undefined
 * where the header is absent or malformed; then the own schedule decides.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number, capMs: number): number | undefined {
  if (header === undefined || header.length > MAX_LENGTH) return undefined;
  const value = header.trim();
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1_000, capMs);
  const untilMs = parseHttpDate(value, nowMs);
  return untilMs === undefined ? undefined : Math.min(Math.max(untilMs - nowMs, 0), capMs);
}

/** parseHttpDate reads an HTTP date (RFC 9110 §5.6.7) into milliseconds since 1970; undefined where it is none. */
export function parseHttpDate(value: string, nowMs: number): number | undefined {
  const fixed = IMF_FIXDATE.exec(value);
  if (fixed !== null) return dateMs(fixed[3], fixed[2], fixed[1], fixed.slice(4));
  const ansi = ASCTIME.exec(value);
  if (ansi !== null) return dateMs(ansi[6], ansi[1], ansi[2], ansi.slice(3, 6));
  const old = RFC_850.exec(value);
  return old === null ? undefined : dateMs(fullYear(Number(old[3]), nowMs), old[2], old[1], old.slice(4));
}

function dateMs(yearText: string | undefined, monthName: string | undefined, dayText: string | undefined, time: readonly string[]): number | undefined {
  const year = Number(yearText);
  const month = MONTHS.indexOf(monthName ?? '') + 1;
  const day = Number(dayText);
  const [hour = -1, minute = -1, second = -1] = time.map(Number);
  if (!isDate(year, month, day) || !isTimeOfDay(hour, minute, second)) return undefined;
  return utcMs({ year, month, day, hour, minute, second, millisecond: 0 });
}

/** A two-digit year that would lie more than 50 years ahead is the past one with these digits. */
function fullYear(twoDigits: number, nowMs: number): string {
  const nowYear = new Date(nowMs).getUTCFullYear();
  const year = nowYear - (nowYear % 100) + twoDigits;
  return String(year > nowYear + 50 ? year - 100 : year).padStart(4, '0');
}
