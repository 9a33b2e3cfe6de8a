import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { textAt, valueAt } from '../tolerant-access.js';
import { operationsOf } from './operations.js';

/** bodyRule finds bodies of reads that are not sent, and batches whose results could not be told apart. */
export function bodyRule(source: DefinitionSource): readonly Finding[] {
  return operationsOf(source.value).flatMap(({ kind, path }) => {
    if (kind === 'batch') {
      const nameless = ['trace', 'errors'].find((key) => valueAt(source.value, [...path, key]) !== undefined && textAt(source.value, [...path, 'key']) === undefined);
      return nameless === undefined ? [] : [findingAt(source, [...path, nameless], {
        type: 'missing-key', part: 'key', message: `'${nameless}' needs 'key': the field that an item and what comes back of it have in common`,
      })];
    }
    if ((kind !== 'list' && kind !== 'find') || valueAt(source.value, [...path, 'body']) === undefined || textAt(source.value, [...path, 'in']) === 'body') return [];
    return [findingAt(source, [...path, 'body'], { type: 'missing-key', part: 'key', message: "a body is only sent with 'in: body'; add it, or put what stands here into params" })];
  });
}
