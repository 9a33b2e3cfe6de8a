import type { Json } from '../contracts/json.js';
import { isoInstant } from './calendar.js';
import type { ConversionSpec, Converter } from './conversion-spec.js';
import { isEmptyValue, onItems, onText, textArgument } from './conversion-spec.js';
import { compileDateFormat, DateFormatError } from './date-format.js';
import { instantOf, parseIsoTime } from './dates.js';
import { floorDecimal, shiftDecimal } from './decimal.js';
import { findCountry } from './iso3166.js';
import { isJsonArray } from './json-pointer.js';
import { readDecimal } from './money.js';
import { Refusal } from './refusal.js';
import { isTimeZone } from './time-zone.js';
import { readBoolean } from './value-types.js';

const COUNTRY_FORMS = ['alpha2', 'alpha3', 'name'] as const;

/** MEANING_CONVERSIONS know what a text stands for: a date, a zone, a country, a yes or no. */
export const MEANING_CONVERSIONS: readonly ConversionSpec[] = [
  {
    name: 'date', parameters: [{ name: 'format', type: 'text', check: checkDateFormat }],
    summary: 'Reads a date or time written as YYYY, MM, DD, HH or hh with A, mm, ss and SSS say, or "unix" or "unix-ms", and gives it as ISO 8601.',
    example: { call: 'date("DD.MM.YYYY")', input: '20.11.2026', output: '2026-11-20' },
    compile: (args) => {
      const format = textArgument(args, 0);
      if (format === 'unix') return onAny((value) => fromEpoch(value, 3));
      if (format === 'unix-ms') return onAny((value) => fromEpoch(value, 0));
      const read = compileDateFormat(format);
      return onText((text) => read(text) ?? new Refusal('invalid-date', `This is no date that exists, written as ${format}.`));
    },
  },
  {
    name: 'zone', parameters: [{ name: 'zone', type: 'text', check: checkZone }],
    summary: 'Takes a local time to be in an IANA zone; a time that the clocks skip moves on by as much (02:30 → 03:30), one that comes twice is the first. Times with an offset keep it.',
    example: { call: 'zone("Europe/Berlin")', input: '2026-11-20 10:11:12', output: '2026-11-20T09:11:12.000Z' },
    compile: (args) => {
      const zone = textArgument(args, 0);
      return onText((text) => {
        const time = parseIsoTime(text);
        const ms = time === undefined ? undefined : instantOf(time, zone);
        return (ms === undefined ? undefined : isoInstant(ms)) ?? new Refusal('invalid-datetime', 'This is no ISO 8601 time that exists; put date(…) before zone(…).');
      });
    },
  },
  {
    name: 'country', parameters: [{ name: 'form', type: 'text', oneOf: COUNTRY_FORMS }],
    summary: 'Gives a country, read from its code or English name, as ISO 3166 alpha-2, alpha-3 or English short name.',
    example: { call: 'country("alpha3")', input: 'Germany', output: 'DEU' },
    compile: (args) => {
      const form = COUNTRY_FORMS.find((each) => each === args[0]) ?? 'alpha2';
      return onText((text) => findCountry(text)?.[form] ?? new Refusal('invalid-country', 'This is no ISO 3166 code and no English country name.'));
    },
  },
  {
    name: 'yes_no', parameters: [{ name: 'yes', type: 'text' }, { name: 'no', type: 'text' }],
    summary: 'Gives one text for true, 1 and yes, and another for false, 0 and no.',
    example: { call: 'yes_no("Y", "N")', input: true, output: 'Y' },
    compile: (args) => {
      const yes = textArgument(args, 0);
      const no = textArgument(args, 1);
      return onAny((value) => {
        const answer = readBoolean(value);
        return answer instanceof Refusal ? answer : answer ? yes : no;
      });
    },
  },
];

function onAny(convert: (value: Json) => Json | Refusal): Converter {
  const one = (value: Json): Json | Refusal => (isEmptyValue(value) ? null : convert(value));
  return (value) => (isJsonArray(value) ? onItems(value, one) : one(value));
}

/** Fractions of a millisecond are cut off towards the past, as in ISO text. */
function fromEpoch(value: Json, shift: number): Json | Refusal {
  const number = readDecimal(value);
  if (number instanceof Refusal) return number;
  const text = isoInstant(Number(floorDecimal(shiftDecimal(number, shift))));
  if (text !== undefined) return text;
  return new Refusal('invalid-date', shift === 0 ? 'The number of milliseconds since 1970 is outside the years 1 to 9999.' : 'The number of seconds since 1970 is outside the years 1 to 9999; for milliseconds use date("unix-ms").');
}

function checkDateFormat(format: string): string | undefined {
  if (format === 'unix' || format === 'unix-ms') return undefined;
  try {
    compileDateFormat(format);
    return undefined;
  } catch (error) {
    if (error instanceof DateFormatError) return error.message;
    throw error;
  }
}

function checkZone(zone: string): string | undefined {
  return isTimeZone(zone) ? undefined : `"${zone}" is no IANA time zone, such as Europe/Berlin.`;
}
