import type { z } from 'zod';
import { findingAt, type DefinitionPath, type DefinitionSource, type Detail } from './definition-source.js';
import type { Finding, FindingType } from './finding.js';
import { describeFound } from './found-value.js';
import { didYouMean, suggestion } from './suggestion.js';
import { valueAt } from './tolerant-access.js';

type Issue = z.core.$ZodIssue;

/** Located is a detail and the place that it is about. */
interface Located {
  readonly path: DefinitionPath;
  readonly detail: Detail;
  /** The known key that an unknown one seems to mean. */
  readonly meant?: string | undefined;
}

/** schemaFindings tells what a schema has against a definition, one finding for each thing, in plain words. */
export function schemaFindings(source: DefinitionSource, schema: z.ZodType): readonly Finding[] {
  const checked = schema.safeParse(source.value);
  if (checked.success) return [];
  const located = checked.error.issues.flatMap((issue) => locate(issue, [], source.value));
  return withoutMisspelt(located).map(({ path, detail }) => findingAt(source, path, detail));
}

/** A misspelt key is not missing besides: one finding says both. */
function withoutMisspelt(located: readonly Located[]): readonly Located[] {
  const meant = new Set(located.flatMap(({ path, meant: key }) => (key === undefined ? [] : [JSON.stringify([...path.slice(0, -1), key])])));
  return located.filter(({ path, detail }) => detail.type !== 'missing-key' || !meant.has(JSON.stringify(path)));
}

function locate(issue: Issue, base: DefinitionPath, root: unknown): readonly Located[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  const value = valueAt(root, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, issue.message.split(' '), root));
  if (issue.code === 'invalid_union' && !('discriminator' in issue)) {
    const branch = meantBranch(issue.errors, value);
    if (branch !== undefined) return branch.flatMap((inner) => locate(inner, path, root));
  }
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => ({ path, detail: { ...detailOf(inner, issue.path.at(-1), []), part: 'key' } }));
  if (value === undefined && isAbsence(issue)) return [missingKey(issue, path)];
  return [{ path, detail: detailOf(issue, value, path) }];
}

/** Of several ways to write a value, the one whose kind of value was used; its own issues say most. */
function meantBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  // A list or mapping is never meant as one of a few fixed words.
  const foreign = typeof value === 'string' ? ['invalid_type'] : ['invalid_type', 'invalid_value'];
  const judged = branches.find((issues) => issues.length > 0 && issues.every((issue) => issue.code === 'custom' && issue.path.length === 0));
  const fitting = branches.filter((issues) => issues.length > 0 && issues.every((issue) => issue.path.length > 0 || !foreign.includes(issue.code)));
  // Of several mappings, the one whose keys were used.
  return judged ?? fitting.find((issues) => !issues.some((issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0)) ?? fitting[0];
}

function unknownKey(key: string, path: DefinitionPath, known: readonly string[], root: unknown): Located {
  const value = valueAt(root, [...path, key]);
  // In a flow mapping, a comma inside unquoted text ends the value, and the rest becomes a key without one.
  const cut = value === null && /["')]/.test(key);
  const hint = cut ? "; text with a comma inside { } needs quotes, as in convert: 'join(\", \")'" : didYouMean(key, known);
  return { path: [...path, key], meant: cut ? undefined : suggestion(key, known), detail: { type: 'unknown-key', part: 'key', message: `unknown key '${key}'${hint}` } };
}

function isAbsence(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_union' || issue.code === 'invalid_value';
}

function missingKey(issue: Issue, path: DefinitionPath): Located {
  const key = path.at(-1);
  if (typeof key !== 'string') return { path, detail: { type: 'missing-key', message: expectation(issue) } };
  return { path, detail: { type: 'missing-key', part: 'key', message: `missing key '${key}': ${expectation(issue)}` } };
}

function detailOf(issue: Issue, value: unknown, path: DefinitionPath): Detail {
  const message = expectation(issue);
  if (issue.code === 'custom') {
    const params = (issue.params ?? {}) as { type?: FindingType; offset?: number };
    return { type: params.type ?? 'invalid-value', message: withFound(message, value, path), ...(params.offset === undefined ? {} : { offset: params.offset }) };
  }
  const choices = choicesOf(issue);
  if (choices.length > 0 && typeof value === 'string') {
    // A word out of place among a few fixed ones is no secret.
    return { type: 'invalid-value', message: `${withFound(message, value, [])}${nearChoice(value, choices)}` };
  }
  return {
    type: issue.code === 'too_small' || issue.code === 'too_big' ? 'invalid-value' : 'wrong-type',
    message: `${withFound(message, value, path)}${quoteHint(issue, message, value)}`,
  };
}

/** In YAML, quotes alone tell text from numbers and true or false. */
function quoteHint(issue: Issue, expected: string, value: unknown): string {
  const plain = issue.code === 'invalid_type' && issue.expected === 'string' && !expected.includes(' such as ');
  if (plain && (typeof value === 'number' || typeof value === 'boolean')) return '; put it in quotes';
  const unquoted = /^expected (?:true or false|a (?:whole )?number)/.test(expected) && typeof value === 'string';
  return unquoted && /^(?:true|false|-?[0-9]+(?:\.[0-9]+)?)$/.test(value) ? '; remove the quotes' : '';
}

function nearChoice(value: string, choices: readonly string[]): string {
  const near = didYouMean(value, choices);
  return near.includes('did you mean') ? near : '';
}

function withFound(message: string, value: unknown, path: DefinitionPath): string {
  return message.startsWith('expected ') ? `${message}, found ${describeFound(value, path)}` : message;
}

function expectation(issue: Issue): string {
  const choices = choicesOf(issue);
  if (choices.length > 0) return choices.length === 1 ? `expected '${choices[0]}'` : `expected one of ${choices.join(', ')}`;
  // A message of our own says it best; the validator's own messages are about types of a programming language.
  if (/^(?!Invalid |Too |Unrecognized )/.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_type') return `expected ${typeNames[issue.expected] ?? issue.expected}`;
  if (issue.code === 'too_small') return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
  if (issue.code === 'too_big') return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
  return 'expected another kind of value';
}

function bound(origin: string, relation: string, limit: number | bigint): string {
  if (origin === 'array') return `expected a list with ${relation} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return `expected a number, ${relation} ${limit}`;
}

function choicesOf(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) return issue.options.map(String);
  return [];
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', object: 'a mapping (key: value)',
  record: 'a mapping (key: value)', array: 'a list', null: 'nothing',
};
