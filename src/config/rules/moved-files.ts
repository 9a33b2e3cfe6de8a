import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { parseObjectReference } from '../object-name.js';
import { connectorOf } from '../schema/system-kinds.js';
import { textAt } from '../tolerant-access.js';

/** movedFilesRule finds a second sync from files that are moved away once they were read: one of the two would miss some. */
export function movedFilesRule(sources: readonly DefinitionSource[]): readonly Finding[] {
  const first = new Map<string, string>();
  return sources.filter(({ kind }) => kind === 'sync').flatMap((source) => {
    const from = textAt(source.value, ['from']) ?? '';
    const reference = parseObjectReference(from);
    const system = sources.find(({ kind, name }) => kind === 'system' && name === reference?.system);
    if (reference === undefined || system === undefined || connectorOf(system.value) !== 'files') return [];
    if (textAt(system.value, ['objects', reference.object, 'read', 'after']) !== 'move') return [];
    const other = first.get(from);
    first.set(from, other ?? source.name ?? '');
    if (other === undefined) return [];
    return [findingAt(source, ['from'], { type: 'invalid-value', message: `the sync '${other}' reads ${from} as well, and its files are moved away once one of the two has read them; write 'after: keep'` })];
  });
}
