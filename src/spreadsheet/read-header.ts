import { didYouMean, suggestion } from '../config/suggestion.js';
import { cellAddress, cellText, type Cell } from './cell.js';
import type { Column, ColumnKey } from './columns.js';
import type { SheetFinding } from './sheet-finding.js';

/** Header is where each column stands, from 0, and what is wrong with the titles. */
export interface Header {
  readonly places: ReadonlyMap<ColumnKey, number>;
  readonly findings: readonly SheetFinding[];
}

/** Without these a row says nothing. */
const needed: readonly ColumnKey[] = ['from', 'to'];

/** readHeader finds the columns by their titles, in any order; other columns are left out with a warning. */
export function readHeader(row: readonly Cell[], columns: readonly Column[]): Header {
  const places = new Map<ColumnKey, number>();
  const findings: SheetFinding[] = [];
  const titles = columns.map(({ title }) => title);
  row.forEach((cell, index) => {
    const title = cellText(cell).trim();
    const column = columns.find((candidate) => candidate.title.toLowerCase() === title.toLowerCase());
    const address = cellAddress(index, 0);
    if (title === '') return;
    if (column === undefined) findings.push(unknownTitle(title, titles, address));
    else if (places.has(column.key)) findings.push({ address, level: 'error', message: `the column '${column.title}' is there twice` });
    else places.set(column.key, index);
  });
  for (const key of needed.filter((candidate) => !places.has(candidate))) {
    const title = columns.find((column) => column.key === key)?.title ?? key;
    findings.push({ address: cellAddress(0, 0), level: 'error', message: `the column '${title}' is missing; the first row holds the titles of the columns` });
  }
  return { places, findings };
}

function unknownTitle(title: string, titles: readonly string[], address: string): SheetFinding {
  const shown = `the column '${title.slice(0, 60)}'`;
  if (suggestion(title, titles) === undefined) return { address, level: 'warning', message: `${shown} is none of a mapping and is left out` };
  return { address, level: 'error', message: `${shown} is none of a mapping${didYouMean(title, titles)}` };
}
