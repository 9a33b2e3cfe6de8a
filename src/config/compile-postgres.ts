import type { PostgresSystemDefinition, TableDefinition } from '../contracts/postgres-definition.js';
import { compileBase, compileState } from './compile-base.js';
import { durationMs } from './duration.js';
import { pointerTo } from './pointer.js';
import type { AuthorPostgres } from './schema/postgres-schema.js';
import { withoutUndefined } from './without-undefined.js';

type AuthorTable = AuthorPostgres['objects'][string];

/** compilePostgres makes a PostgreSQL system that runs of one that has been checked. */
export function compilePostgres(author: AuthorPostgres): PostgresSystemDefinition {
  return withoutUndefined({
    ...compileBase(author),
    connector: author.connector,
    medium: 'postgres' as const,
    connection: author.connection,
    ca: author.ca,
    objects: Object.fromEntries(Object.entries(author.objects).map(([name, table]) => [name, compileTable(table)])),
  });
}

function compileTable(table: AuthorTable): TableDefinition {
  const { since, version, create, archive } = table;
  return withoutUndefined({
    table: tableName(table.table),
    columns: table.columns,
    idColumn: table.id,
    id: pointerTo(table.id),
    versionColumn: version,
    version: version === undefined ? undefined : pointerTo(version),
    created: table.created === undefined ? undefined : pointerTo(table.created),
    updatedColumn: since?.column,
    since: since && { format: 'iso' as const, field: pointerTo(since.column), overlapMs: durationMs(since.overlap), safetyLagMs: durationMs(since.safetyLag) },
    pageSize: table.pageSize,
    batch: table.batch,
    touch: table.touch,
    increment: table.increment,
    deleted: compileState(table.deleted),
    inactive: compileState(table.inactive),
    get: {},
    find: table.find.length === 0 ? undefined : { by: Object.fromEntries(table.find.map((column) => [column, {}])) },
    create: create && (create.key === undefined ? {} : { isKeyed: true, keyColumn: create.key }),
    update: table.update && { checksVersion: version !== undefined },
    archive: archive && withoutUndefined({ fields: archive.fields, restore: archive.restore }),
    delete: table.delete,
  });
}

function tableName(text: string): TableDefinition['table'] {
  const [schema, table] = text.split('.');
  return table === undefined ? [text] : [schema ?? '', table];
}
