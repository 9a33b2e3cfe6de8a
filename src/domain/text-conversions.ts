import type { ConversionSpec } from './conversion-spec.js';
import { numberArgument, onText, textArgument } from './conversion-spec.js';
import { Refusal } from './refusal.js';
import { MAX_TEXT_LENGTH } from './text-value.js';
import { codePointLength, indexOfCodePoint } from './unicode.js';

const INDEX_RANGE = [-1_000_000, 1_000_000] as const;
const MAX_INITIALS = 1_000;
/** How far past a cut a character made of many code points is looked for. */
const GRAPHEME_WINDOW = 100;
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** TEXT_CONVERSIONS work on one text, and on every item of a list. */
export const TEXT_CONVERSIONS: readonly ConversionSpec[] = [
  {
    name: 'upper', parameters: [],
    summary: 'Makes the text upper case.',
    example: { call: 'upper()', input: 'straße', output: 'STRASSE' },
    compile: () => onText((text) => text.toUpperCase()),
  },
  {
    name: 'lower', parameters: [],
    summary: 'Makes the text lower case.',
    example: { call: 'lower()', input: 'Élan', output: 'élan' },
    compile: () => onText((text) => text.toLowerCase()),
  },
  {
    name: 'trim', parameters: [],
    summary: 'Removes blanks at both ends.',
    example: { call: 'trim()', input: '  Ada ', output: 'Ada' },
    compile: () => onText((text) => text.trim()),
  },
  {
    name: 'prefix', parameters: [{ name: 'text', type: 'text' }],
    summary: 'Puts a text before the value.',
    example: { call: 'prefix("crm-")', input: '4711', output: 'crm-4711' },
    compile: (args) => {
      const prefix = textArgument(args, 0);
      return onText((text) => prefix + text);
    },
  },
  {
    name: 'suffix', parameters: [{ name: 'text', type: 'text' }],
    summary: 'Puts a text after the value.',
    example: { call: 'suffix(" GmbH")', input: 'Acme', output: 'Acme GmbH' },
    compile: (args) => {
      const suffix = textArgument(args, 0);
      return onText((text) => text + suffix);
    },
  },
  {
    name: 'replace', parameters: [{ name: 'from', type: 'text', check: notEmpty }, { name: 'to', type: 'text' }],
    summary: 'Replaces every occurrence of a text, taken literally, with another.',
    example: { call: 'replace("mailto:", "")', input: 'mailto:ada@example.com', output: 'ada@example.com' },
    compile: (args) => {
      const from = textArgument(args, 0);
      const to = textArgument(args, 1);
      return onText((text) => {
        const pieces = text.split(from);
        const length = text.length + (pieces.length - 1) * (to.length - from.length);
        if (length > MAX_TEXT_LENGTH) return new Refusal('too-large', `The text would have more than ${MAX_TEXT_LENGTH} characters.`);
        return pieces.join(to);
      });
    },
  },
  {
    name: 'slice',
    parameters: [{ name: 'start', type: 'integer', range: INDEX_RANGE }, { name: 'end', type: 'integer', range: INDEX_RANGE, optional: true }],
    summary: 'Keeps the characters from start (0 is the first) up to end, not included; negative positions count from the end.',
    example: { call: 'slice(0, 10)', input: '2026-11-20T10:11:12Z', output: '2026-11-20' },
    compile: (args) => {
      const start = numberArgument(args, 0) ?? 0;
      const end = numberArgument(args, 1);
      return onText((text) => {
        const length = codePointLength(text);
        const from = clamp(start, length);
        const to = clamp(end ?? length, length);
        return text.slice(indexOfCodePoint(text, from), indexOfCodePoint(text, Math.max(from, to)));
      });
    },
  },
  {
    name: 'truncate', parameters: [{ name: 'length', type: 'integer', range: [1, 1_000_000] }],
    summary: 'Keeps at most that many characters (code points) and never cuts an emoji or an accented letter apart.',
    example: { call: 'truncate(5)', input: 'Zoë 👩‍👩‍👧', output: 'Zoë' },
    compile: (args) => {
      const max = numberArgument(args, 0) ?? 1;
      return onText((text) => cutGraphemes(text, max));
    },
  },
  {
    name: 'initials', parameters: [],
    summary: 'Takes the first letter of every word, in upper case.',
    example: { call: 'initials()', input: 'ada king lovelace', output: 'AKL' },
    compile: () => onText((text) => {
      const all = words(text);
      if (all.length > MAX_INITIALS) return new Refusal('too-large', `Initials are made of at most ${MAX_INITIALS} words.`);
      return all.map((word) => firstCharacter(word).toUpperCase()).join('');
    }),
  },
  {
    name: 'first_word', parameters: [],
    summary: 'Takes the text up to the first blank.',
    example: { call: 'first_word()', input: 'Ada King Lovelace', output: 'Ada' },
    compile: () => onText((text) => words(text)[0] ?? null),
  },
  {
    name: 'last_word', parameters: [],
    summary: 'Takes the text after the last blank.',
    example: { call: 'last_word()', input: 'Ada King Lovelace', output: 'Lovelace' },
    compile: () => onText((text) => words(text).at(-1) ?? null),
  },
];

function notEmpty(text: string): string | undefined {
  return text === '' ? 'The text to replace is empty.' : undefined;
}

function clamp(position: number, length: number): number {
  return Math.min(Math.max(position < 0 ? length + position : position, 0), length);
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function firstCharacter(word: string): string {
  for (const { segment } of graphemes.segment(word.slice(0, 64))) return segment;
  return '';
}

/** Cuts at the last grapheme boundary within the limit; a grapheme longer than the limit is cut at a code point. */
function cutGraphemes(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = indexOfCodePoint(text, max);
  if (end === text.length) return text;
  const boundary = graphemes.segment(text.slice(0, end + GRAPHEME_WINDOW)).containing(end)?.index ?? end;
  return text.slice(0, boundary === 0 ? end : boundary).trimEnd();
}
