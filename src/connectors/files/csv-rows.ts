import { Transform, type Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { CsvForm } from '../../contracts/files-definition.js';

/** A row is at most this long; a longer one is a quote that was never closed. */
const LONGEST_ROW = 10_000_000;

/** UnreadableFileError says why a file is no CSV that can be used; its message holds nothing of the file but names of columns. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

/** CsvRow is a row by the names of its columns, or as it stands where it has another number of cells than the header. */
export type CsvRow = { readonly kind: 'row'; readonly cells: Readonly<Record<string, string>> } | { readonly kind: 'misshapen'; readonly cells: readonly string[]; readonly expected: number };

/** readCsvRows reads the rows of a file, the first of which names the columns; memory is bounded by the longest row. Throws UnreadableFileError. */
export async function* readCsvRows(bytes: Readable, { delimiter, quote, encoding }: CsvForm): AsyncGenerator<CsvRow, void, undefined> {
  const decoder = decode(encoding);
  const parser = parse({ delimiter, quote, escape: quote, bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, max_record_size: LONGEST_ROW });
  // Errors are handed on by hand: pipeline would end the source while rows are still being worked on.
  bytes.on('error', (error) => decoder.destroy(error));
  decoder.on('error', (error) => parser.destroy(error));
  bytes.pipe(decoder).pipe(parser);
  let header: readonly string[] | undefined;
  try {
    for await (const row of parser as AsyncIterable<readonly string[]>) {
      if (header === undefined) {
        header = checkedHeader(row);
        continue;
      }
      if (row.length === header.length) yield { kind: 'row', cells: Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])) };
      else yield { kind: 'misshapen', cells: row, expected: header.length };
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UnreadableFileError(`it is no CSV with the quote ${quote}: ${csvProblem(error)}`);
    throw error;
  } finally {
    bytes.destroy();
    decoder.destroy();
    parser.destroy();
  }
  if (header === undefined) throw new UnreadableFileError('it is empty: it has not even a row with the names of the columns');
}

function checkedHeader(row: readonly string[]): readonly string[] {
  const names = row.map((name) => name.trim());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new UnreadableFileError(`two of its columns are called '${twice.slice(0, 100)}'`);
  return names;
}

function csvProblem({ code, ...rest }: CsvError): string {
  const lines: unknown = Reflect.get(rest, 'lines');
  const where = typeof lines === 'number' ? ` at line ${lines}` : '';
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is opened and never closed; was the file cut off?';
  if (code === 'CSV_MAX_RECORD_SIZE') return `a row is longer than 10 MB${where}; is a quote never closed?`;
  return `${code}${where}`;
}

function decode(encoding: string): Transform {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const text = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new UnreadableFileError(`it is not encoded in ${encoding}; correct 'encoding'`);
    }
  };
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) { attempt(() => text(chunk), done); },
    flush(done) { attempt(() => text(), done); },
  });
}

function attempt(work: () => string, done: (error: Error | null, text?: string) => void): void {
  let text: string;
  try {
    text = work();
  } catch (error) {
    done(error instanceof Error ? error : new Error('cannot be decoded'));
    return;
  }
  done(null, text);
}
