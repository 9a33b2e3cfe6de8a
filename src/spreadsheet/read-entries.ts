import { cellAddress, cellText, type Cell, type Grid } from './cell.js';
import { exampleKeys, isMappingKey, type Column, type ColumnKey, type ExampleKey, type MappingKey } from './columns.js';
import type { SheetFinding } from './sheet-finding.js';

/** SheetExample is an example as it stands in a row. */
export interface SheetExample {
  readonly row: number;
  readonly parts: ReadonlyMap<ExampleKey, unknown>;
}

/** SheetEntry is a mapping as it stands in a row; keys whose column is not in the sheet are absent, those of empty cells undefined. */
export interface SheetEntry {
  readonly row: number;
  readonly keys: ReadonlyMap<MappingKey, unknown>;
  readonly examples: readonly SheetExample[];
}

/** SheetContent is all that a sheet says, and the cells that could not be read. */
export interface SheetContent {
  readonly entries: readonly SheetEntry[];
  /** The sync's times; undefined where the sheet says nothing of them. */
  readonly when: { readonly row: number; readonly value: unknown } | undefined;
  readonly findings: readonly SheetFinding[];
}

/** readEntries reads the rows below the header. A row that holds an example alone belongs to the mapping above it; empty rows are left out. */
export function readEntries(grid: Grid, columns: readonly Column[], places: ReadonlyMap<ColumnKey, number>): SheetContent {
  const reader = new RowReader(columns, places);
  const entries: { row: number; keys: ReadonlyMap<MappingKey, unknown>; examples: SheetExample[] }[] = [];
  let when: SheetContent['when'];
  grid.forEach((cells, row) => {
    if (row === 0 || cells.every((cell) => cellText(cell).trim() === '')) return;
    when = reader.time(cells, row, when);
    const isExample = reader.isExampleOnly(cells);
    if (!isExample) entries.push({ row, keys: reader.mapping(cells, row), examples: [] });
    const example = reader.example(cells, row);
    const owner = entries.at(-1);
    if (example !== undefined && owner !== undefined) owner.examples.push(example);
    else if (example !== undefined) reader.note(cellAddress(0, row), 'an example stands in a row of its own only below its mapping');
  });
  return { entries, when, findings: reader.findings };
}

class RowReader {
  readonly findings: SheetFinding[] = [];

  constructor(private readonly columns: readonly Column[], private readonly places: ReadonlyMap<ColumnKey, number>) {}

  note(address: string, message: string): void {
    this.findings.push({ address, level: 'error', message });
  }

  mapping(cells: readonly Cell[], row: number): ReadonlyMap<MappingKey, unknown> {
    const keys = new Map<MappingKey, unknown>();
    for (const { key } of this.columns) if (isMappingKey(key) && this.places.has(key)) keys.set(key, this.value(cells, row, key));
    return keys;
  }

  example(cells: readonly Cell[], row: number): SheetExample | undefined {
    if (exampleKeys.every((key) => this.isBlank(cells, key))) return undefined;
    const parts = new Map(exampleKeys.filter((key) => this.places.has(key)).map((key) => [key, this.value(cells, row, key)] as const));
    if (!this.isBlank(cells, 'out')) return { row, parts };
    const out = this.places.get('out');
    if (out === undefined) this.note(cellAddress(0, 0), "the column 'Expected out' is missing, and without it examples say nothing");
    else this.note(cellAddress(out, row), 'an example needs what is expected; write (empty) where nothing is');
    return undefined;
  }

  isExampleOnly(cells: readonly Cell[]): boolean {
    return this.columns.every(({ key }) => !isMappingKey(key) || this.isBlank(cells, key));
  }

  time(cells: readonly Cell[], row: number, before: SheetContent['when']): SheetContent['when'] {
    if (this.isBlank(cells, 'when')) return before;
    const value = this.value(cells, row, 'when');
    if (before === undefined || value === undefined) return before ?? (value === undefined ? undefined : { row, value });
    const format = this.column('when')?.format;
    if (format?.write(value) !== format?.write(before.value)) {
      this.note(this.address('when', row), `the frequency holds for the whole sync, and ${this.address('when', before.row)} says '${format?.write(before.value)}'`);
    }
    return before;
  }

  private value(cells: readonly Cell[], row: number, key: ColumnKey): unknown {
    const read = this.column(key)?.format.read(this.text(cells, key)) ?? { value: undefined };
    if ('value' in read) return read.value;
    this.note(this.address(key, row), read.problem);
    return undefined;
  }

  private column(key: ColumnKey): Column | undefined {
    return this.columns.find((column) => column.key === key);
  }

  private text(cells: readonly Cell[], key: ColumnKey): string {
    const place = this.places.get(key);
    return place === undefined ? '' : cellText(cells[place]);
  }

  private isBlank(cells: readonly Cell[], key: ColumnKey): boolean {
    return this.text(cells, key).trim() === '';
  }

  private address(key: ColumnKey, row: number): string {
    return cellAddress(this.places.get(key) ?? 0, row);
  }
}
