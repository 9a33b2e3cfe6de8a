import { isDate, isoDate, isoLocalTime, isTimeOfDay } from './calendar.js';

/** DateFormat reads dates of one written form; it gives ISO text, or undefined where the text is not of that form. */
export type DateFormat = (text: string) => string | undefined;

/** DateFormatError says what is wrong with a format. */
export class DateFormatError extends Error {
  override readonly name = 'DateFormatError';
}

const FIELDS = ['YYYY', 'SSS', 'MM', 'DD', 'HH', 'hh', 'mm', 'ss', 'M', 'D', 'H', 'h', 'A'] as const;
type Field = (typeof FIELDS)[number];
type Part = { readonly field: Field; readonly min: number; readonly max: number } | { readonly literal: string };

/**
 * compileDateFormat makes a reader for forms such as `DD.MM.YYYY`, `MM/DD/YYYY`, `YYYYMMDD`, `DD/MM/YYYY HH:mm` and
 * `MM/DD/YYYY hh:mm A`. Forms without an hour give a date (`2026-11-20`), forms with one a local time
 * (`2026-11-20T10:11:12`). Days, months and times may have one digit where they stand apart from other digits.
 * @throws DateFormatError where the format lacks year, month or day, repeats a field, or has unknown letters.
 */
export function compileDateFormat(format: string): DateFormat {
  const parts = parseFormat(format);
  const hasTime = parts.some((part) => 'field' in part && part.field.toUpperCase().startsWith('H'));
  return (text) => {
    const values = readParts(parts, text);
    if (values === undefined) return undefined;
    const year = values.get('Y') ?? 0;
    const month = values.get('M') ?? 0;
    const day = values.get('D') ?? 0;
    if (!isDate(year, month, day)) return undefined;
    if (!hasTime) return isoDate(year, month, day);
    const hour = hourOf(values);
    const minute = values.get('m') ?? 0;
    const second = values.get('s') ?? 0;
    if (hour === undefined || !isTimeOfDay(hour, minute, second)) return undefined;
    return isoLocalTime({ year, month, day, hour, minute, second, millisecond: values.get('S') ?? 0 });
  };
}

function parseFormat(format: string): readonly Part[] {
  if (format.length > 40) throw new DateFormatError('A date format has at most 40 characters.');
  const parts: Part[] = [];
  const seen = new Set<string>();
  let rest = format;
  while (rest !== '') {
    const field = FIELDS.find((name) => rest.startsWith(name));
    const literal = rest.charAt(0);
    if (field === undefined) {
      if (/[A-SU-Za-z0-9]/.test(literal)) {
        throw new DateFormatError(`"${literal}" has no meaning in a date format; use YYYY, MM, DD, HH or hh with A, mm, ss, SSS.`);
      }
      parts.push({ literal });
      rest = rest.slice(1);
      continue;
    }
    const key = field.charAt(0);
    if (seen.has(key)) throw new DateFormatError(`The date format has ${field} twice.`);
    seen.add(key);
    rest = rest.slice(field.length);
    const next = FIELDS.find((name) => rest.startsWith(name));
    const previous = parts.at(-1);
    const runsOn = (next !== undefined && next !== 'A') || (previous !== undefined && 'field' in previous && previous.field !== 'A');
    const max = Math.max(field.length, 2);
    parts.push({ field, max, min: field.length > 2 || (runsOn && field.length === 2) ? max : 1 });
  }
  for (const [key, name] of [['Y', 'YYYY'], ['M', 'MM'], ['D', 'DD']] as const) {
    if (!seen.has(key)) throw new DateFormatError(`The date format needs ${name}.`);
  }
  if (seen.has('H') && seen.has('h')) throw new DateFormatError('The date format has both HH and hh; use one.');
  if (seen.has('h') !== seen.has('A')) throw new DateFormatError('In a date format, hh (1 to 12) and A (AM or PM) go together.');
  return parts;
}

function readParts(parts: readonly Part[], text: string): ReadonlyMap<string, number> | undefined {
  const values = new Map<string, number>();
  let at = 0;
  for (const part of parts) {
    if ('literal' in part) {
      if (text.charAt(at) !== part.literal) return undefined;
      at += 1;
    } else if (part.field === 'A') {
      const half = text.slice(at, at + 2).toUpperCase();
      if (half !== 'AM' && half !== 'PM') return undefined;
      values.set('A', half === 'PM' ? 12 : 0);
      at += 2;
    } else {
      const start = at;
      while (at - start < part.max && isDigit(text.charCodeAt(at))) at += 1;
      if (at - start < part.min) return undefined;
      values.set(part.field.charAt(0), Number(text.slice(start, at)));
    }
  }
  return at === text.length ? values : undefined;
}

function hourOf(values: ReadonlyMap<string, number>): number | undefined {
  const half = values.get('A');
  if (half === undefined) return values.get('H');
  const hour = values.get('h') ?? 0;
  return hour >= 1 && hour <= 12 ? (hour % 12) + half : undefined;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
