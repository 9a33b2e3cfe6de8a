import type { CompareOperator, Condition } from '../contracts/condition.js';
import type { Json } from '../contracts/json.js';
import type { ConditionToken } from './condition-tokens.js';
import { ConditionSyntaxError, tokenizeCondition } from './condition-tokens.js';
import { compareDecimals, decimalOf, parseDecimal } from './decimal.js';
import { FieldPathError, parseFieldPath } from './json-pointer.js';

/** ConditionParse is a parsed condition, or what is wrong with it: where (in UTF-16 units from the start), and a sentence. */
export type ConditionParse =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly offset: number; readonly message: string };

const MAX_LENGTH = 4_000;
const MAX_DEPTH = 32;
const OPERATORS: readonly CompareOperator[] = ['=', '!=', '<', '<=', '>', '>='];
const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'is', 'empty', 'true', 'false', 'null']);

/**
 * parseCondition reads a condition such as `/status = 'deleted'`, `team = 'emea' and amount >= 1000`,
 * `not (stage in ('lost', 'won'))` or `email is not empty`. Keywords may be in any case; `and` binds closer than `or`.
 * Fields are names or JSON Pointers, in double quotes where they hold blanks or signs; texts are in single or double
 * quotes, with a doubled quote for a quote.
 */
export function parseCondition(text: string): ConditionParse {
  if (text.length > MAX_LENGTH) return { ok: false, offset: MAX_LENGTH, message: `A condition has at most ${MAX_LENGTH} characters.` };
  try {
    return { ok: true, condition: new Parser(tokenizeCondition(text)).parse() };
  } catch (error) {
    if (error instanceof ConditionSyntaxError) return { ok: false, offset: error.offset, message: error.message };
    throw error;
  }
}

class Parser {
  #next = 0;

  constructor(private readonly tokens: readonly ConditionToken[]) {}

  parse(): Condition {
    const condition = this.#any(0);
    const token = this.#peek();
    if (token.kind !== 'end') {
      const message = token.text === ')' ? 'This closing parenthesis has no opening one.' : 'Between two conditions comes and or or.';
      throw new ConditionSyntaxError(token.at, message);
    }
    return condition;
  }

  #any(depth: number): Condition {
    const parts = [this.#all(depth)];
    while (this.#takeKeyword('or')) parts.push(this.#all(depth));
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'any', of: parts };
  }

  #all(depth: number): Condition {
    const parts = [this.#single(depth)];
    while (this.#takeKeyword('and')) parts.push(this.#single(depth));
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'all', of: parts };
  }

  #single(depth: number): Condition {
    const token = this.#peek();
    if (depth > MAX_DEPTH) throw new ConditionSyntaxError(token.at, `A condition is nested at most ${MAX_DEPTH} levels deep.`);
    if (this.#takeKeyword('not')) return { kind: 'not', of: this.#single(depth + 1) };
    if (!this.#takeSign('(')) return this.#comparison();
    const inner = this.#any(depth + 1);
    if (!this.#takeSign(')')) throw new ConditionSyntaxError(this.#peek().at, 'A closing parenthesis is missing here.');
    return inner;
  }

  #comparison(): Condition {
    const field = this.#field();
    const token = this.#take();
    const operator = token.kind === 'sign' ? OPERATORS.find((each) => each === token.text) : undefined;
    if (operator !== undefined) return { kind: 'compare', field, operator, value: this.#literal() };
    const keyword = keywordOf(token);
    if (keyword === 'is') {
      const negated = this.#takeKeyword('not');
      if (!this.#takeKeyword('empty')) throw new ConditionSyntaxError(this.#peek().at, 'After is comes empty or not empty; to compare, write = or !=.');
      return { kind: 'empty', field, negated };
    }
    if (keyword === 'in') return { kind: 'in', field, values: this.#list(), negated: false };
    if (keyword === 'not' && this.#takeKeyword('in')) return { kind: 'in', field, values: this.#list(), negated: true };
    throw new ConditionSyntaxError(token.at, `After the field ${field} comes =, !=, <, <=, >, >=, in, not in, is empty or is not empty.`);
  }

  #field(): string {
    const token = this.#take();
    const isName = (token.kind === 'word' && keywordOf(token) === undefined) || token.kind === 'double-quoted';
    if (!isName || token.text === '') throw new ConditionSyntaxError(token.at, fieldMessage(token));
    try {
      parseFieldPath(token.text);
    } catch (error) {
      if (error instanceof FieldPathError) throw new ConditionSyntaxError(token.at, error.message);
      throw error;
    }
    return token.text;
  }

  #list(): readonly Json[] {
    if (!this.#takeSign('(')) throw new ConditionSyntaxError(this.#peek().at, "After in comes a list in parentheses, as in ('a', 'b').");
    const values = [this.#literal()];
    while (this.#takeSign(',')) values.push(this.#literal());
    if (!this.#takeSign(')')) throw new ConditionSyntaxError(this.#peek().at, 'In the list, a comma or the closing parenthesis is missing here.');
    return values;
  }

  #literal(): Json {
    const token = this.#take();
    if (token.kind === 'single-quoted' || token.kind === 'double-quoted') return token.text;
    if (token.kind === 'number') return numberOf(token);
    switch (keywordOf(token)) {
      case 'true': return true;
      case 'false': return false;
      case 'null': return null;
      default: throw new ConditionSyntaxError(token.at, token.kind === 'word' ? `A text needs quotes: '${token.text}'.` : 'A value is missing here: a text in quotes, a number, true, false or null.');
    }
  }

  #peek(): ConditionToken {
    return this.tokens[this.#next] ?? { kind: 'end', text: '', at: 0, end: 0 };
  }

  #take(): ConditionToken {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  #takeKeyword(keyword: string): boolean {
    if (keywordOf(this.#peek()) !== keyword) return false;
    this.#next += 1;
    return true;
  }

  #takeSign(sign: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'sign' || token.text !== sign) return false;
    this.#next += 1;
    return true;
  }
}

function keywordOf(token: ConditionToken): string | undefined {
  const word = token.kind === 'word' ? token.text.toLowerCase() : '';
  return KEYWORDS.has(word) ? word : undefined;
}

/** Numbers are compared exactly, so one that a double would change is not silently taken. */
function numberOf(token: ConditionToken): number {
  const exact = parseDecimal(token.text);
  if (exact === undefined) throw new ConditionSyntaxError(token.at, `${token.text} is no number; a text needs quotes: '${token.text}'.`);
  const number = Number(token.text);
  const held = decimalOf(number);
  if (held === undefined || compareDecimals(held, exact) !== 0) {
    throw new ConditionSyntaxError(token.at, `The number has more digits than can be held exactly; compare it as text: '${token.text}'.`);
  }
  return number + 0;
}

function fieldMessage(token: ConditionToken): string {
  if (token.kind === 'end') return 'A condition is missing here.';
  if (token.kind === 'single-quoted') return 'A comparison begins with a field name, then its value; a field name is not in single quotes.';
  const keyword = keywordOf(token);
  if (keyword !== undefined) return `A field name is expected here; a field named ${token.text} is written "${token.text}".`;
  return token.kind === 'number' ? `A field name is expected here; one that begins with a digit is written "${token.text}".` : 'A field name is expected here.';
}
