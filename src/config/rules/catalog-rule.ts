import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { didYouMean } from '../suggestion.js';
import { textAt, valueAt } from '../tolerant-access.js';
import { objectNames } from './definition-index.js';

/** isListed says whether a system is listed in the catalogue only. */
export function isListed(source: DefinitionSource): boolean {
  return source.kind === 'system' && valueAt(source.value, ['listed']) === true;
}

/** catalogRule finds data in the catalogue that is said to be in an object which the system does not have. */
export function catalogRule(source: DefinitionSource): readonly Finding[] {
  const holds = valueAt(source.value, ['catalog', 'holds']);
  if (!Array.isArray(holds)) return [];
  const objects = objectNames(source);
  return holds.flatMap((_, index): readonly Finding[] => {
    const path = ['catalog', 'holds', index, 'object'];
    const object = textAt(source.value, path);
    if (object === undefined || objects.includes(object)) return [];
    const message = isListed(source) ? `a system that is only listed has no objects; leave 'object' out` : `the system has no object '${object}'${didYouMean(object, objects)}`;
    return [findingAt(source, path, { type: 'unknown-object', message })];
  });
}
