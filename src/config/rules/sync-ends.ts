import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { parseObjectReference } from '../object-name.js';
import { didYouMean } from '../suggestion.js';
import { textAt } from '../tolerant-access.js';
import { isListed } from './catalog-rule.js';
import { objectNames, type DefinitionIndex } from './definition-index.js';

/** syncEndsRule finds a `from` or `to` that names no known system or object, or the same object twice. */
export function syncEndsRule(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  const findings = ['from', 'to'].flatMap((key) => endFindings(source, key, index));
  const to = textAt(source.value, ['to']);
  if (to === undefined || to !== textAt(source.value, ['from'])) return findings;
  return [...findings, findingAt(source, ['to'], { type: 'invalid-value', message: `'from' and 'to' are both ${to}; a sync needs two different objects` })];
}

/** endFindings finds a reference that names no known system or object; `within` is where its key stands. */
export function endFindings(source: DefinitionSource, key: string, index: DefinitionIndex, within: DefinitionPath = []): readonly Finding[] {
  const path = [...within, key];
  const reference = parseObjectReference(textAt(source.value, path) ?? '');
  if (reference === undefined) return [];
  const system = index.system(reference.system);
  if (system === undefined) {
    if (index.incomplete) return [];
    const message = `unknown system '${reference.system}'${didYouMean(reference.system, index.systemNames)}`;
    return [findingAt(source, path, { type: 'unknown-system', message })];
  }
  if (isListed(system)) {
    const message = `the system '${reference.system}' is only listed in the catalogue; connect it first (see docs/connect.md)`;
    return [findingAt(source, path, { type: 'unknown-object', message })];
  }
  const objects = objectNames(system);
  if (system.broken || objects.includes(reference.object)) return [];
  const message = `the system '${reference.system}' has no object '${reference.object}'${didYouMean(reference.object, objects)}`;
  return [findingAt(source, path, { type: 'unknown-object', message, offset: reference.system.length + 1 })];
}
