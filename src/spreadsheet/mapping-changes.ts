import type { EntryEdit } from '../config/edit/sequence-edits.js';
import { isMapping, listAt, mappingAt, textAt, valueAt } from '../config/tolerant-access.js';
import { columnsFor, exampleKeys, impliedValues, type Column, type ColumnKey, type Ends } from './columns.js';
import type { SheetContent, SheetEntry, SheetExample } from './read-entries.js';

/** MappingChange is what a sheet changes of one target field; cells are shown as they stand in the sheet. */
export interface MappingChange {
  readonly field: string;
  readonly change: 'added' | 'changed' | 'removed';
  readonly keys: readonly { readonly key: string; readonly before: string; readonly after: string }[];
}

/** MappingEdit is what the YAML of a sync becomes. */
export interface MappingEdit {
  readonly fields: readonly EntryEdit[];
  readonly when: ReadonlyMap<string, unknown>;
  readonly changes: readonly MappingChange[];
  /** Whether mappings stand in another order. */
  readonly reordered: boolean;
}

/** compareMapping finds what a sheet changes of the sync in `value`, as it stands in YAML. What the sheet has no column for stays as it is. */
export function compareMapping(value: unknown, ends: Ends, content: SheetContent, places: ReadonlyMap<ColumnKey, number>): MappingEdit {
  const formats = new Map(columnsFor(ends).map(({ key, format }) => [key, format] as const));
  const present = listAt(value, ['fields']).map((field) => (isMapping(field) ? field : {}));
  const free = new Set(present.keys());
  const compared = content.entries.map((entry) => {
    const position = [...free].find((candidate) => present[candidate]?.['to'] === entry.keys.get('to'));
    if (position !== undefined) free.delete(position);
    return compareEntry(position, position === undefined ? {} : (present[position] ?? {}), entry, formats, places);
  });
  const removed = [...free].map((position): MappingChange => ({ field: textAt(present[position], ['to']) ?? '', change: 'removed', keys: [] }));
  const kept = compared.flatMap(({ edit }) => (edit.kind === 'kept' ? [edit.position] : []));
  return {
    fields: compared.map(({ edit }) => edit),
    when: changedTimes(value, content, formats.get('when')),
    changes: [...compared.flatMap(({ change }) => change ?? []), ...removed],
    reordered: kept.some((position, index) => position < (kept[index - 1] ?? 0)),
  };
}

function compareEntry(
  position: number | undefined, present: Readonly<Record<string, unknown>>, entry: SheetEntry, formats: ReadonlyMap<ColumnKey, Column['format']>, places: ReadonlyMap<ColumnKey, number>,
): { readonly edit: EntryEdit; readonly change: MappingChange | undefined } {
  const changes = new Map<string, unknown>();
  const keys: { key: string; before: string; after: string }[] = [];
  for (const [key, value] of entry.keys) {
    const format = formats.get(key);
    const implied = impliedValues[key];
    const before = format?.write(present[key] === undefined ? implied : present[key]) ?? '';
    const after = format?.write(value === undefined ? implied : value) ?? '';
    if (before === after) continue;
    changes.set(key, value === implied ? undefined : scalarOfOne(key, value));
    keys.push({ key, before, after });
  }
  if (places.has('out')) {
    const examples = examplesOf(entry.examples, listAt(present, ['examples']));
    const write = (list: readonly unknown[]): string => JSON.stringify(list.map((example) => exampleKeys.map((key) => formats.get(key)?.write(valueAt(example, [key])))));
    const before = listAt(present, ['examples']);
    if (write(before) !== write(examples)) {
      changes.set('examples', examples.length === 0 ? undefined : examples);
      keys.push({ key: 'examples', before: write(before), after: write(examples) });
    }
  }
  const value = Object.fromEntries(Object.entries({ ...present, ...Object.fromEntries(changes) }).filter(([, part]) => part !== undefined));
  const field = textAt(value, ['to']) ?? '';
  if (position === undefined) return { edit: { kind: 'new', value }, change: { field, change: 'added', keys } };
  return { edit: { kind: 'kept', position, changes, value }, change: keys.length === 0 ? undefined : { field, change: 'changed', keys } };
}

/** One source field is written without a list. */
function scalarOfOne(key: string, value: unknown): unknown {
  return key === 'from' && Array.isArray(value) && value.length === 1 ? value[0] as unknown : value;
}

function examplesOf(examples: readonly SheetExample[], present: readonly unknown[]): readonly Readonly<Record<string, unknown>>[] {
  return examples.map(({ parts }, index) => {
    // Without its column, what a present example has beside stays.
    const others = exampleKeys.filter((key) => !parts.has(key)).map((key) => [key, valueAt(present[index], [key])] as const);
    const all = new Map([...parts, ...others]);
    return Object.fromEntries((['in', 'with', 'out'] as const).map((key) => [key, all.get(key)] as const).filter(([, part]) => part !== undefined));
  });
}

function changedTimes(value: unknown, { when }: SheetContent, format: Column['format'] | undefined): ReadonlyMap<string, unknown> {
  const present = mappingAt(value, ['when']);
  if (when === undefined || format?.write(present) === format?.write(when.value)) return new Map();
  const next = mappingAt(when.value, []);
  const keys = ['realtime', 'every', 'fullRead'].filter((key) => (present[key] ?? false) !== (next[key] ?? false));
  return new Map(keys.map((key) => [key, next[key]] as const));
}
