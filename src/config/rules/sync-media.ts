import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { parseObjectReference } from '../object-name.js';
import { connectorOf } from '../schema/system-kinds.js';
import { textAt, valueAt } from '../tolerant-access.js';
import { objectNames, type DefinitionIndex } from './definition-index.js';

/** syncMediaRule finds what a sync asks of files and mail servers that these cannot do at all. */
export function syncMediaRule(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  return [...endFindings(source, 'from', index), ...endFindings(source, 'to', index)];
}

function endFindings(source: DefinitionSource, key: 'from' | 'to', index: DefinitionIndex): readonly Finding[] {
  const end = parseObjectReference(textAt(source.value, [key]) ?? '');
  const system = end === undefined ? undefined : index.system(end.system);
  if (end === undefined || system === undefined || system.broken || !objectNames(system).includes(end.object)) return [];
  const name = `${end.system}.${end.object}`;
  const connector = connectorOf(system.value);
  if (connector === 'smtp') {
    return [findingAt(source, [key], { type: 'missing-operation', message: `${name} are messages, which cannot be kept in step with anything; have a handoff step create one` })];
  }
  if (connector !== 'files' || key === 'to') return [];
  if (valueAt(system.value, ['objects', end.object, 'read']) === undefined) {
    return [findingAt(source, [key], { type: 'missing-operation', message: `${name} has no 'read', so there is nothing to sync from; add it to the system '${end.system}'` })];
  }
  const onDelete = textAt(source.value, ['onDelete']);
  const isPartial = valueAt(system.value, ['objects', end.object, 'read', 'full']) === undefined;
  if (!isPartial || onDelete === undefined || onDelete === 'ignore') return [];
  return [findingAt(source, ['onDelete'], {
    type: 'no-effect', level: 'warning', message: `'onDelete: ${onDelete}' only acts on a 'deleted' condition: the files of ${name} hold what changed, so a record that is missing may be there all the same; name the files that hold everything under 'full'`,
  })];
}
