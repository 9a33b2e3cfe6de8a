import { isSecretName, REDACTED, SECRET_WORDS } from './secret-names.js';

const MAX_NAME = 100;
const NAME_CHARACTER = /[\w.-]/;
/** The words as they may be written: `api_key`, `api-key`, `apiKey`. */
const SECRET_WORD = new RegExp(SECRET_WORDS.map((word) => word.replace(/(key|id)$/, '[_-]?$1')).join('|'), 'gi');

/** A reference of a definition names a secret and is none; a message that names it goes on after a colon. */
const REFERENCE = /secret:\/\/(?:env\/\w+|file\/[\w./-]+)/y;

/**
 * redactNamedValues replaces the values that follow a secret name in running text: `password=x`, `"api_key": "x"`,
 * `Authorization: Bearer x`, also within JSON that is itself a JSON text (`\"token\":\"x\"`). A quoted value ends at its
 * closing quote, a header's value at the end of the line, any other at a blank or a separator.
 */
export function redactNamedValues(text: string): string {
  let result = '';
  let copied = 0;
  let looked = 0;
  for (const match of text.matchAll(SECRET_WORD)) {
    if (match.index < looked) continue;
    REFERENCE.lastIndex = match.index;
    if (REFERENCE.test(text)) {
      looked = REFERENCE.lastIndex;
      continue;
    }
    const nameEnd = endOfName(text, match.index + match[0].length);
    // A name may hold several of the words; it is looked at once.
    looked = nameEnd;
    const value = valueAfter(text, nameEnd, match[0].toLowerCase());
    if (value === undefined || value.end === value.start || !isSecretName(text.slice(match.index, nameEnd))) continue;
    if (text.startsWith(REDACTED, value.start) && value.end === value.start + REDACTED.length) continue;
    result += text.slice(copied, value.start) + REDACTED;
    copied = value.end;
    looked = value.end;
  }
  return result + text.slice(copied);
}

function endOfName(text: string, from: number): number {
  let end = from;
  while (end < text.length && end - from < MAX_NAME && NAME_CHARACTER.test(text.charAt(end))) end += 1;
  return end;
}

function valueAfter(text: string, nameEnd: number, word: string): { readonly start: number; readonly end: number } | undefined {
  let at = skip(text, nameEnd, /[\\"'\]]/);
  at = skip(text, at, /[ \t]/);
  if (text.charAt(at) !== '=' && text.charAt(at) !== ':') return undefined;
  at = skip(text, at + 1, /[ \t]/);
  const quoteAt = skip(text, at, /\\/);
  const quote = text.charAt(quoteAt);
  if (quote === '"' || quote === "'") return { start: quoteAt + 1, end: endOfQuoted(text, quoteAt + 1, quote, quoteAt - at) };
  const separator = word === 'authorization' || word === 'cookie' ? /[\r\n"']/ : /[\s,;&"'<>]/;
  let end = at;
  while (end < text.length && !separator.test(text.charAt(end))) end += 1;
  return { start: at, end };
}

/** A quote with more backslashes before it than the opening one had belongs to the value. */
function endOfQuoted(text: string, start: number, quote: string, escapes: number): number {
  for (let at = text.indexOf(quote, start); at >= 0; at = text.indexOf(quote, at + 1)) {
    let backslashes = 0;
    while (at - backslashes > start && text.charAt(at - backslashes - 1) === '\\') backslashes += 1;
    if (backslashes <= escapes) return at - backslashes;
  }
  return text.length;
}

function skip(text: string, from: number, what: RegExp): number {
  let at = from;
  while (at < text.length && at - from < MAX_NAME && what.test(text.charAt(at))) at += 1;
  return at;
}
