import type { JsonObject } from '../contracts/json.js';
import type { ReconcileSide, StagedStatus } from '../contracts/reconciliation.js';
import { execute, type Database } from './database.js';
import { withJoined } from './entity-joins.js';
import { storableJson } from './storable-json.js';

/** StagedRecord is what is kept of a record while both sides are compared. */
export interface StagedRecord {
  readonly id: string;
  readonly status: StagedStatus;
  /** Hex; null where there are no values. */
  readonly fingerprint: string | null;
  /** Strong keys as `kind` and `value` with a line break between, strongest first. */
  readonly keys: readonly string[];
  readonly updatedMs: number | null;
  readonly version: string | null;
  /** Whether an older definition, with which the base was written, explains why it differs from it. */
  readonly remapped: boolean;
  /** Null where they are those of the base, as the fingerprint tells. */
  readonly values: JsonObject | null;
}

const stageStatement = {
  name: 'reconciliation-stage',
  text: `
    insert into reconciliation_records (reconciliation_id, side, external_id, status, fingerprint, keys, updated_ms, version, remapped, "values")
    select $1, $2, r.i, r.s, decode(r.f, 'hex'), array(select jsonb_array_elements_text(r.k)), r.u, r.v, coalesce(r.m, false), r.d
    from jsonb_to_recordset($3::jsonb) as r(i text, s text, f text, k jsonb, u bigint, v text, m boolean, d jsonb)
    on conflict (reconciliation_id, side, external_id) do update set status = excluded.status, fingerprint = excluded.fingerprint, keys = excluded.keys,
      updated_ms = excluded.updated_ms, version = excluded.version, remapped = excluded.remapped, "values" = excluded."values"`,
};

/** stageRecords keeps records of one side; of one that comes twice, the later. */
export async function stageRecords(database: Database, reconciliationId: string, side: ReconcileSide, records: readonly StagedRecord[]): Promise<void> {
  if (records.length === 0) return;
  const newest = [...new Map(records.map((record) => [record.id, record])).values()];
  const rows = newest.map(({ id, status, fingerprint, keys, updatedMs, version, remapped, values }) => ({
    i: id, s: status, f: fingerprint ?? undefined, k: keys, u: updatedMs ?? undefined, v: version ?? undefined, m: remapped || undefined, d: values ?? undefined,
  }));
  await execute(database, stageStatement, [reconciliationId, side, storableJson(rows)]);
}

/** forgetSide drops what was read of one side, so that it can be read anew. */
export async function forgetSide(database: Database, reconciliationId: string, side: ReconcileSide): Promise<void> {
  await database.pool.query('delete from reconciliation_records where reconciliation_id = $1 and side = $2', [reconciliationId, side]);
}

/** KnownBase is the base that a record shares with its counterpart. */
export interface KnownBase {
  readonly id: string;
  readonly entityId: string;
  /** Hex; null where it was not written by this sync. */
  readonly fingerprint: string | null;
}

const basesStatement = {
  name: 'reconciliation-bases',
  text: `
    select i.id, l.entity_id as "entityId", encode(b.fingerprint, 'hex') as fingerprint
    from unnest($1::text[]) as i(id)
    cross join lateral (select entity_id from links where object_id = $2 and external_id = i.id and state in ('live', 'missing') offset 0) l
    cross join lateral (select fingerprint from bases where sync_id = $3 and entity_id = l.entity_id offset 0) b`,
};

/** knownBases finds the bases of a sync for records of an object. */
export async function knownBases(database: Database, syncNumber: number, objectNumber: number, ids: readonly string[]): Promise<Map<string, KnownBase>> {
  const rows = await execute<KnownBase & Record<string, unknown>>(database, basesStatement, [ids, objectNumber, syncNumber]);
  return new Map(rows.map((row) => [row.id, row]));
}

const versionsStatement = {
  name: 'reconciliation-base-versions',
  text: `
    select i.id as "entityId", coalesce(w.definition_version, r.definition_version) as version
    from unnest($1::uuid[]) as i(id)
    left join lateral (
      select i2.definition_version from intents i2 join outcomes o on o.write_id = i2.id and o.state = 'acknowledged'
      where i2.entity_id = any(${withJoined('i.id')}) and i2.sync_id = $2 and i2.kind in ('create', 'update') order by i2.id desc limit 1 offset 0) w on true
    left join lateral (
      select runs.definition_version from links l join runs on runs.id = l.run_id and runs.sync_id = $2
      where l.entity_id = i.id and l.object_id = $3 and l.state in ('live', 'missing') limit 1 offset 0) r on true
    where coalesce(w.definition_version, r.definition_version) is not null`,
};

/** baseVersions finds with which version of its definition a sync last wrote each entity, or last found both sides to agree. */
export async function baseVersions(database: Database, syncNumber: number, sourceObject: number, entityIds: readonly string[]): Promise<Map<string, number>> {
  if (entityIds.length === 0) return new Map();
  const rows = await execute<{ entityId: string; version: number }>(database, versionsStatement, [entityIds, syncNumber, sourceObject]);
  return new Map(rows.map((row) => [row.entityId, row.version]));
}
