import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';

/** duplicateNamesRule finds systems and syncs whose name another definition of the same kind has. */
export function duplicateNamesRule(sources: readonly DefinitionSource[]): readonly Finding[] {
  const first = new Map<string, DefinitionSource>();
  return sources.flatMap((source) => {
    if (source.kind === null || source.name === null) return [];
    const key = `${source.kind} ${source.name}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, source);
      return [];
    }
    const { line } = other.locate([source.kind]);
    const message = `the ${source.kind} '${source.name}' is defined already, at ${other.file}:${line}; give one of them another name`;
    return [findingAt(source, [source.kind], { type: 'duplicate-name', message })];
  });
}
