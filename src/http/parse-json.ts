import { isSafeNumber, parse } from 'lossless-json';
import type { Json } from '../contracts/json.js';

/** NotJsonError says why bytes are not JSON that can be used; its message holds nothing of the text. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
}

/**
 * maxJsonDepth is how deep arrays and objects are read: deeper ones would overflow the stack of recursive readers. What
 * lies deeper is read as null, so that one such record does not take the others of its page with it. No mapping can reach
 * that far, and a value of the type json is refused long before.
 */
export const maxJsonDepth = 200;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * parseJson reads UTF-8 bytes as JSON (RFC 8259); a byte order mark before it is passed over. Numbers that a double cannot
 * hold become text, digit for digit, so that large ids survive. Throws NotJsonError.
 */
export function parseJson(bytes: Uint8Array): Json {
  const facts = scanJson(bytes);
  const text = decodeStrictly(facts.depth > maxJsonDepth ? withoutDepths(bytes) : bytes);
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch {
    throw new NotJsonError(text.trim() === '' ? 'empty' : 'not JSON');
  }
  if (!facts.longNumber) return json;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a parsed JSON text is Json
  return parse(text, undefined, losslessly) as Json;
}

/** Like JSON.parse in all but numbers: of two members with the same name, the later one counts. */
const losslessly = {
  parseNumber: (text: string): number | string => (isSafeNumber(text) ? Number(text) : text),
  onDuplicateKey: ({ newValue }: { readonly newValue: unknown }): unknown => newValue,
};

function decodeStrictly(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new NotJsonError('not UTF-8');
  }
}

/** Puts null in the place of whatever begins below the deepest level that is read. */
function withoutDepths(bytes: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  let from = 0;
  let open = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) for (at++; at < bytes.length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
    if ((byte === 0x7b || byte === 0x5b) && open++ === maxJsonDepth) kept.push(bytes.subarray(from, at), nothing);
    if ((byte === 0x7d || byte === 0x5d) && --open === maxJsonDepth) from = at + 1;
  }
  // Where the text ends within a depth, what it should close stays open, and it is no JSON.
  if (open <= maxJsonDepth) kept.push(bytes.subarray(from));
  return Buffer.concat(kept);
}

const nothing = Buffer.from('null');

/** JsonFacts is what decides how a text is parsed. */
interface JsonFacts {
  readonly depth: number;
  /** Whether a number has 16 or more characters or an exponent, so that a double may not hold it. */
  readonly longNumber: boolean;
}

const quote = 0x22;
const backslash = 0x5c;

/** One pass over the bytes, a fifth of the cost of parsing them; strings are skipped. */
function scanJson(bytes: Uint8Array): JsonFacts {
  let open = 0;
  let depth = 0;
  let digits = 0;
  let longNumber = false;
  const length = bytes.length;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] ?? 0;
    // Digits, dot, minus and slash: a slash is no JSON, so it need not be told apart.
    if (byte >= 0x2d && byte <= 0x39) {
      if (++digits >= 16) longNumber = true;
      continue;
    }
    if (digits > 0) {
      if (byte === 0x65 || byte === 0x45) longNumber = true;
      digits = 0;
    }
    if (byte === quote) {
      for (at++; at < length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++open > depth) depth = open;
    } else if (byte === 0x7d || byte === 0x5d) open--;
  }
  return { depth, longNumber };
}
