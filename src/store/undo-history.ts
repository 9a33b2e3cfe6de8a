import type { UndoScope } from '../contracts/plan.js';
import type { WriteKind } from '../contracts/connector.js';
import type { JsonObject } from '../contracts/json.js';
import type { Database } from './database.js';

/** WrittenRecord is a record of a target with the acknowledged writes to it that are to be undone, oldest first. */
export interface WrittenRecord {
  readonly targetObject: number;
  readonly externalId: string;
  /** `system.object` of the target. */
  readonly to: string;
  /** The source record and the entity of the newest of the writes. */
  readonly sourceObject: number;
  readonly sourceId: string;
  readonly entityId: string;
  readonly writes: readonly { readonly kind: WriteKind; readonly before: JsonObject | null; readonly after: JsonObject }[];
}

/** UndoQuery is an undo's scope with its names looked up. */
export interface UndoQuery {
  readonly runId: string | null;
  readonly syncNumber: number;
  readonly sinceMs: number | null;
  readonly record: { readonly object: number; readonly id: string } | null;
}

// $1 run, $2 sync, $3 since, $4 and $5 record
const inScope = `
  i.sync_id = $2 and not i.planned and o.state = 'acknowledged' and ($1::uuid is null or i.run_id = $1)
  and ($3::bigint is null or i.intended_at >= to_timestamp($3::double precision / 1000))
  and ($4::smallint is null or i.entity_id = any(array(select known_as(entity_id) from links where object_id = $4 and external_id = $5))
    and ((i.object_id = $4 and coalesce(o.external_id, i.external_id) = $5) or (i.source_object_id = $4 and i.source_id = $5)))`;

// What the entity that a write was meant for has been joined into since; pairs keep theirs.
const entityNow = 'case when l.entity_id <> i.entity_id and i.entity_id in (select known_as(l.entity_id)) then l.entity_id else i.entity_id end';

interface WrittenRow {
  object_id: number;
  external_id: string;
  to: string;
  source_object_id: number;
  source_id: string;
  entity_id: string;
  writes: WrittenRecord['writes'];
}

/** nextWritten is the next part of the records that were written to in a scope, in the order of their objects and ids. */
export async function nextWritten(database: Database, query: UndoQuery, after: { readonly object: number; readonly id: string } | undefined, limit: number): Promise<WrittenRecord[]> {
  const { rows } = await database.pool.query<WrittenRow>(
    `with written as (
       select i.object_id, coalesce(o.external_id, i.external_id) collate "C" as external_id, i.id
       from intents i join outcomes o on o.write_id = i.id
       where ${inScope} and ($6::smallint is null or (i.object_id, coalesce(o.external_id, i.external_id) collate "C") > ($6, $7))
     ), part as (select distinct object_id, external_id from written order by 1, 2 limit $8)
     select w.object_id, w.external_id, t.system || '.' || t.object as "to",
       (array_agg(i.source_object_id order by i.intended_at desc, i.id desc))[1] as source_object_id, (array_agg(i.source_id order by i.intended_at desc, i.id desc))[1] as source_id,
       (array_agg(${entityNow} order by i.intended_at desc, i.id desc))[1] as entity_id,
       jsonb_agg(jsonb_build_object('kind', i.kind, 'before', i.before, 'after', i.after) order by i.intended_at, i.id) as writes
     from part p join written w on w.object_id = p.object_id and w.external_id = p.external_id join intents i on i.id = w.id join objects t on t.id = w.object_id
     left join links l on i.agrees is null and l.object_id = w.object_id and l.external_id = w.external_id
     group by w.object_id, w.external_id, t.system, t.object order by w.object_id, w.external_id`,
    [...values(query), after?.object ?? null, after?.id ?? null, limit],
  );
  return rows.map((row) => ({
    targetObject: row.object_id, externalId: row.external_id, to: row.to, sourceObject: row.source_object_id, sourceId: row.source_id, entityId: row.entity_id, writes: row.writes,
  }));
}

/** countWritten is how many acknowledged writes there are in a scope. */
export async function countWritten(database: Database, query: UndoQuery): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(`select count(*) as count from intents i join outcomes o on o.write_id = i.id where ${inScope}`, values(query));
  return rows[0]?.count ?? 0;
}

/** wroteBothWays says whether any write in a scope was made by a sync in both directions. */
export async function wroteBothWays(database: Database, query: UndoQuery): Promise<boolean> {
  const { rows } = await database.pool.query(`select 1 from intents i join outcomes o on o.write_id = i.id where ${inScope} and i.agrees is not null limit 1`, values(query));
  return rows.length > 0;
}

function values({ runId, syncNumber, sinceMs, record }: UndoQuery): unknown[] {
  return [runId, syncNumber, sinceMs, record?.object ?? null, record?.id ?? null];
}

/** syncsThatWrote is the names of the syncs that have written to a record, or because of it. */
export async function syncsThatWrote(database: Database, record: NonNullable<UndoScope['record']>): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select distinct s.name from objects b join links l on l.object_id = b.id and l.external_id = $3 join intents i on i.entity_id = any(array(select known_as(l.entity_id))) and not i.planned
       join outcomes o on o.write_id = i.id and o.state = 'acknowledged' join syncs s on s.id = i.sync_id
     where b.system = $1 and b.object = $2
       and ((i.object_id = b.id and coalesce(o.external_id, i.external_id) = $3) or (i.source_object_id = b.id and i.source_id = $3)) order by s.name`,
    [record.system, record.object, record.id],
  );
  return rows.map(({ name }) => name);
}

/** BasePrint is what a sync last agreed on for an entity: the state, and the source's fingerprint in hex. */
export interface BasePrint {
  readonly state: 'live' | 'removed' | 'unlinked' | 'kept';
  readonly fingerprint: string | null;
}

/** basePrints is the bases of entities, by entity. */
export async function basePrints(database: Database, syncNumber: number, entityIds: readonly string[]): Promise<ReadonlyMap<string, BasePrint>> {
  const { rows } = await database.pool.query<BasePrint & { entityId: string }>(
    `select entity_id as "entityId", state, encode(fingerprint, 'hex') as fingerprint from bases where sync_id = $1 and entity_id = any($2::uuid[])`, [syncNumber, entityIds]);
  return new Map(rows.map((row) => [row.entityId, row]));
}
