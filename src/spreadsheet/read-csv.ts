import { CsvError, parse } from 'csv-parse/sync';
import { spreadsheetLimits, type Grid } from './cell.js';
import { restoredText } from '../domain/neutral-text.js';
import { SpreadsheetError } from './spreadsheet-error.js';

const DELIMITERS = [',', ';', '\t'] as const;

/**
 * readCsv reads a CSV file (RFC 4180) in UTF-8 or, with a byte order mark, UTF-16; the delimiter is the one of comma,
 * semicolon and tab that divides the first line into most cells.
 * Quotes within a cell that is not in quotes are text. Throws SpreadsheetError.
 */
export function readCsv(file: Buffer): Grid {
  const text = decoded(file);
  const delimiter = DELIMITERS.toSorted((a, b) => firstLineCells(text, b) - firstLineCells(text, a))[0] ?? ',';
  return parseCsv(text, delimiter, spreadsheetLimits.rows + 1).map((row) => row.slice(0, spreadsheetLimits.columns).map((cell) => (cell === '' ? null : restoredText(cell))));
}

function firstLineCells(text: string, delimiter: string): number {
  try {
    return parseCsv(text, delimiter, 1)[0]?.length ?? 0;
  } catch {
    return 0;
  }
}

function parseCsv(text: string, delimiter: string, rows: number): string[][] {
  try {
    return parse(text, { delimiter, to: rows, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, relax_quotes: true, max_record_size: 1_048_576 });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? ` near line ${error['lines']}` : '';
    throw new SpreadsheetError(`The CSV file cannot be read${line}: ${reasons[error.code] ?? 'its quotes or its rows are wrong'}.`, 'Open it in the spreadsheet program and save it again as CSV UTF-8.', { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and not closed',
  CSV_MAX_RECORD_SIZE: 'a row has more than 1 MB',
};

function decoded(file: Buffer): string {
  const utf16 = file[0] === 0xff && file[1] === 0xfe;
  try {
    return new TextDecoder(utf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(file);
  } catch (error) {
    throw new SpreadsheetError('The CSV file is not in UTF-8.', 'Save it as "CSV UTF-8", or as .xlsx.', { cause: error });
  }
}
