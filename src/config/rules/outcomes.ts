import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { isMapping, listAt } from '../tolerant-access.js';

/** outcomeRule finds outcome rules that say for which answers they are in no way. */
export function outcomeRule(source: DefinitionSource): readonly Finding[] {
  return listAt(source.value, ['outcomes']).flatMap((rule, index) => {
    if (!isMapping(rule) || ['status', 'bodyContains', 'when'].some((key) => Object.hasOwn(rule, key))) return [];
    return [findingAt(source, ['outcomes', index], {
      type: 'missing-key', message: "an outcome rule needs 'status', 'bodyContains' or 'when'; this one would fit every answer",
    })];
  });
}
