import { parse } from 'yaml';
import { isWellFormed } from '../domain/unicode.js';
import { flowText, yamlOptions } from '../config/edit/flow-text.js';

/** ReadCell is what a cell means: a value, nothing, or why it cannot be read. */
export type ReadCell = { readonly value: unknown } | { readonly problem: string };

/** CellFormat is how values of one kind stand in a cell: `read(write(value))` is the value. */
export interface CellFormat {
  /** Undefined is the empty cell. */
  readonly write: (value: unknown) => string;
  readonly read: (text: string) => ReadCell;
}

/** EMPTY_MARK stands for null: a value that is empty on purpose. */
export const EMPTY_MARK = '(empty)';

/** plainFormat is for text; text with blanks around it, or in quotes, is put in quotes. */
export const plainFormat: CellFormat = {
  write: (value) => (typeof value === 'string' ? exact(value, readPlain(value)) : value === undefined ? '' : JSON.stringify(value)),
  read: (text) => ({ value: readPlain(text) }),
};

/** wordFormat is for words of a closed set, however they are capitalised. */
export const wordFormat: CellFormat = {
  write: (value) => (typeof value === 'string' ? value : ''),
  read: (text) => ({ value: text.trim() === '' ? undefined : text.trim().toLowerCase() }),
};

/** jsonFormat is for any value: text as it is, numbers and true or false, lists and mappings as YAML writes them on one line. */
export const jsonFormat: CellFormat = { write: writeJson, read: readJson };

/** listFormat is for one text or several, separated by commas; texts with commas in them stand in brackets and quotes. */
export const listFormat: CellFormat = {
  write: (value) => {
    if (value === undefined) return '';
    const items = (Array.isArray(value) ? value : [value]) as string[];
    const plain = items.join(', ');
    const read = readList(plain);
    return 'value' in read && isWellFormed(plain) && JSON.stringify(read.value) === JSON.stringify(items) ? plain : JSON.stringify(items);
  },
  read: readList,
};

/** repairFormat is for repairs: words separated by commas, `none` for the empty list. */
export const repairFormat: CellFormat = {
  write: (value) => (Array.isArray(value) && value.length === 0 ? 'none' : listFormat.write(value)),
  read: (text) => (text.trim().toLowerCase() === 'none' ? { value: [] } : readList(text.toLowerCase())),
};

/** conversionFormat is for a conversion, a lookup table, or a list of steps. */
export const conversionFormat: CellFormat = {
  write: (value) => {
    const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
    return typeof only === 'object' && only !== null ? flowText(only) : plainFormat.write(only);
  },
  read: (text) => (/^\s*[[{]/.test(text) ? readFlow(text) : plainFormat.read(text)),
};

const yesWords: ReadonlySet<string> = new Set(['yes', 'y', 'true', 'x', '1']);
const noWords: ReadonlySet<string> = new Set(['no', 'n', 'false', '0']);

/** yesNoFormat is for true and false. */
export const yesNoFormat: CellFormat = {
  write: (value) => (value === true ? 'yes' : ''),
  read: (text) => {
    const word = text.trim().toLowerCase();
    if (word === '') return { value: undefined };
    if (yesWords.has(word)) return { value: true };
    return noWords.has(word) ? { value: false } : { problem: `expected yes or no, found '${shortened(text)}'` };
  },
};

/** numberFormat is for whole numbers. */
export const numberFormat: CellFormat = {
  write: (value) => (value === undefined ? '' : JSON.stringify(value)),
  read: (text) => {
    const word = text.trim();
    if (word === '') return { value: undefined };
    return /^\d{1,15}$/.test(word) ? { value: Number(word) } : { problem: `expected a whole number, found '${shortened(text)}'` };
  },
};

function readPlain(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === '' ? undefined : (inQuotes(trimmed) ?? trimmed);
}

/** JSON escapes halves of characters, which no file can hold as they are. */
function exact(text: string, read: unknown): string {
  return read === text && isWellFormed(text) ? text : JSON.stringify(text);
}

/** Text within quotes, with the escapes of JSON; undefined where quotes are only a part of it. */
function inQuotes(text: string): string | undefined {
  if (!text.startsWith('"')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function writeJson(value: unknown): string {
  if (value === undefined) return '';
  if (value === null) return EMPTY_MARK;
  if (typeof value !== 'string') return typeof value === 'object' ? flowText(value) : JSON.stringify(value);
  const read = readJson(value);
  return exact(value, 'value' in read ? read.value : undefined);
}

function readJson(text: string): ReadCell {
  const trimmed = text.trim();
  if (trimmed === '') return { value: undefined };
  const word = trimmed.toLowerCase();
  if (word === EMPTY_MARK || word === 'null') return { value: null };
  if (word === 'true' || word === 'false') return { value: word === 'true' };
  // What a number would not give back as it is, such as 01067 or 1.50, is text.
  if (/^-?\d/.test(trimmed) && JSON.stringify(Number(trimmed)) === trimmed) return { value: Number(trimmed) };
  return /^[[{]/.test(trimmed) ? readFlow(trimmed) : { value: inQuotes(trimmed) ?? trimmed };
}

function readList(text: string): ReadCell {
  if (!/^\s*\[/.test(text)) {
    const items = text.split(/[,\n]/).map((item) => item.trim()).filter((item) => item !== '');
    return { value: items.length === 0 ? undefined : items };
  }
  const read = readFlow(text, 'failsafe');
  if ('value' in read && !(Array.isArray(read.value) && read.value.every((item) => typeof item === 'string'))) return { problem: 'expected texts separated by commas, or a list such as [a, b]' };
  return read;
}

function readFlow(text: string, schema: 'core' | 'failsafe' = 'core'): ReadCell {
  try {
    return { value: parse(text.trim(), { ...yamlOptions, schema, maxAliasCount: 0 }) as unknown };
  } catch {
    return { problem: `expected a list such as [a, b] or a table such as { lead: Prospect, won: Customer }; for a text that begins with a bracket, put it in quotes. Found '${shortened(text)}'` };
  }
}

function shortened(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
