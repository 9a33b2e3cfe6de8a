import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { didYouMean } from '../suggestion.js';
import { systemKinds } from '../schema/system-kinds.js';
import { textAt } from '../tolerant-access.js';

/** connectorRule finds a connector that is none; nothing else can then be said of the definition. */
export function connectorRule(source: DefinitionSource): readonly Finding[] {
  const named = textAt(source.value, ['connector']);
  if (named === undefined || Object.hasOwn(systemKinds, named)) return [];
  return [findingAt(source, ['connector'], { type: 'invalid-value', message: `unknown connector '${named.slice(0, 60)}'${didYouMean(named, Object.keys(systemKinds))}` })];
}
