import type { Json } from '../contracts/json.js';
import { isJsonArray } from './json-pointer.js';
import { Refusal } from './refusal.js';
import { MAX_LIST_LENGTH, scalarText, textProblem } from './text-value.js';
import type { Surroundings } from './value-types.js';

/** ConversionArgument is an argument as written: a quoted text or a number. */
export type ConversionArgument = string | number;

/** ConversionParameter is one parameter of a conversion. */
export interface ConversionParameter {
  readonly name: string;
  readonly type: 'text' | 'number' | 'integer';
  readonly optional?: true;
  readonly oneOf?: readonly string[];
  /** Smallest and largest number allowed. */
  readonly range?: readonly [number, number];
  /** Says what is wrong with a text, in one sentence. */
  readonly check?: (text: string) => string | undefined;
}

/** Converter converts one value; null stands for a missing value and is given back by nearly all. */
export type Converter = (value: Json, around: Surroundings) => Json | Refusal;

/** ConversionSpec describes one conversion: its documentation and how it is made. */
export interface ConversionSpec {
  readonly name: string;
  readonly parameters: readonly ConversionParameter[];
  /** One sentence for the documentation. */
  readonly summary: string;
  /** What it gives for an example input; run as a test. */
  readonly example: { readonly call: string; readonly input: Json; readonly output: Json };
  /** Makes the converter from arguments that fit the parameters. */
  readonly compile: (args: readonly ConversionArgument[]) => Converter;
}

/** isEmptyValue tells values that count as missing: null and the empty text. */
export function isEmptyValue(value: Json | undefined): value is null | '' | undefined {
  return value === undefined || value === null || value === '';
}

/**
 * onText makes a converter of a function on text. Numbers and booleans are taken as text, of a list every item is
 * converted, missing values stay missing.
 */
export function onText(convert: (text: string, around: Surroundings) => Json | Refusal): Converter {
  const one: Converter = (value, around) => {
    if (isEmptyValue(value)) return null;
    const text = scalarText(value);
    if (typeof text !== 'string') return new Refusal('not-text', 'This conversion needs a text; the value is a list or an object.');
    return textProblem(text) ?? capped(convert(text, around));
  };
  return (value, around) => (isJsonArray(value) ? onItems(value, (item) => one(item, around)) : one(value, around));
}

/** onItems converts every item of a list; the first refusal is the answer. */
export function onItems(items: readonly Json[], convert: (item: Json) => Json | Refusal): Json | Refusal {
  if (items.length > MAX_LIST_LENGTH) return new Refusal('too-large', `A list has at most ${MAX_LIST_LENGTH} items.`);
  const converted: Json[] = [];
  for (const item of items) {
    const result = convert(item);
    if (result instanceof Refusal) return result;
    converted.push(result);
  }
  return converted;
}

/** textArgument gives a text argument; the empty text where an optional one is absent. */
export function textArgument(args: readonly ConversionArgument[], index: number): string {
  return String(args[index] ?? '');
}

/** numberArgument gives a number argument, undefined where an optional one is absent. */
export function numberArgument(args: readonly ConversionArgument[], index: number): number | undefined {
  const arg = args[index];
  return typeof arg === 'number' ? arg : undefined;
}

function capped(value: Json | Refusal): Json | Refusal {
  return typeof value === 'string' ? (textProblem(value) ?? value) : value;
}
