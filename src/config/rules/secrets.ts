import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { hardCodedSecret, holdsReference, isCredentialName } from '../schema/credential.js';
import { mappingAt } from '../tolerant-access.js';
import { operationsOf } from './operations.js';

/** secretRule finds headers and query parameters that look like credentials and stand in the file as they are. */
export function secretRule(source: DefinitionSource): readonly Finding[] {
  const lists = operationsOf(source.value).filter((operation) => operation.kind === 'list').map((operation) => [...operation.path, 'params']);
  return [['headers'], ...lists].flatMap((path) => plainSecrets(source, path));
}

function plainSecrets(source: DefinitionSource, path: DefinitionPath): readonly Finding[] {
  const what = path[0] === 'headers' ? 'header' : 'parameter';
  return Object.entries(mappingAt(source.value, path))
    .filter(([name, value]) => isCredentialName(name) && typeof value === 'string' && value !== '' && !holdsReference(value))
    .map(([name]) => findingAt(source, [...path, name], { type: 'hard-coded-secret', message: hardCodedSecret(`the ${what} '${name}'`) }));
}
