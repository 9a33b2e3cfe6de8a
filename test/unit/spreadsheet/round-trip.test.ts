import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editSync } from '../../../src/config/edit/edit-sync.js';
import { flowText } from '../../../src/config/edit/flow-text.js';
import type { AuthorSync } from '../../../src/config/schema/sync-schema.js';
import { columnsFor } from '../../../src/spreadsheet/columns.js';
import { exportMapping, mappingRows, type SpreadsheetFormat } from '../../../src/spreadsheet/export-mapping.js';
import { compareMapping } from '../../../src/spreadsheet/mapping-changes.js';
import { readCsv } from '../../../src/spreadsheet/read-csv.js';
import { readEntries } from '../../../src/spreadsheet/read-entries.js';
import { readHeader } from '../../../src/spreadsheet/read-header.js';
import { readXlsx } from '../../../src/spreadsheet/read-xlsx.js';
import type { Grid } from '../../../src/spreadsheet/cell.js';
import { anyMapping, anyWhen } from './any-mapping.js';

const ends = { from: 'crm.contact', to: 'mailing.member' };
const syncsOf = (minLength: number, maxLength: number) => fc.record({ fields: fc.uniqueArray(anyMapping, { minLength, maxLength, selector: ({ to }) => to, size: 'max' }), when: anyWhen });
type AnySync = ReturnType<typeof syncsOf> extends fc.Arbitrary<infer Value> ? Value : never;
const anySync = syncsOf(1, 4);
// Each XLSX file is read in a thread of its own, so a few large ones say as much in less time.
const largeSync = syncsOf(12, 20);

const authorSync = ({ fields, when }: AnySync): AuthorSync => ({ sync: 'contacts-to-mailing', ...ends, fields, when }) as unknown as AuthorSync;
const readers: Readonly<Record<SpreadsheetFormat, (file: Buffer) => Grid | Promise<Grid>>> = { csv: readCsv, xlsx: readXlsx };

async function throughFile(sync: AuthorSync, format: SpreadsheetFormat): Promise<Grid> {
  return readers[format](await exportMapping(sync, format));
}

function changesOf(grid: Grid, sync: unknown): ReturnType<typeof compareMapping> {
  const columns = columnsFor(ends);
  const { places, findings } = readHeader(grid[0] ?? [], columns);
  const content = readEntries(grid, columns, places);
  expect([...findings, ...content.findings]).toEqual([]);
  return compareMapping(sync, ends, content, places);
}

describe('a mapping that goes out and comes back', () => {
  it.each([['csv', anySync, 100], ['xlsx', largeSync, 6]] as const)('as %s is unchanged, whatever texts are in it', async (format, syncs, numRuns) => {
    await fc.assert(fc.asyncProperty(syncs, async (any) => {
      const sync = authorSync(any);
      const edit = changesOf(await throughFile(sync, format), sync);
      expect(edit.changes).toEqual([]);
      expect([edit.when.size, edit.reordered]).toEqual([0, false]);
    }), { numRuns, endOnFailure: format === 'xlsx' });
  }, 120_000);

  it('makes one sync of another, and the YAML then says so', async () => {
    await fc.assert(fc.asyncProperty(anySync, anySync, async (before, after) => {
      const text = `sync: contacts-to-mailing # name\nfrom: crm.contact\nto: mailing.member\nwhen: ${flowText(before.when)}\nfields:\n${before.fields.map((field) => `  # about it\n  - ${flowText(field)}\n`).join('')}match: []\n`;
      const edit = changesOf(await throughFile(authorSync(after), 'csv'), before);
      const next = editSync(text, { sync: 'contacts-to-mailing', fields: edit.fields, when: edit.when });
      const again = changesOf(await throughFile(authorSync(after), 'csv'), { fields: edit.fields.map(({ value }) => value), when: after.when });
      expect(again.changes).toEqual([]);
      expect(next.startsWith('sync: contacts-to-mailing # name\n')).toBe(true);
    }), { numRuns: 50 });
  }, 120_000);
});

it('the cells of a CSV file are those of the XLSX file', async () => {
  await fc.assert(fc.asyncProperty(largeSync, async (any) => {
    const sync = authorSync(any);
    const [csv, xlsx] = await Promise.all([throughFile(sync, 'csv'), throughFile(sync, 'xlsx')]);
    const cells = (grid: Grid): string[][] => grid.map((row) => Array.from({ length: 19 }, (_, column) => String(row[column] ?? '')));
    expect(cells(xlsx)).toEqual(cells(csv));
    expect(cells(csv)).toEqual(mappingRows(sync));
  }), { numRuns: 3, endOnFailure: true });
}, 120_000);
