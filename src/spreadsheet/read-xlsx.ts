import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { boundedArchive } from './bounded-archive.js';
import { spreadsheetLimits, type Cell, type Grid } from './cell.js';
import { restoredText } from '../domain/neutral-text.js';
import { SpreadsheetError } from './spreadsheet-error.js';

const READ_WITHIN_MS = 30_000;
const HEAP_MB = 256;

// A few bytes of XML can name a row or a column far away, and the reader makes all cells before it. In a thread of its
// own it ends there, at the thread's limit, and not with the process.
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { readSheet } = require(workerData.reader);
  readSheet(Buffer.from(workerData.archive)).then(
    (rows) => parentPort.postMessage({ rows: rows.slice(0, workerData.rows + 1).map((row) => row.slice(0, workerData.columns)) }),
    (error) => parentPort.postMessage({ problem: String(error && error.message) }),
  );`;

interface Answer {
  readonly rows?: readonly (readonly (Cell | Date)[])[];
  readonly problem?: string;
}

/** readXlsx reads the first sheet of an XLSX file; dates come as ISO 8601. Throws SpreadsheetError. */
export async function readXlsx(file: Buffer): Promise<Grid> {
  const { rows, problem } = await answerOf(boundedArchive(file, spreadsheetLimits.unpackedBytes));
  if (rows === undefined) throw unreadable(problem ?? 'it holds no sheet');
  return rows.map((row) => row.map((cell) => (cell instanceof Date ? dateText(cell) : typeof cell === 'string' ? restoredText(cell) : cell)));
}

function answerOf(archive: Buffer): Promise<Answer> {
  const reader = createRequire(import.meta.url).resolve('read-excel-file/node');
  const workerData = { reader, archive, rows: spreadsheetLimits.rows, columns: spreadsheetLimits.columns };
  const worker = new Worker(program, { eval: true, workerData, env: {}, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32 } });
  const answer = new Promise<Answer>((resolve, reject) => {
    const late = setTimeout(() => { reject(unreadable(`it takes more than ${READ_WITHIN_MS / 1000} s`)); }, READ_WITHIN_MS);
    const finish = (settle: () => void): void => {
      clearTimeout(late);
      settle();
    };
    worker.once('message', (message: Answer) => { finish(() => { resolve(message); }); });
    worker.once('error', (error: Error) => { finish(() => { reject(unreadable('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'its cells need too much memory' : error.message)); }); });
    worker.once('exit', () => { finish(() => { reject(unreadable('it holds no sheet')); }); });
  });
  return answer.finally(() => { void worker.terminate(); });
}

function unreadable(reason: string): SpreadsheetError {
  return new SpreadsheetError(`The XLSX file cannot be read: ${reason.replace(/\.$/, '')}.`, 'Open it in the spreadsheet program and save it again as .xlsx, or as CSV UTF-8.');
}

function dateText(date: Date): string {
  const text = date.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
}
