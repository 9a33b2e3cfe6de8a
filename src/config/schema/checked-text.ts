import { z } from 'zod';
import type { FindingType } from '../finding.js';

/** TextProblem is what is wrong with a text; `offset` is where in it, and an `expected …` message gets `, found …` added. */
export interface TextProblem {
  readonly message: string;
  readonly type: FindingType;
  readonly offset?: number;
}

/**
 * checkedText makes a schema for text of a certain form: `expected` names the form in a few words, `problem` judges a
 * text, and `pattern` is what editors are told.
 */
export function checkedText(expected: string, problem: (text: string) => TextProblem | undefined, pattern?: RegExp): z.ZodString {
  const schema = z.string({ error: `expected ${expected}` }).check((context) => {
    const found = problem(context.value);
    if (found === undefined) return;
    const { message, ...params } = found;
    context.issues.push({ code: 'custom', input: context.value, message, params });
  });
  // Editors show the title above the description.
  return schema.meta({ title: expected, ...(pattern === undefined ? {} : { pattern: pattern.source }) });
}

/** plainText makes a schema for text of one line that is not empty; `what` names it in a few words. */
export function plainText(what: string, maxLength = 1_000): z.ZodString {
  return checkedText(what, (text) => {
    if (text.trim() === '') return { message: `expected ${what}`, type: 'invalid-value' };
    if (text.length > maxLength) return { message: `the text has ${text.length} characters; at most ${maxLength} are allowed`, type: 'invalid-value' };
    return undefined;
  });
}

/** keyed makes a schema for a mapping with known keys; the message for an unknown key is the list of the known ones. */
export function keyed<T extends z.core.$ZodLooseShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  const known = Object.keys(shape).join(' ');
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? known : undefined) });
}

/** oneOf makes a schema for a value that may be written in several ways; `expected` names them in a few words. */
export function oneOf<T extends readonly z.ZodType[]>(expected: string, options: T): z.ZodUnion<T> {
  return z.union(options, { error: `expected ${expected}` }).meta({ title: expected });
}
