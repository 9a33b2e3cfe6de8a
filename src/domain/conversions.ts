import type { Json } from '../contracts/json.js';
import type { Conversion } from '../contracts/sync-definition.js';
import type { ConversionArgument, ConversionParameter, ConversionSpec, Converter } from './conversion-spec.js';
import { isEmptyValue, onItems } from './conversion-spec.js';
import { isJsonArray } from './json-pointer.js';
import { LIST_CONVERSIONS } from './list-conversions.js';
import { MEANING_CONVERSIONS } from './meaning-conversions.js';
import { NUMBER_CONVERSIONS } from './number-conversions.js';
import { Refusal } from './refusal.js';
import { TEXT_CONVERSIONS } from './text-conversions.js';
import { scalarText } from './text-value.js';

/** CONVERSIONS is the closed set of conversions that mappings may call, in the order of the documentation. */
export const CONVERSIONS: readonly ConversionSpec[] = [
  ...LIST_CONVERSIONS, ...TEXT_CONVERSIONS, ...NUMBER_CONVERSIONS, ...MEANING_CONVERSIONS,
];

/** conversionNames are the names of all conversions, for suggestions after a misspelt one. */
export const conversionNames: readonly string[] = CONVERSIONS.map(({ name }) => name);

const byName = new Map(CONVERSIONS.map((spec) => [spec.name, spec]));
const MAX_ARGUMENT_LENGTH = 1_000;

/** ConversionError says why a conversion cannot be made. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError';
}

/** conversionProblem says what is wrong with a call's name or arguments, in one sentence; undefined where nothing is. */
export function conversionProblem(name: string, args: readonly ConversionArgument[]): string | undefined {
  const spec = byName.get(name);
  if (spec === undefined) return `There is no conversion "${name.slice(0, 40)}". Known are: ${conversionNames.join(', ')}.`;
  const needed = spec.parameters.filter(({ optional }) => optional !== true).length;
  if (args.length < needed || args.length > spec.parameters.length) {
    return `${name} is called as ${conversionUsage(spec)}, with ${countOf(needed, spec.parameters.length)}; it has ${args.length}.`;
  }
  for (const [index, parameter] of spec.parameters.entries()) {
    const arg = args[index];
    const problem = arg === undefined ? undefined : argumentProblem(parameter, arg);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
}

/** conversionUsage writes how a conversion is called, such as `slice(start, end?)`. */
export function conversionUsage(spec: ConversionSpec): string {
  return `${spec.name}(${spec.parameters.map(({ name, optional }) => (optional === true ? `${name}?` : name)).join(', ')})`;
}

/**
 * compileConversion makes the function of one step. A look-up goes by the text of the value, over every item of a list;
 * the key `*` of its table answers for values that are not in it, which are otherwise refused as `unmapped-value`.
 * @throws ConversionError where the name is unknown or the arguments do not fit.
 */
export function compileConversion(conversion: Conversion): Converter {
  if (conversion.kind === 'lookup') return compileLookup(conversion.table);
  const problem = conversionProblem(conversion.name, conversion.args);
  const spec = byName.get(conversion.name);
  if (problem !== undefined || spec === undefined) throw new ConversionError(problem ?? 'Unknown conversion.');
  return spec.compile(conversion.args);
}

function compileLookup(table: Readonly<Record<string, Json>>): Converter {
  const entries = new Map(Object.entries(table));
  const fallback = entries.get('*');
  const one = (value: Json): Json | Refusal => {
    if (isEmptyValue(value)) return null;
    const key = scalarText(value);
    const found = typeof key === 'string' && entries.has(key) ? entries.get(key) : fallback;
    return found === undefined ? new Refusal('unmapped-value', 'The value is not in the lookup table; add it, or "*" for all others, or a default.') : found;
  };
  return (value) => (isJsonArray(value) ? onItems(value, one) : one(value));
}

function argumentProblem(parameter: ConversionParameter, arg: ConversionArgument): string | undefined {
  const { name, type, oneOf, range, check } = parameter;
  if (type === 'text') {
    if (typeof arg !== 'string') return `${name} is a text in quotes.`;
    if (arg.length > MAX_ARGUMENT_LENGTH) return `${name} has at most ${MAX_ARGUMENT_LENGTH} characters.`;
    if (oneOf !== undefined && !oneOf.includes(arg)) return `${name} is one of ${oneOf.map((each) => `"${each}"`).join(', ')}.`;
    return check?.(arg);
  }
  if (typeof arg !== 'number' || !Number.isFinite(arg)) return `${name} is a number, without quotes.`;
  if (type === 'integer' && !Number.isSafeInteger(arg)) return `${name} is a whole number.`;
  return range !== undefined && (arg < range[0] || arg > range[1]) ? `${name} is between ${range[0]} and ${range[1]}.` : undefined;
}

function countOf(least: number, most: number): string {
  if (most === 0) return 'no arguments';
  const noun = most === 1 ? 'argument' : 'arguments';
  return least === most ? `${most} ${noun}` : `${least} to ${most} ${noun}`;
}
