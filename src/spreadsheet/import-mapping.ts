import type { DefinitionPath, DefinitionSource } from '../config/definition-source.js';
import { applyConnector } from '../config/connector/apply-connector.js';
import { builtinConnectors } from '../config/connector/catalogue.js';
import { lintDefinitions } from '../config/lint.js';
import { mappingAt, textAt } from '../config/tolerant-access.js';
import { didYouMean } from '../config/suggestion.js';
import { cellAddress, cellText, type Grid } from './cell.js';
import { columnsFor, type ColumnKey } from './columns.js';
import { compareMapping, type MappingEdit } from './mapping-changes.js';
import { readEntries, type SheetContent } from './read-entries.js';
import { readHeader } from './read-header.js';
import type { SheetFinding } from './sheet-finding.js';
import { SpreadsheetError } from './spreadsheet-error.js';

/** MappingImport is what a sheet would make of a sync, and everything that speaks against it. */
export interface MappingImport {
  /** The sync as it stands now. */
  readonly source: DefinitionSource;
  readonly sync: string;
  readonly edit: MappingEdit;
  /** How many examples were run. */
  readonly examples: number;
  readonly findings: readonly SheetFinding[];
}

/** No file of definitions has this name. */
const SHEET = '\0sheet';

/**
 * importMapping reads the sheet of a sync against the definitions of a folder: all checks of `crosswalk check` are made
 * and all examples are run, and every finding names its cell. `named` is the sync where the sheet does not say it.
 * Throws SpreadsheetError where the sheet is none of a sync.
 */
export function importMapping(grid: Grid, sources: readonly DefinitionSource[], named?: string): MappingImport {
  const { source, findings: strays } = syncOf(grid, sources, named);
  const ends = { from: textAt(source.value, ['from']) ?? '', to: textAt(source.value, ['to']) ?? '' };
  const columns = columnsFor(ends);
  const header = readHeader(grid[0] ?? [], columns);
  const content = readEntries(grid, columns, header.places);
  const edit = compareMapping(source.value, ends, content, header.places);
  // What a missing column leaves out would be found missing in every row besides.
  const unusable = header.findings.some(({ level }) => level === 'error');
  const linted = unusable ? [] : lintSheet(sources, source, edit, content, header.places);
  const cellFindings = unusable ? [] : content.findings;
  return {
    source, sync: source.name ?? '', edit, examples: content.entries.reduce((sum, { examples }) => sum + examples.length, 0),
    findings: inOrder([...strays, ...header.findings, ...cellFindings, ...withoutEchoes(linted, cellFindings)]),
  };
}

function syncOf(grid: Grid, sources: readonly DefinitionSource[], named: string | undefined): { readonly source: DefinitionSource; readonly findings: readonly SheetFinding[] } {
  const [header = []] = grid;
  const place = header.findIndex((cell) => cellText(cell).trim().toLowerCase() === 'sync');
  const said = place === -1 ? [] : grid.slice(1).map((row, index) => ({ name: cellText(row[place]).trim(), address: cellAddress(place, index + 1) })).filter(({ name }) => name !== '');
  const name = named ?? said[0]?.name;
  if (name === undefined) throw new SpreadsheetError("The sheet does not say which sync it is of: the column 'Sync' is missing or empty.", 'Name the sync with --sync.');
  const syncs = sources.filter(({ kind, broken }) => kind === 'sync' && !broken);
  const source = syncs.find((candidate) => candidate.name === name);
  if (source === undefined) {
    const hint = didYouMean(name, syncs.flatMap((candidate) => candidate.name ?? []));
    throw new SpreadsheetError(`There is no sync "${name.slice(0, 80)}" in the folder of definitions${hint}${hint.endsWith('?') ? '' : '.'}`, "Correct the column 'Sync', or name the folder with --definitions.");
  }
  const others = said.filter((each) => each.name !== name);
  return { source, findings: others.map(({ address, name: other }) => ({ address, level: 'error', message: `a sheet is of one sync: expected '${name}', found '${other.slice(0, 60)}'` })) };
}

/** The sheet is checked as if it were the sync's file, with cells for lines and columns. */
function lintSheet(
  sources: readonly DefinitionSource[], source: DefinitionSource, edit: MappingEdit, content: SheetContent, places: ReadonlyMap<ColumnKey, number>,
): readonly SheetFinding[] {
  const when = Object.fromEntries(Object.entries({ ...mappingAt(source.value, ['when']), ...Object.fromEntries(edit.when) }).filter(([, part]) => part !== undefined));
  const value = { ...mappingAt(source.value, []), when, fields: edit.fields.map((field) => field.value) };
  const sheet: DefinitionSource = {
    ...source, file: SHEET, value,
    locate: (path) => {
      const cell = cellOf(path, content, places);
      return cell === undefined ? { line: 0, column: 0 } : { line: cell.row + 1, column: cell.column + 1 };
    },
  };
  return lintDefinitions(sources.map((other) => (other === source ? sheet : applyConnector(other, builtinConnectors()).source)))
    .filter(({ file, line, level }) => file === SHEET && (line > 0 || level === 'error'))
    .map(({ line, column, level, message }) => ({ address: line === 0 ? null : cellAddress(column - 1, line - 1), level, message }));
}

function cellOf([top, position, key, example, part]: DefinitionPath, { entries, when }: SheetContent, places: ReadonlyMap<ColumnKey, number>): { readonly row: number; readonly column: number } | undefined {
  const column = (name: unknown): number => places.get(name as ColumnKey) ?? places.get('to') ?? 0;
  if (top === 'when') return when === undefined ? undefined : { row: when.row, column: column('when') };
  if (top !== 'fields') return undefined;
  const entry = typeof position === 'number' ? entries[position] : undefined;
  if (entry === undefined) return { row: 0, column: 0 };
  if (key !== 'examples') return { row: entry.row, column: column(key ?? 'to') };
  return { row: (typeof example === 'number' ? entry.examples[example]?.row : undefined) ?? entry.row, column: column(part ?? 'out') };
}

/** A cell that cannot be read seems to be empty, which needs no finding of its own. */
function withoutEchoes(linted: readonly SheetFinding[], read: readonly SheetFinding[]): readonly SheetFinding[] {
  const unread = new Set(read.map(({ address }) => address));
  return linted.filter(({ address }) => address === null || !unread.has(address));
}

function inOrder(findings: readonly SheetFinding[]): readonly SheetFinding[] {
  return findings.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function placeOf({ address }: SheetFinding): number {
  const [, letters = '', row = '0'] = /^([A-Z]+)(\d+)$/.exec(address ?? '') ?? [];
  return Number(row) * 1e6 + Number.parseInt(letters || '0', 36);
}
