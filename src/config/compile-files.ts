import type { FileObjectDefinition, FileReadDefinition, FilesSystemDefinition } from '../contracts/files-definition.js';
import { compileBase, compileState } from './compile-base.js';
import { durationMs } from './duration.js';
import { pointerTo } from './pointer.js';
import type { AuthorFiles } from './schema/files-schema.js';
import { withoutUndefined } from './without-undefined.js';

type AuthorFileObject = AuthorFiles['objects'][string];

/** compileFiles makes a system that gives and takes files of one that has been checked. */
export function compileFiles(author: AuthorFiles): FilesSystemDefinition {
  return withoutUndefined({
    ...compileBase(author),
    connector: author.connector,
    medium: 'files' as const,
    folder: author.folder,
    sftp: author.sftp && withoutUndefined(author.sftp),
    objects: Object.fromEntries(Object.entries(author.objects).map(([name, object]) => [name, compileObject(object)])),
  });
}

function compileObject(object: AuthorFileObject): FileObjectDefinition {
  const { read, write } = object;
  const changes = write?.kindColumn === undefined ? undefined : {};
  return withoutUndefined({
    id: pointerTo(object.id),
    idColumn: object.id,
    csv: { delimiter: object.delimiter, quote: object.quote, encoding: new TextDecoder(object.encoding).encoding },
    deleted: compileState(object.deleted),
    inactive: compileState(object.inactive),
    // A row has no time of its own: it is as new as its file.
    since: read === undefined ? undefined : { format: 'iso' as const, field: '', overlapMs: 0, safetyLagMs: 0 },
    isPartial: read?.full === undefined ? true : undefined,
    read: read && compileRead(read),
    write: write && withoutUndefined(write),
    // A file is named after the key of its rows, so that the same rows sent again are the same file.
    create: write && { isKeyed: true },
    update: changes,
    archive: changes && { fields: {} },
    delete: changes,
  });
}

function compileRead(read: NonNullable<AuthorFileObject['read']>): FileReadDefinition {
  return withoutUndefined({
    full: read.full,
    changes: read.changes,
    complete: read.marker === undefined ? { by: 'stable' as const, forMs: durationMs(read.stable) } : { by: 'marker' as const, suffix: read.marker },
    after: read.after,
    pageSize: read.pageSize,
  });
}
