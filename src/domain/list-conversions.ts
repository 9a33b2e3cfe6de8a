import type { Json } from '../contracts/json.js';
import type { ConversionSpec, Converter } from './conversion-spec.js';
import { isEmptyValue, numberArgument, onText, textArgument } from './conversion-spec.js';
import { isJsonArray } from './json-pointer.js';
import { Refusal } from './refusal.js';
import { MAX_LIST_LENGTH, MAX_TEXT_LENGTH, scalarText, textProblem } from './text-value.js';
import { codePointLength } from './unicode.js';

/** LIST_CONVERSIONS make one value of several, several of one, or work on lists. */
export const LIST_CONVERSIONS: readonly ConversionSpec[] = [
  {
    name: 'join', parameters: [{ name: 'separator', type: 'text' }],
    summary: 'Joins the values of several fields, or the items of a list, leaving empty ones out.',
    example: { call: 'join(" ")', input: ['Ada', null, 'Lovelace'], output: 'Ada Lovelace' },
    compile: (args) => {
      const separator = textArgument(args, 0);
      return (value) => joinItems(isJsonArray(value) ? value : [value], separator);
    },
  },
  {
    name: 'split', parameters: [{ name: 'separator', type: 'text', check: notEmpty }, { name: 'index', type: 'integer', range: [-10_000, 10_000] }],
    summary: 'Splits the text and takes one piece: 0 is the first, −1 the last; a piece that is not there is missing.',
    example: { call: 'split(",", 0)', input: 'Lovelace, Ada', output: 'Lovelace' },
    compile: (args) => {
      const separator = textArgument(args, 0);
      const index = numberArgument(args, 1) ?? 0;
      return onText((text) => text.split(separator).at(index) ?? null);
    },
  },
  {
    name: 'list', parameters: [{ name: 'separator', type: 'text', check: notEmpty }],
    summary: 'Splits the text into a list; blanks around the items and empty items are left out.',
    example: { call: 'list(";")', input: 'vip; newsletter;;', output: ['vip', 'newsletter'] },
    compile: (args) => {
      const separator = textArgument(args, 0);
      const split = onText((text) => toList(text.split(separator)));
      return (value, around) => (isJsonArray(value) ? value : split(value, around));
    },
  },
  {
    name: 'size', parameters: [],
    summary: 'Counts the items of a list or the characters of a text.',
    example: { call: 'size()', input: ['vip', 'newsletter'], output: 2 },
    compile: () => {
      const ofText = onText((text) => codePointLength(text));
      return (value, around) => (isJsonArray(value) ? value.length : ofText(value, around));
    },
  },
  {
    name: 'first', parameters: [],
    summary: 'Takes the first value that is not empty, of several fields or of a list.',
    example: { call: 'first()', input: [null, '', '+4930123456'], output: '+4930123456' },
    compile: () => onList((items) => items.find((item) => !isEmptyValue(item)) ?? null),
  },
  {
    name: 'compact', parameters: [],
    summary: 'Leaves the empty items of a list out.',
    example: { call: 'compact()', input: ['vip', '', null], output: ['vip'] },
    compile: () => onList((items) => items.filter((item) => !isEmptyValue(item))),
  },
];

function onList(convert: (items: readonly Json[]) => Json): Converter {
  return (value) => (isJsonArray(value) ? convert(value) : value);
}

function joinItems(items: readonly Json[], separator: string): string | null | Refusal {
  const texts: string[] = [];
  let length = 0;
  for (const item of items) {
    if (isEmptyValue(item)) continue;
    const text = scalarText(item);
    if (typeof text !== 'string') return new Refusal('not-text', 'Only texts, numbers and booleans can be joined; a value is a list or an object.');
    const problem = textProblem(text);
    if (problem !== undefined) return problem;
    length += text.length + separator.length;
    if (length > MAX_TEXT_LENGTH + separator.length) return new Refusal('too-large', `The joined text would have more than ${MAX_TEXT_LENGTH} characters.`);
    texts.push(text);
  }
  return texts.length === 0 ? null : texts.join(separator);
}

function toList(pieces: readonly string[]): Json | Refusal {
  if (pieces.length > MAX_LIST_LENGTH) return new Refusal('too-large', `A list has at most ${MAX_LIST_LENGTH} items.`);
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '');
}

function notEmpty(text: string): string | undefined {
  return text === '' ? 'The separator is empty.' : undefined;
}
