import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { mappingAt } from '../tolerant-access.js';
import { operationsOf } from './operations.js';

/** operationMethodRule finds operations that have no method and path, or more than one. */
export function operationMethodRule(source: DefinitionSource): readonly Finding[] {
  return operationsOf(source.value).flatMap(({ path, kind, verbs, example }) => {
    const given = verbs.filter((verb) => Object.hasOwn(mappingAt(source.value, path), verb));
    if (given.length === 1) return [];
    return [given.length === 0 ? noMethod(source, path, kind, verbs, example) : twoMethods(source, path, kind, given)];
  });
}

function noMethod(source: DefinitionSource, path: DefinitionPath, kind: string, verbs: readonly string[], example: string): Finding {
  const message = `'${kind}' needs a method and a path, such as '${example}' (methods here: ${verbs.join(', ')})`;
  return findingAt(source, path, { type: 'operation-method', part: 'key', message });
}

function twoMethods(source: DefinitionSource, path: DefinitionPath, kind: string, given: readonly string[]): Finding {
  const message = `'${kind}' has ${given.length} methods (${given.join(', ')}); keep one`;
  return findingAt(source, [...path, given[1] ?? ''], { type: 'operation-method', part: 'key', message });
}
