/** ConditionToken is one word, sign or literal of a condition; it stands from `at` to before `end`, in UTF-16 units. */
export interface ConditionToken {
  readonly kind: 'word' | 'single-quoted' | 'double-quoted' | 'number' | 'sign' | 'end';
  /** What it says, without quotes. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** ConditionSyntaxError says what is wrong with a condition and where, in UTF-16 units from its start. */
export class ConditionSyntaxError extends Error {
  override readonly name = 'ConditionSyntaxError';
  constructor(readonly offset: number, message: string) {
    super(message);
  }
}

const SIGNS = ['!=', '<=', '>=', '=', '<', '>', '(', ')', ','];
const HINTS: readonly (readonly [string, string])[] = [
  ['==', 'Write a single = to compare.'],
  ['<>', 'Write != for "is not".'],
  ['&&', 'Write and.'],
  ['||', 'Write or.'],
];

/**
 * tokenizeCondition cuts a condition into tokens. A word is anything up to a blank, a quote, a comma, a parenthesis or a
 * comparison sign, so field names and JSON Pointers need no quotes unless they hold one of these.
 * @throws ConditionSyntaxError where a quote is not closed or a sign is unknown.
 */
export function tokenizeCondition(text: string): readonly ConditionToken[] {
  const tokens: ConditionToken[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character.trim() === '') {
      at += 1;
      continue;
    }
    const hint = HINTS.find(([sign]) => text.startsWith(sign, at));
    if (hint !== undefined) throw new ConditionSyntaxError(at, hint[1]);
    const token = quotedAt(text, at) ?? signAt(text, at) ?? wordAt(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', at: text.length, end: text.length });
  return tokens;
}

/** A doubled quote within quotes stands for one, as in SQL: 'O''Neil'. */
function quotedAt(text: string, start: number): ConditionToken | undefined {
  const quote = text.charAt(start);
  if (quote !== "'" && quote !== '"') return undefined;
  const kind = quote === "'" ? 'single-quoted' : 'double-quoted';
  let value = '';
  let from = start + 1;
  for (;;) {
    const end = text.indexOf(quote, from);
    if (end < 0) throw new ConditionSyntaxError(start, 'The closing quote is missing.');
    value += text.slice(from, end);
    if (text.charAt(end + 1) !== quote) return { kind, text: value, at: start, end: end + 1 };
    value += quote;
    from = end + 2;
  }
}

function signAt(text: string, at: number): ConditionToken | undefined {
  const sign = SIGNS.find((each) => text.startsWith(each, at));
  if (sign === undefined && text.charAt(at) === '!') throw new ConditionSyntaxError(at, 'Write not (…) for the opposite, or != for "is not".');
  return sign === undefined ? undefined : { kind: 'sign', text: sign, at, end: at + sign.length };
}

function wordAt(text: string, start: number): ConditionToken {
  let end = start;
  while (end < text.length && !/[\s'",()=<>!&|]/.test(text.charAt(end))) end += 1;
  // A lone & or | is no sign of the language; it stands as a word and the parser says what it expected.
  const word = text.slice(start, Math.max(end, start + 1));
  return { kind: /^[+-]?\.?\d/.test(word) ? 'number' : 'word', text: word, at: start, end: start + word.length };
}
