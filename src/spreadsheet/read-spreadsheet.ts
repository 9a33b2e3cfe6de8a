import { open } from 'node:fs/promises';
import { spreadsheetLimits, type Grid } from './cell.js';
import { readCsv } from './read-csv.js';
import { readXlsx } from './read-xlsx.js';
import { SpreadsheetError } from './spreadsheet-error.js';

const OLD_EXCEL = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/** readSpreadsheet reads the first sheet of an XLSX file, or a CSV file; which one it is, its content says. Throws SpreadsheetError. */
export async function readSpreadsheet(path: string): Promise<Grid> {
  const file = await readCapped(path);
  const grid = await readGrid(file);
  if (grid.length > spreadsheetLimits.rows) throw new SpreadsheetError(`The sheet has more than ${spreadsheetLimits.rows} rows.`, 'Delete the rows that are no mappings, also empty ones with a format.');
  return grid;
}

async function readGrid(file: Buffer): Promise<Grid> {
  if (file.subarray(0, 4).equals(OLD_EXCEL)) throw new SpreadsheetError('The file is an old Excel file (.xls), or is protected with a password.', 'Save it as .xlsx without a password.');
  return file.subarray(0, 2).toString('latin1') === 'PK' ? readXlsx(file) : readCsv(file);
}

async function readCapped(path: string): Promise<Buffer> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw new SpreadsheetError(`The file cannot be opened${isMissing(error) ? ': it does not exist' : ''}.`, 'Check the name of the file.', { cause: error });
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new SpreadsheetError('This is no file.', 'Name the spreadsheet itself.');
    if (stats.size > spreadsheetLimits.fileBytes) throw new SpreadsheetError(`The file has ${(stats.size / 1_048_576).toFixed(1)} MB; at most ${spreadsheetLimits.fileBytes / 1_048_576} MB are read.`, 'Keep only the sheet with the mapping.');
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
