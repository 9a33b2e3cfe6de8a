import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { textAt } from '../tolerant-access.js';

/** channelsRule finds fallbacks that are no other channel, and a second definition of alerts. */
export function channelsRule(sources: readonly DefinitionSource[]): readonly Finding[] {
  const names = new Set(sources.flatMap(({ kind, name }) => (kind === 'channel' && name !== null ? [name] : [])));
  const [, ...more] = sources.filter(({ kind }) => kind === 'alerts');
  return [
    ...sources.filter(({ kind }) => kind === 'channel').flatMap((source) => {
      const fallback = textAt(source.value, ['fallback']);
      if (fallback === undefined || (names.has(fallback) && fallback !== source.name)) return [];
      return [findingAt(source, ['fallback'], { type: 'invalid-value', message: fallback === source.name ? 'a channel cannot stand in for itself' : `there is no channel '${fallback.slice(0, 80)}'` })];
    }),
    ...more.map((source) => findingAt(source, ['alerts'], { type: 'duplicate-name', message: 'there is another definition of alerts; a deployment has one' })),
  ];
}
