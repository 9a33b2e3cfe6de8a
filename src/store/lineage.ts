import type { Json, JsonObject } from '../contracts/json.js';
import type { ObjectReference } from '../contracts/sync-definition.js';
import { compileGetter, parseFieldPath } from '../domain/json-pointer.js';
import type { Database } from './database.js';
import { basesOf, linksOf, type RecordBase, type RecordLink, type RecordWrite } from './record-history.js';

/** FieldWrite is a write of the ledger, seen from one field of the record that was written. */
export interface FieldWrite extends Omit<RecordWrite, 'system' | 'object' | 'before' | 'after'> {
  readonly sourceSystem: string;
  readonly sourceObject: string;
  readonly sourceVersion: string | null;
  /** Who approved what the run did; null where nobody was asked. */
  readonly approvedBy: string | null;
  readonly before: Json;
  readonly after: Json;
}

/** FieldLineage is every value that a field of a record was given, and what else is known of the record. */
export interface FieldLineage {
  readonly entityId: string;
  /** Newest first; archiving and deleting the record are among them. */
  readonly writes: readonly FieldWrite[];
  readonly bases: readonly RecordBase[];
  readonly links: readonly RecordLink[];
}

type Row = Omit<FieldWrite, 'before' | 'after'> & { readonly before: JsonObject | null; readonly after: JsonObject };

const lineageText = `
  select w.id, s.name as sync, w.run_id as "runId", r.mode as "runMode", w.definition_version as "definitionVersion", o.system as "sourceSystem", o.object as "sourceObject",
    w.source_id as "sourceId", w.source_version as "sourceVersion", w.external_id as "externalId", w.kind, w.state, w.reason, w.before, w.after, w.message,
    w.intended_at as at, w.settled_at as "settledAt", r.approved_by as "approvedBy"
  from writes w join syncs s on s.id = w.sync_id join objects o on o.id = w.source_object_id left join runs r on r.id = w.run_id
  where w.entity_id = any(array(select known_as($1))) and w.object_id = $2 and (w.external_id = $3 or w.external_id is null) and w.state <> 'planned'
    and (w.after ? $4 or w.kind in ('archive', 'delete'))
  order by w.intended_at desc, w.id desc limit $5`;

/**
 * fieldLineage is every value that the ledger says a field of a record was given; undefined where the record is not
 * known. `field` is a name or a JSON Pointer. Throws FieldPathError for a malformed one.
 */
export async function fieldLineage(database: Database, record: ObjectReference & { readonly id: string }, field: string, limit: number): Promise<FieldLineage | undefined> {
  const [name = ''] = parseFieldPath(field);
  const { kysely } = database;
  const link = await kysely.selectFrom('links').innerJoin('objects', 'objects.id', 'links.object_id').select(['links.entity_id as entityId', 'links.object_id as objectNumber'])
    .where('objects.system', '=', record.system).where('objects.object', '=', record.object).where('links.external_id', '=', record.id).executeTakeFirst();
  if (link === undefined) return undefined;
  const [{ rows }, bases, links] = await Promise.all([
    database.pool.query<Row>(lineageText, [link.entityId, link.objectNumber, record.id, name, limit]),
    basesOf(database, link.entityId),
    linksOf(database, link.entityId),
  ]);
  const get = compileGetter(field);
  const concerned = rows.filter(({ kind, before, after }) => kind === 'archive' || kind === 'delete' || get(after) !== undefined || (before !== null && get(before) !== undefined));
  return {
    entityId: link.entityId, bases, links,
    writes: concerned.map((row) => ({ ...row, before: row.before === null ? null : (get(row.before) ?? null), after: get(row.after) ?? null })),
  };
}
