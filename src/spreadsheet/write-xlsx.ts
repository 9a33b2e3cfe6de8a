import writeXlsxFile, { type Row } from 'write-excel-file/node';
import { cellAddress, MAX_CELL_LENGTH } from './cell.js';
import { neutralText } from '../domain/neutral-text.js';
import { SpreadsheetError } from './spreadsheet-error.js';
import { xlsxText } from './xlsx-text.js';

/** SheetLayout is how a sheet looks. */
export interface SheetLayout {
  /** At most 31 characters, none of `[]:*?/\`. */
  readonly name: string;
  /** Width of each column in characters. */
  readonly widths: readonly number[];
  /** Columns that stay in sight. */
  readonly frozenColumns: number;
}

/**
 * writeXlsx writes rows of text as an XLSX file; the first row is the header, styled and frozen. All cells are formatted
 * as text, so that a spreadsheet program keeps what is typed, and none can be taken for a formula. Throws SpreadsheetError
 * for text that no cell can hold.
 */
export async function writeXlsx(rows: readonly (readonly string[])[], { name, widths, frozenColumns }: SheetLayout): Promise<Buffer> {
  const sheet = rows.map((row, rowIndex): Row => row.map((text, column) => {
    const value = xlsxText(neutralText(text));
    if (value.length > MAX_CELL_LENGTH) throw new SpreadsheetError(`${cellAddress(column, rowIndex)} would hold ${value.length} characters; a cell of an XLSX file holds at most ${MAX_CELL_LENGTH}.`, 'Export it as CSV.');
    if (rowIndex === 0) return { value, type: String, fontWeight: 'bold', backgroundColor: '#DDEBF7', bottomBorderStyle: 'thin', wrap: true, alignVertical: 'top' } as const;
    return value === '' ? null : { value, type: String, format: '@', wrap: value.includes('\n'), alignVertical: 'top' } as const;
  }));
  return writeXlsxFile(sheet, { sheet: name, columns: widths.map((width) => ({ width })), stickyRowsCount: 1, stickyColumnsCount: frozenColumns }).toBuffer();
}
