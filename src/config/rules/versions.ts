import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { valueAt } from '../tolerant-access.js';
import { operationsOf } from './operations.js';

/** versionRule finds operations that send an expected version of objects that have none. */
export function versionRule(source: DefinitionSource): readonly Finding[] {
  return operationsOf(source.value).flatMap(({ object, path }) => {
    const header = [...path, 'versionHeader'];
    if (valueAt(source.value, header) === undefined || valueAt(source.value, ['objects', object, 'version']) !== undefined) return [];
    const message = `'versionHeader' sends the version of a record, but '${object}' has no 'version'; add the JSON Pointer of it`;
    return [findingAt(source, header, { type: 'missing-key', part: 'key', message })];
  });
}
