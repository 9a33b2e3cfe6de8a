import type { AuthorSync } from '../config/schema/sync-schema.js';
import { columnsFor, exampleKeys, impliedValues, isMappingKey, type Column, type ExampleKey } from './columns.js';
import { writeCsv } from './write-csv.js';
import { writeXlsx } from './write-xlsx.js';

/** SpreadsheetFormat is a file format for mappings. */
export type SpreadsheetFormat = 'xlsx' | 'csv';

/** exportMapping writes the mapping of a sync as a spreadsheet. Throws SpreadsheetError where a text does not fit into a cell. */
export async function exportMapping(sync: AuthorSync, format: SpreadsheetFormat): Promise<Buffer> {
  const rows = mappingRows(sync);
  if (format === 'csv') return writeCsv(rows);
  return writeXlsx(rows, { name: 'Mapping', widths: columnsFor(sync).map(({ width }) => width), frozenColumns: 3 });
}

/** mappingRows is the sheet of a sync as text: the header, then each mapping with its first example, further examples in rows below it. */
export function mappingRows(sync: AuthorSync): readonly (readonly string[])[] {
  const columns = columnsFor(sync);
  const rows = sync.fields.flatMap((mapping) => {
    const examples = mapping.examples ?? [];
    const first = columns.map((column) => firstRowCell(column, sync, mapping, examples[0]));
    return [first, ...examples.slice(1).map((example) => columns.map((column) => exampleCell(column, sync, example)))];
  });
  return [columns.map(({ title }) => title), ...rows];
}

type Example = NonNullable<AuthorSync['fields'][number]['examples']>[number];

function firstRowCell(column: Column, sync: AuthorSync, mapping: AuthorSync['fields'][number], example: Example | undefined): string {
  const { key, format } = column;
  if (!isMappingKey(key)) return exampleCell(column, sync, example);
  return format.write(mapping[key] ?? (mapping[key] === null ? null : impliedValues[key]));
}

function exampleCell({ key, format }: Column, sync: AuthorSync, example: Example | undefined): string {
  if (key === 'sync') return format.write(sync.sync);
  if (key === 'when') return format.write(sync.when);
  return isExampleKey(key) && example !== undefined ? format.write(example[key]) : '';
}

function isExampleKey(key: string): key is ExampleKey {
  return (exampleKeys as readonly string[]).includes(key);
}
