import type { Json } from '../contracts/json.js';
import { isJsonArray } from './json-pointer.js';
import { cutCodePoints } from './unicode.js';

/** MAX_EXCERPT is the most code points an excerpt has. */
export const MAX_EXCERPT = 80;

const MAX_ITEMS = 10;

/**
 * excerptOf shows a value in at most 80 code points, for a person who has to mend it: texts as they are with control
 * characters made visible, the first items of a list, an object by its size. An excerpt may hold personal data.
 */
export function excerptOf(value: Json): string {
  if (!isJsonArray(value)) return cutWithMark(scalarExcerpt(value));
  const items = value.slice(0, MAX_ITEMS).map((item) => (isJsonArray(item) ? `a list (${item.length})` : scalarExcerpt(item)));
  return cutWithMark(`[${items.join(', ')}${value.length > MAX_ITEMS ? ', …' : ''}]`);
}

function scalarExcerpt(value: Json): string {
  if (typeof value === 'object' && value !== null) return `an object (${Object.keys(value).length})`;
  const text = typeof value === 'string' ? value.slice(0, 2 * MAX_EXCERPT + 2) : String(value);
  return text.replaceAll(/[\p{Cc}\p{Surrogate}\u2028\u2029]/gu, visibleControl);
}

function cutWithMark(text: string): string {
  return cutCodePoints(text, MAX_EXCERPT).length < text.length ? `${cutCodePoints(text, MAX_EXCERPT - 1)}…` : text;
}

function visibleControl(character: string): string {
  const unit = character.charCodeAt(0);
  // U+2400 onwards are pictures of the controls 0 to 31.
  return unit < 0x20 ? String.fromCharCode(0x2400 + unit) : '\uFFFD';
}
