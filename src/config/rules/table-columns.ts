import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { didYouMean } from '../suggestion.js';
import { listAt, mappingAt, textAt, valueAt } from '../tolerant-access.js';

/** tableColumnsRule finds columns that a table names and does not list in its `columns`. */
export function tableColumnsRule(source: DefinitionSource): readonly Finding[] {
  return Object.keys(mappingAt(source.value, ['objects'])).flatMap((object) => {
    const base = ['objects', object];
    const columns = listAt(source.value, [...base, 'columns']).filter((column) => typeof column === 'string');
    if (columns.length === 0) return [];
    const named: readonly DefinitionPath[] = [
      ...(['id', 'version', 'created'] as const).filter((key) => valueAt(source.value, [...base, key]) !== undefined).map((key) => [...base, key]),
      [...base, 'since', 'column'],
      ...listAt(source.value, [...base, 'find']).map((_column, index) => [...base, 'find', index]),
    ];
    const missing = named.flatMap((path) => unlisted(source, path, textAt(source.value, path), columns));
    const keys = [...base, 'archive', 'fields'];
    const archived = Object.keys(mappingAt(source.value, keys)).flatMap((column) => unlisted(source, [...keys, column], column, columns, 'key'));
    const noId = valueAt(source.value, [...base, 'id']) === undefined && !columns.includes('id')
      ? [findingAt(source, [...base, 'columns'], { type: 'missing-key', part: 'key', message: "'columns' does not have the id; add 'id' to it, or name the column of the id with 'id:'" })] : [];
    return [...missing, ...archived, ...noId, ...unkeyed(source, base)];
  });
}

function unlisted(source: DefinitionSource, path: DefinitionPath, column: string | undefined, columns: readonly string[], part: 'key' | 'value' = 'value'): readonly Finding[] {
  if (column === undefined || columns.includes(column)) return [];
  return [findingAt(source, path, { type: 'invalid-value', part, message: `'${column}' is not among the 'columns'${didYouMean(column, columns)}; add it there` })];
}

/** Without a version, two writers may write over one another without noticing. */
function unkeyed(source: DefinitionSource, base: DefinitionPath): readonly Finding[] {
  if (valueAt(source.value, [...base, 'update']) === undefined || valueAt(source.value, [...base, 'version']) !== undefined) return [];
  return [findingAt(source, [...base, 'update'], {
    type: 'no-effect', level: 'warning', part: 'key', message: "without 'version', a change that somebody else makes at the same moment is written over; name a column that changes with each change",
  })];
}
