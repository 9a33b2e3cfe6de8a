import type { Json } from '../contracts/json.js';
import { decimalOf, formatDecimal } from './decimal.js';
import { Refusal } from './refusal.js';
import { isWellFormed } from './unicode.js';

/** MAX_TEXT_LENGTH is the most UTF-16 units a text value may have, before and after conversions. */
export const MAX_TEXT_LENGTH = 1_000_000;

/** MAX_LIST_LENGTH is the most items a list may have. */
export const MAX_LIST_LENGTH = 10_000;

/** scalarText gives numbers and booleans as text, numbers without exponent; other values are given back. */
export function scalarText(input: Json): Json {
  if (typeof input === 'boolean') return String(input);
  if (typeof input !== 'number') return input;
  const decimal = decimalOf(input);
  return decimal === undefined ? null : formatDecimal(decimal);
}

/** textProblem refuses texts that are too large to work on or not valid Unicode. */
export function textProblem(text: string): Refusal | undefined {
  if (text.length > MAX_TEXT_LENGTH) return textTooLarge();
  return isWellFormed(text) ? undefined : new Refusal('invalid-unicode', 'The text is broken Unicode: half of a character that takes two units.');
}

/** textTooLarge is the refusal of a text beyond the limit. */
export function textTooLarge(): Refusal {
  return new Refusal('too-large', `A value has at most ${MAX_TEXT_LENGTH} characters.`);
}
