import type { Conversion } from '../contracts/sync-definition.js';
import type { ConversionArgument } from './conversion-spec.js';
import { conversionNames, conversionProblem } from './conversions.js';

/** ConversionCall is a conversion that is called by name. */
export type ConversionCall = Extract<Conversion, { readonly kind: 'call' }>;

/**
 * ConversionParse is a parsed conversion, or what is wrong with it: where (in UTF-16 units from the start), and a
 * sentence. Where the name is unknown, it and the names to suggest from are given too.
 */
export type ConversionParse =
  | { readonly ok: true; readonly conversion: ConversionCall }
  | {
      readonly ok: false;
      readonly offset: number;
      readonly message: string;
      readonly unknownName?: { readonly name: string; readonly known: readonly string[] };
    };

const MAX_LENGTH = 4_000;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', "'": "'", '\\': '\\' };

/**
 * parseConversion reads one conversion as written in a mapping, such as `join(" ")`, `slice(0, 10)` or `upper`. Arguments
 * are numbers or texts in quotes, in which `\n`, `\t`, `\\` and `\"` stand for what they usually do.
 */
export function parseConversion(text: string): ConversionParse {
  if (text.length > MAX_LENGTH) return fail(MAX_LENGTH, `A conversion has at most ${MAX_LENGTH} characters.`);
  const start = skipBlanks(text, 0);
  let at = start;
  while (/\w/.test(text.charAt(at))) at += 1;
  const name = text.slice(start, at);
  if (name === '') return fail(start, 'A conversion begins with its name, as in join(" ").');
  if (!conversionNames.includes(name)) {
    return { ok: false, offset: start, message: conversionProblem(name, []) ?? '', unknownName: { name, known: conversionNames } };
  }
  at = skipBlanks(text, at);
  const args: ConversionArgument[] = [];
  if (at < text.length) {
    const list = parseArguments(text, at, args);
    if (typeof list !== 'number') return list;
    at = skipBlanks(text, list);
    if (at < text.length) return fail(at, 'After the closing parenthesis nothing may follow; put several conversions in a list.');
  }
  const problem = conversionProblem(name, args);
  return problem === undefined ? { ok: true, conversion: { kind: 'call', name, args } } : fail(start, problem);
}

type Failure = Extract<ConversionParse, { readonly ok: false }>;

/** Gives where the list ends, after its closing parenthesis. */
function parseArguments(text: string, open: number, args: ConversionArgument[]): number | Failure {
  if (text.charAt(open) !== '(') return fail(open, 'After the name come parentheses, as in join(" ").');
  let at = skipBlanks(text, open + 1);
  if (text.charAt(at) === ')') return at + 1;
  for (;;) {
    const arg = parseArgument(text, at);
    if ('offset' in arg) return arg;
    args.push(arg.value);
    at = skipBlanks(text, arg.end);
    if (text.charAt(at) === ')') return at + 1;
    if (text.charAt(at) !== ',') return fail(at, at >= text.length ? 'The closing parenthesis is missing.' : 'Between arguments comes a comma.');
    at = skipBlanks(text, at + 1);
  }
}

function parseArgument(text: string, at: number): { readonly value: ConversionArgument; readonly end: number } | Failure {
  const quote = text.charAt(at);
  if (quote === '"' || quote === "'") return parseQuoted(text, at, quote);
  const number = /-?\d+(?:\.\d+)?/y;
  number.lastIndex = at;
  const match = number.exec(text);
  if (match === null || /[\w.]/.test(text.charAt(number.lastIndex))) return fail(at, 'An argument is a number or a text in quotes.');
  return { value: Number(match[0]), end: number.lastIndex };
}

function parseQuoted(text: string, open: number, quote: string): { readonly value: string; readonly end: number } | Failure {
  let value = '';
  for (let at = open + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === quote) return { value, end: at + 1 };
    if (character !== '\\') {
      value += character;
      continue;
    }
    at += 1;
    const escaped = ESCAPES[text.charAt(at)];
    if (escaped === undefined) return fail(at - 1, 'After a backslash comes n, t, a quote or another backslash.');
    value += escaped;
  }
  return fail(open, 'The closing quote is missing.');
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at).trim() === '') at += 1;
  return at;
}

function fail(offset: number, message: string): Failure {
  return { ok: false, offset, message };
}
