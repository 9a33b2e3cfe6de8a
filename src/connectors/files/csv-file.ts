import type { Json } from '../../contracts/json.js';
import type { CsvForm, FileWriteDefinition } from '../../contracts/files-definition.js';
import { neutralText } from '../../domain/neutral-text.js';

/** UnwritableCellError says why a value cannot stand in a file; it holds one character of it at most. */
export class UnwritableCellError extends Error {
  override readonly name = 'UnwritableCellError';
}

// What is nothing but a number is none of the formulas that programs are harmed by.
const plainNumber = /^[+-]?\d+(?:[.,]\d+)?$/;

/** csvCell writes a value as one cell (RFC 4180), not quoted yet. Text that a spreadsheet program would take for a formula gets an apostrophe in front, unless it is `raw`. */
export function csvCell(value: Json | undefined, isRaw: boolean): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return isRaw || typeof value !== 'string' || plainNumber.test(text) ? text : neutralText(text);
}

/** csvLine writes a row, its line break included. */
export function csvLine(cells: readonly string[], { delimiter, quote }: CsvForm): string {
  const quoted = cells.map((cell) => (cell.includes(delimiter) || cell.includes(quote) || /[\r\n]/.test(cell) || cell !== cell.trim() ? quote + cell.replaceAll(quote, quote + quote) + quote : cell));
  return `${quoted.join(delimiter)}\r\n`;
}

/** headerOf is the names of the columns of a file that is written. */
export function headerOf({ columns, kindColumn }: FileWriteDefinition): readonly string[] {
  return kindColumn === undefined ? columns : [kindColumn, ...columns];
}

/** createEncoder makes a function that gives the bytes of a text in an encoding; throws UnwritableCellError for characters that it lacks. */
export function createEncoder(encoding: string): (text: string) => Buffer {
  if (encoding === 'utf-8') return (text) => Buffer.from(text, 'utf8');
  if (encoding === 'utf-16le') return (text) => Buffer.from(text, 'utf16le');
  const bytes = singleBytes(encoding);
  return (text) => {
    const encoded = Buffer.alloc(text.length);
    let length = 0;
    for (const character of text) {
      const byte = bytes.get(character);
      if (byte === undefined) throw new UnwritableCellError(`the character '${character}' cannot be written in ${encoding}`);
      encoded[length] = byte;
      length += 1;
    }
    return encoded.subarray(0, length);
  };
}

/** The characters of an encoding with one byte for each; those with more bytes hold only what is ASCII. */
function singleBytes(encoding: string): ReadonlyMap<string, number> {
  // As a stream: for a text at once, Node.js takes windows-1252 for iso-8859-1 (https://github.com/nodejs/node/issues/56542).
  const all = Array.from({ length: 256 }, (_, byte): readonly [string, number] => [new TextDecoder(encoding).decode(Uint8Array.of(byte), { stream: true }), byte]);
  return new Map(all.filter(([text]) => text !== '\ufffd' && text !== '').map(([text, byte]): [string, number] => [text, byte]));
}
