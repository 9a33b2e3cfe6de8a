import type { Json } from '../contracts/json.js';
import type { FieldType, Repair } from '../contracts/sync-definition.js';
import { readDate, readDateTime } from './dates.js';
import { jsonNumber } from './decimal.js';
import { readEmail } from './email.js';
import { findCountry } from './iso3166.js';
import { readCurrency } from './iso4217.js';
import { jsonProblem } from './json-limits.js';
import { isJsonArray } from './json-pointer.js';
import { formatAmount, readDecimal, readMoney } from './money.js';
import { readPhone } from './phone.js';
import type { ReadResult } from './refusal.js';
import { Refusal } from './refusal.js';
import { compileTextMender, fitsLength, noteRepair, truncateText } from './repairs.js';
import { MAX_LIST_LENGTH, MAX_TEXT_LENGTH, scalarText, textProblem, textTooLarge } from './text-value.js';
import { readUrl } from './url.js';

/** ReaderOptions is what a mapping says about a value beside its type. */
export interface ReaderOptions {
  /** IANA zone of date-times that carry none. */
  readonly timeZone: string;
  readonly repair?: readonly Repair[];
  /** In code points. */
  readonly maxLength?: number;
  /** Allowed values of the type `enum`. */
  readonly values?: readonly string[];
}

/** Surroundings is what other fields of the same record say about a value. */
export interface Surroundings {
  /** Country of phone numbers without a country code: ISO 3166 code or English name. */
  readonly region?: string;
  /** ISO 4217 code of amounts of money. */
  readonly currency?: string;
}

/** ValueReader reads one value that is not missing, and notes in `made` the repairs made on it. */
export type ValueReader = (input: Json, around: Surroundings, made: string[]) => Json | Refusal;

/**
 * readValue reads one value as a type. Only declared repairs are made; whatever else is wrong is a problem with a stable
 * code. For many values, compileReader does the same without the repeated set-up.
 */
export function readValue(type: FieldType, input: Json, context: ReaderOptions & Surroundings): ReadResult {
  const repairs: string[] = [];
  const value = compileReader(type, context)(input, context, repairs);
  return value instanceof Refusal ? { ok: false, code: value.code, message: value.message } : { ok: true, value, repairs };
}

/**
 * compileReader makes the reader of one type. What each type gives:
 * text, name, enum, email, url: text; phone: E.164 text; integer: a number up to 2^53 − 1, text beyond; decimal: a number
 * where a double holds it exactly, text otherwise; money: decimal text with the currency's places; boolean; date:
 * `2026-11-20`; datetime: `2026-11-20T10:11:12.000Z`; list: texts; country: alpha-2; currency: ISO 4217 code; json: as is.
 * With `blank-if-invalid`, whatever cannot be read is null.
 */
export function compileReader(type: FieldType, options: ReaderOptions): ValueReader {
  const read = compileStrictReader(type, options);
  if (options.repair?.includes('blank-if-invalid') !== true) return read;
  return (input, around, made) => {
    const value = read(input, around, made);
    if (!(value instanceof Refusal)) return value;
    made.length = 0;
    made.push('blank-if-invalid');
    return null;
  };
}

function compileStrictReader(type: FieldType, options: ReaderOptions): ValueReader {
  if (type === 'json') return (input) => jsonProblem(input, MAX_TEXT_LENGTH) ?? input;
  const mend = compileTextMender(options.repair ?? []);
  const mended = (input: Json, made: string[]): Json | Refusal => {
    if (typeof input !== 'string') return input;
    return textProblem(input) ?? mendAndCheck(mend, input, made);
  };
  if (type === 'list') return compileListReader(compileTextReader(mended, options));
  if (type === 'text' || type === 'name') return compileTextReader(mended, options);
  const readTyped = TYPED_READERS[type](options);
  return (input, around, made) => {
    const clean = mended(input, made);
    return clean instanceof Refusal ? clean : readTyped(clean, around, made);
  };
}

function mendAndCheck(mend: (text: string, made: string[]) => string, input: string, made: string[]): string | Refusal {
  const text = mend(input, made);
  return text.includes('\0')
    ? new Refusal('nul-character', 'The text holds a NUL character, which databases refuse. The repair remove-control removes it.')
    : text;
}

type Typed = Exclude<FieldType, 'json' | 'list' | 'text' | 'name'>;

const TYPED_READERS: Readonly<Record<Typed, (options: ReaderOptions) => ValueReader>> = {
  email: ({ maxLength }) => (input) => limited(readEmail(input), maxLength),
  url: ({ maxLength }) => (input) => limited(readUrl(input), maxLength),
  phone: () => (input, { region }, made) => readPhoneNumber(input, region, made),
  integer: () => readInteger,
  decimal: () => (input) => mapped(readDecimal(input), jsonNumber),
  money: () => (input, { currency }) => mapped(readMoney(input, currency), formatAmount),
  boolean: () => readBoolean,
  date: () => readDate,
  datetime: ({ timeZone }) => (input) => readDateTime(input, timeZone),
  enum: ({ values = [] }) => compileEnumReader(values),
  country: () => readCountry,
  currency: () => readCurrencyCode,
};

function compileTextReader(mended: (input: Json, made: string[]) => Json | Refusal, options: ReaderOptions): ValueReader {
  const { maxLength } = options;
  const mayCut = options.repair?.includes('truncate') === true;
  return (input, _around, made) => {
    const text = mended(scalarText(input), made);
    if (typeof text !== 'string' || maxLength === undefined || fitsLength(text, maxLength)) {
      return typeof text === 'string' || text instanceof Refusal ? text : new Refusal('not-text', 'A text is needed; the value is a list or an object.');
    }
    if (!mayCut) return tooLong(maxLength);
    noteRepair(made, 'truncate');
    return truncateText(text, maxLength);
  };
}

function compileListReader(readItem: ValueReader): ValueReader {
  return (input, around, made) => {
    const items = isJsonArray(input) ? input : [input];
    if (items.length > MAX_LIST_LENGTH) return new Refusal('too-large', `A list has at most ${MAX_LIST_LENGTH} items.`);
    const read: Json[] = [];
    let length = 0;
    for (const item of items) {
      const text = item === null ? new Refusal('not-text', 'The list has an empty item; the conversion compact leaves those out.') : readItem(item, around, made);
      if (text instanceof Refusal) return text;
      read.push(text);
      length += typeof text === 'string' ? text.length : 0;
      if (length > MAX_TEXT_LENGTH) return textTooLarge();
    }
    return read;
  };
}

function compileEnumReader(values: readonly string[]): ValueReader {
  const allowed = new Set(values);
  const shown = values.slice(0, 10).join(', ') + (values.length > 10 ? ', …' : '');
  return (input) => {
    const text = scalarText(input);
    return typeof text === 'string' && allowed.has(text) ? text : new Refusal('not-in-list', `The value is none of those allowed: ${shown}.`);
  };
}

function readCountry(input: Json): string | Refusal {
  const country = typeof input === 'string' ? findCountry(input) : undefined;
  return country?.alpha2 ?? new Refusal('invalid-country', 'This is no ISO 3166 code and no English country name.');
}

function readCurrencyCode(input: Json): string | Refusal {
  const code = typeof input === 'string' ? readCurrency(input) : undefined;
  return code ?? new Refusal('invalid-currency', 'This is no ISO 4217 code in use, such as EUR.');
}

function readPhoneNumber(input: Json, region: string | undefined, made: string[]): string | Refusal {
  const read = readPhone(input, region);
  if (read instanceof Refusal) return read;
  if (read.extensionDropped) noteRepair(made, 'extension-dropped');
  return read.number;
}

function readInteger(input: Json): Json | Refusal {
  if (typeof input === 'number' && Number.isSafeInteger(input)) return input + 0;
  const decimal = readDecimal(input);
  if (decimal instanceof Refusal) return decimal;
  return decimal.scale === 0 ? jsonNumber(decimal) : new Refusal('not-an-integer', 'A whole number is needed; the value has decimal places.');
}

/** readBoolean takes true, false, 1, 0, yes and no, as values or as text in any case. */
export function readBoolean(input: Json): boolean | Refusal {
  if (typeof input === 'boolean') return input;
  const text = typeof input === 'number' ? String(input) : typeof input === 'string' && input.length < 6 ? input.toLowerCase() : '';
  if (text === 'true' || text === '1' || text === 'yes') return true;
  if (text === 'false' || text === '0' || text === 'no') return false;
  return new Refusal('invalid-boolean', 'Only true, false, 1, 0, yes and no are read as a boolean.');
}

function limited(read: string | Refusal, maxLength: number | undefined): string | Refusal {
  return typeof read === 'string' && maxLength !== undefined && !fitsLength(read, maxLength) ? tooLong(maxLength) : read;
}

function tooLong(maxLength: number): Refusal {
  return new Refusal('too-long', `The target takes at most ${maxLength} characters. The repair truncate cuts the rest off.`);
}

function mapped<Value>(read: Value | Refusal, convert: (value: Value) => Json): Json | Refusal {
  return read instanceof Refusal ? read : convert(read);
}
