import type { Json } from '../contracts/json.js';
import type { SinceFilter } from '../contracts/system-definition.js';
import { MAX_INSTANT_MS } from '../domain/calendar.js';
import { instantOf, parseIsoTime } from '../domain/dates.js';

/**
 * readUpdatedAt gives an updated-at in epoch milliseconds; null where it is absent or cannot be read. Text without a zone
 * is in `timeZone`. A number, or text of digits, is in the unit of the format; where the format is no number it counts as
 * milliseconds from 10^11 on, which as seconds would lie beyond the year 5000.
 */
export function readUpdatedAt(value: Json | undefined, format: SinceFilter['format'], timeZone: string): number | null {
  if (typeof value === 'string' && commonForm.test(value)) return Date.parse(value);
  if (typeof value === 'string' && !/^\d{1,16}(?:\.\d{1,9})?$/.test(value)) {
    const time = parseIsoTime(value.trim());
    return (time === undefined ? undefined : instantOf(time, timeZone)) ?? null;
  }
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) return null;
  const inSeconds = format === 'unix' || (format !== 'unix-ms' && number < 1e11);
  const ms = Math.floor(inSeconds ? number * 1_000 : number);
  return ms <= MAX_INSTANT_MS ? ms : null;
}

/**
 * The form that most systems write, which Date.parse reads at a tenth of the cost: a page has hundreds of them. The days
 * after the 28th are left out, since Date.parse takes the 30th of February for the 2nd of March.
 */
const commonForm = /^[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;
