import type { Json } from '../contracts/json.js';
import { isJsonArray } from './json-pointer.js';
import { isWellFormed } from './unicode.js';

/** CanonicalOptions change what counts as the same text. */
export interface CanonicalOptions {
  /** Writes text values (not member names) in Unicode form NFC, so that é is the same composed or not. */
  readonly normaliseText?: boolean;
  /** Writes a lone surrogate as its escape, as `JSON.stringify` does, where RFC 8785 demands an error. */
  readonly allowLoneSurrogates?: boolean;
}

/** CanonicalJsonError says why a value has no canonical text. */
export class CanonicalJsonError extends Error {
  override readonly name = 'CanonicalJsonError';
}

const MAX_DEPTH = 500;

/**
 * canonicalJson writes a value as RFC 8785 (JCS) has it: no blanks, members in the order of their names' UTF-16 units,
 * numbers as ECMAScript writes them. The same value always gives the same text, so it can be hashed.
 * @throws CanonicalJsonError for lone surrogates, numbers that are not finite, and values nested deeper than 500 levels.
 */
export function canonicalJson(value: Json, options: CanonicalOptions = {}): string {
  return write(value, options, 0);
}

function write(value: Json, options: CanonicalOptions, depth: number): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new CanonicalJsonError('NaN and infinities are no JSON numbers.');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') return writeText(options.normaliseText === true ? value.normalize('NFC') : value, options);
  if (depth >= MAX_DEPTH) throw new CanonicalJsonError(`The value is nested deeper than ${MAX_DEPTH} levels.`);
  if (isJsonArray(value)) return `[${value.map((item) => write(item, options, depth + 1)).join(',')}]`;
  // Without a comparator, sort orders by UTF-16 units, which is what RFC 8785 §3.2.3 asks for.
  const names = Object.keys(value).toSorted();
  return `{${names.map((name) => `${writeText(name, options)}:${write(value[name] ?? null, options, depth + 1)}`).join(',')}}`;
}

function writeText(text: string, options: CanonicalOptions): string {
  if (options.allowLoneSurrogates !== true && !isWellFormed(text)) throw new CanonicalJsonError('A text holds a lone surrogate.');
  return JSON.stringify(text);
}
