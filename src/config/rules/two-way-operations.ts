import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding, FindingLevel } from '../finding.js';
import { parseObjectReference } from '../object-name.js';
import { isMapping, listAt, textAt } from '../tolerant-access.js';
import { hasPart, type DefinitionIndex } from './definition-index.js';

/** twoWayOperationsRule finds what a two-way sync has to do at its source that the source's definition does not say how to do. */
export function twoWayOperationsRule(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  const from = parseObjectReference(textAt(source.value, ['from']) ?? '');
  const back = listAt(source.value, ['fields']).findIndex((mapping) => isMapping(mapping) && (mapping['direction'] === 'both' || mapping['direction'] === 'back'));
  if (from === undefined || back === -1) return [];
  const system = index.system(from.system);
  const name = `${from.system}.${from.object}`;
  const findings: Finding[] = [];
  const lacks = (part: string, path: DefinitionPath, message: string, level: FindingLevel = 'error'): void => {
    if (hasPart(system, from.object, part) === false) findings.push(findingAt(source, path, { type: 'missing-operation', level, message }));
  };
  lacks('update', ['fields', back, 'direction'], `changes are to flow back to ${name}, which has no 'update'; add it to the system '${from.system}', or make all fields 'direction: forward'`);
  if (textAt(source.value, ['creates']) === 'both') {
    lacks('create', ['creates'], `'creates: both' needs a 'create' operation of ${name}; add it to the system '${from.system}', or write 'creates: forward'`);
    if (hasPart(system, from.object, 'create') === true && hasPart(system, from.object, 'find') === false && ['idempotencyHeader', 'upsert'].every((key) => hasPart(system, from.object, 'create', key) === false)) {
      findings.push(findingAt(source, ['creates'], {
        type: 'no-probe', level: 'warning',
        message: `${name} has neither 'find' nor an idempotencyHeader of 'create': a create whose answer is lost cannot be checked and waits for a person`,
      }));
    }
  }
  const gone = textAt(source.value, ['onTargetDelete']);
  if (gone === 'archive' || gone === 'delete') {
    lacks(gone, ['onTargetDelete'], `'onTargetDelete: ${gone}' needs ${gone === 'archive' ? 'an' : 'a'} '${gone}' operation of ${name}; add it to the system '${from.system}', or write 'onTargetDelete: ignore'`);
  }
  return findings;
}
