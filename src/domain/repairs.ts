import type { Repair } from '../contracts/sync-definition.js';
import { codePointLength, cutCodePoints } from './unicode.js';

/** TextRepair mends one text; it gives the text itself where there is nothing to mend. Applying it twice changes nothing more. */
type TextRepair = (text: string) => string;

const TEXT_REPAIRS: readonly (readonly [Repair, TextRepair])[] = [
  ['remove-control', removeControl],
  ['trim', (text) => text.trim()],
  ['collapse-spaces', (text) => text.replaceAll(/\s+/g, ' ')],
  ['lower-case', (text) => text.toLowerCase()],
  ['title-case', titleCase],
];

/** CLEANING_REPAIRS only clean; they are made before conversions too, so that a lookup table finds ` won ` as `won`. */
export const CLEANING_REPAIRS: ReadonlySet<Repair> = new Set(['remove-control', 'trim', 'collapse-spaces']);

/** TextMender mends a text and notes in `made` the repairs that changed it. */
export type TextMender = (text: string, made: string[]) => string;

/**
 * compileTextMender makes the declared text repairs one function, in a fixed order: remove-control, trim,
 * collapse-spaces, lower-case, title-case.
 */
export function compileTextMender(declared: readonly Repair[]): TextMender {
  const steps = TEXT_REPAIRS.filter(([name]) => declared.includes(name));
  if (steps.length === 0) return (text) => text;
  return (text, made) => {
    let mended = text;
    let changed: Repair[] | undefined;
    for (const [name, repair] of steps) {
      const next = repair(mended);
      if (next !== mended) (changed ??= []).push(name);
      mended = next;
    }
    // Two repairs may undo each other, as lower-case and title-case do on a text that is right already.
    if (changed !== undefined && mended !== text) for (const name of changed) noteRepair(made, name);
    return mended;
  };
}

/** noteRepair adds a repair to those made, once. */
export function noteRepair(made: string[], repair: string): void {
  if (!made.includes(repair)) made.push(repair);
}

/** fitsLength tells whether a text has at most `max` code points. */
export function fitsLength(text: string, max: number): boolean {
  return text.length <= max || codePointLength(text) <= max;
}

/** truncateText cuts a text to at most `max` code points and leaves no blank at the cut. */
export function truncateText(text: string, max: number): string {
  return fitsLength(text, max) ? text : cutCodePoints(text, max).trimEnd();
}

/** Removes control characters (Unicode category Cc) other than tab and line breaks. */
function removeControl(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t\n\r]/gu, '');
}

/**
 * Re-cases only words that are all upper or all lower case, so `McDonald` and `van der Berg's` keep what a person typed
 * where it says something: `MARY-JANE o'neil` becomes `Mary-Jane O'Neil`.
 */
function titleCase(text: string): string {
  return text.replaceAll(/[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu, (word) => {
    if (word !== word.toLowerCase() && word !== word.toUpperCase()) return word;
    const [head = '', ...tail] = word.split(/(?=['’])/);
    const restOf = (part: string): string => {
      // After one letter it is a prefix (O'Neil, D'Arcy); after more it is an ending (Anna's).
      return head.length === 1 ? part.charAt(0) + capitalise(part.slice(1)) : part.toLowerCase();
    };
    return capitalise(head) + tail.map(restOf).join('');
  });
}

function capitalise(word: string): string {
  const first = String.fromCodePoint(word.codePointAt(0) ?? 0);
  const upper = first.toUpperCase();
  const rest = word.slice(first.length).toLowerCase();
  // A letter without a single capital (ß, ŉ) stays.
  return (upper.length === first.length ? upper : first.toLowerCase()) + rest;
}
