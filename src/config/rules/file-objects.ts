import { isAbsolute } from 'node:path';
import { findingAt, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { isMapping, listAt, mappingAt, textAt, valueAt } from '../tolerant-access.js';
import { holdsReference } from '../schema/credential.js';

/** fileObjectsRule finds objects of files that cannot be read or written as they are described. */
export function fileObjectsRule(source: DefinitionSource): readonly Finding[] {
  const { value } = source;
  const folder = textAt(value, ['folder']);
  const sftp = valueAt(value, ['sftp']);
  return [
    ...(folder !== undefined && sftp === undefined && !isAbsolute(folder) && !holdsReference(folder)
      ? [findingAt(source, ['folder'], { type: 'invalid-path', message: "the folder must begin with '/': each process would look for it in another place" })] : []),
    ...(isMapping(sftp) && sftp['password'] === undefined && sftp['privateKey'] === undefined
      ? [findingAt(source, ['sftp'], { type: 'missing-key', part: 'key', message: "'sftp' needs a 'password' or a 'privateKey'" })] : []),
    ...Object.keys(mappingAt(value, ['objects'])).flatMap((object) => objectFindings(source, object)),
  ];
}

function objectFindings(source: DefinitionSource, object: string): readonly Finding[] {
  const base = ['objects', object];
  const found = mappingAt(source.value, base);
  const read = found['read'];
  const write = found['write'];
  const columns = listAt(source.value, [...base, 'write', 'columns']);
  const id = typeof found['id'] === 'string' ? found['id'] : 'id';
  return [
    ...(read === undefined && write === undefined ? [findingAt(source, base, { type: 'missing-key', part: 'key', message: `'${object}' needs 'read', 'write' or both` })] : []),
    ...(isMapping(read) && read['full'] === undefined && read['changes'] === undefined
      ? [findingAt(source, [...base, 'read'], { type: 'missing-key', part: 'key', message: "'read' needs 'full', 'changes' or both: the names of the files" })] : []),
    ...(isMapping(write) && columns.length > 0 && !columns.includes(id)
      ? [findingAt(source, [...base, 'write', 'columns'], { type: 'missing-key', message: `the columns lack the id '${id}'; add it, or name its column with 'id:'` })] : []),
    ...(isMapping(write) && typeof write['kindColumn'] === 'string' && columns.includes(write['kindColumn'])
      ? [findingAt(source, [...base, 'write', 'kindColumn'], { type: 'invalid-value', message: "the column is among 'columns' as well; it is added by itself, so take it out there" })] : []),
  ];
}
