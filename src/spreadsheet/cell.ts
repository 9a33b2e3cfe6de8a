/** Cell is what stands in one cell: text, a number or a truth value that a spreadsheet program made of it, or nothing. */
export type Cell = string | number | boolean | null;

/** Grid is the cells of a sheet, row by row; rows may be of different lengths. */
export type Grid = readonly (readonly Cell[])[];

/** spreadsheetLimits caps what is read: bytes of the file, bytes once unpacked, rows with the header, columns. */
export const spreadsheetLimits = { fileBytes: 5 * 1_048_576, unpackedBytes: 50 * 1_048_576, rows: 2_000, columns: 200 } as const;

/** MAX_CELL_LENGTH is the most characters that Excel keeps in a cell (https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3). */
export const MAX_CELL_LENGTH = 32_767;

/** cellAddress names a cell as spreadsheet programs do, `D7`; column and row count from 0. */
export function cellAddress(column: number, row: number): string {
  return `${columnName(column)}${row + 1}`;
}

function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}

/** cellText is the text of a cell, as a person would have typed it. */
export function cellText(cell: Cell | undefined): string {
  return cell === null || cell === undefined ? '' : String(cell);
}
