import type { Json } from '../contracts/json.js';

const maxIdLength = 1_024;

/**
 * readId gives an external id as text; undefined where the value cannot be one: absent, empty, no text or whole number,
 * too long, or with control characters or half of a surrogate pair in it, which no path can carry.
 */
export function readId(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === 'string' && isId(value) ? value : undefined;
}

/** readScalarText gives text, numbers and booleans as text; undefined for anything else. */
export function readScalarText(value: Json | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/**
 * idSegment percent-encodes an id as one segment of a path (RFC 3986 §3.3). Undefined for an id that is none or that would
 * change the path: `.` and `..` cannot be written so that every server takes them as text.
 */
export function idSegment(id: string): string | undefined {
  return isId(id) && id !== '.' && id !== '..' ? encodeURIComponent(id) : undefined;
}

function isId(text: string): boolean {
  return text !== '' && text.length <= maxIdLength && !/[\p{Cc}\p{Cs}]/u.test(text);
}
