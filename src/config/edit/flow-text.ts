import { Document, parse, type ParseOptions, type DocumentOptions, type SchemaOptions } from 'yaml';
import { isWellFormed } from '../../domain/unicode.js';
import { isMapping } from '../tolerant-access.js';

/** yamlOptions is how definitions and pieces of them are read. */
export const yamlOptions = { version: '1.2', schema: 'core', strict: true, uniqueKeys: true, stringKeys: true, prettyErrors: false, logLevel: 'error' } as const satisfies ParseOptions & DocumentOptions & SchemaOptions;

/** flowText writes a JSON value as YAML on one line, in the least noisy way that reads back as the same value: `{ lead: [Prospect], won: "a, b" }`. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (isMapping(value)) {
    const pairs = Object.entries(value).map(([key, part]) => `${scalarText(key)}: ${flowText(part)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  return typeof value === 'string' ? scalarText(value) : JSON.stringify(value ?? null);
}

/** blockText writes a value as it stands after `key: ` on a line of its own, where commas and brackets need no quotes. */
export function blockText(value: unknown): string {
  if (typeof value !== 'string') return flowText(value);
  const plain = new Document(value).toString({ lineWidth: 0 }).replace(/\n$/, '');
  return !unprintable.test(plain) && !/^["']/.test(plain) && readsAs(`k: ${plain}`, { k: value }) ? plain : scalarText(value);
}

/** LONGEST_LINE is how long a line may become before a mapping is written one key a line, or a list of mappings one a line. */
export const LONGEST_LINE = 140;

/** keyText writes `key: value` for a line of its own that begins at `indent`; long lists of mappings take several lines. */
export function keyText(key: string, value: unknown, indent: string): string {
  const line = `${flowText(key)}: ${blockText(value)}`;
  if (indent.length + line.length <= LONGEST_LINE || !Array.isArray(value) || !value.every(isMapping)) return line;
  return [`${flowText(key)}:`, ...value.map((entry) => `${indent}  - ${flowText(entry)}`)].join('\n');
}

/** YAML 1.2.2 §5.1: what a text holds only in escapes, and line breaks. */
const unprintable = /[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]/u;

function scalarText(text: string): string {
  const candidates = [text, `'${text}'`];
  return candidates.find((candidate) => !unprintable.test(candidate) && isWellFormed(candidate) && readsAs(`{ k: ${candidate}, ${candidate}: k }`, { k: text, [text]: 'k' })) ?? quoted(text);
}

/** JSON text is YAML, but for characters that YAML wants escaped (YAML 1.2.2 §5.1, §5.7). */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function readsAs(yaml: string, value: unknown): boolean {
  try {
    return JSON.stringify(parse(yaml, { ...yamlOptions, uniqueKeys: false })) === JSON.stringify(value);
  } catch {
    return false;
  }
}
