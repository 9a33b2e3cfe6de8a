import type { JsonObject } from '../contracts/json.js';
import type { WriteKind } from '../contracts/connector.js';
import type { WriteState } from '../contracts/ledger.js';
import type { Database } from './database.js';
import type { Intent } from './ledger.js';
import { storableJson } from './storable-json.js';

/** PlannedIntent is a planned write as it is stored; each names its own two objects, by short number and as `system.object`. */
export interface PlannedIntent extends Intent {
  readonly sourceObject: number;
  readonly targetObject: number;
  readonly from: string;
  readonly to: string;
  /** What became of it for good when the plan was applied; null where that is still to come. */
  readonly applied: Exclude<WriteState, 'planned' | 'sent' | 'not-executed'> | null;
}

interface PlannedRow {
  id: string;
  entity_id: string;
  source_object_id: number;
  source_id: string;
  source_version: string | null;
  object_id: number;
  external_id: string | null;
  kind: WriteKind;
  reason: string;
  before: JsonObject | null;
  after: JsonObject;
  fingerprint: string | null;
  expected_version: string | null;
  keeps: boolean;
  agrees: JsonObject | null;
  from: string;
  to: string;
  applied: PlannedIntent['applied'];
}

/** PlannedPage says which part of a plan's writes is read. */
export interface PlannedPage {
  /** Id of the last one read before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

// $1 the plan; `rows` says which of its writes.
const plannedQuery = (rows: string): string => `
  select i.id, i.entity_id, i.source_object_id, i.source_id, i.source_version, i.object_id, i.external_id, i.kind, i.reason, i.before, i.after,
    encode(i.fingerprint, 'hex') as fingerprint, i.expected_version, i.keeps, i.agrees, f.system || '.' || f.object as "from", t.system || '.' || t.object as "to",
    (select o.state from plan_writes p join outcomes o on o.write_id = p.write_id where p.planned_id = i.id and o.state <> 'not-executed' limit 1) as applied
  from (select * from intents where run_id = $1 and planned and ${rows}) i
  join objects f on f.id = i.source_object_id join objects t on t.id = i.object_id order by i.id`;

/** readPlanned is a part of a plan's writes, in the order in which they are applied. */
export async function readPlanned(database: Database, planId: string, { after, limit }: PlannedPage): Promise<PlannedIntent[]> {
  const { rows } = await database.pool.query<PlannedRow>(plannedQuery('($2::uuid is null or id > $2) order by id limit $3'), [planId, after ?? null, limit]);
  return rows.map(toPlanned);
}

/** plannedOf is all writes of a plan for some entities, in the order in which they are applied. */
export async function plannedOf(database: Database, planId: string, entityIds: readonly string[]): Promise<PlannedIntent[]> {
  if (entityIds.length === 0) return [];
  const { rows } = await database.pool.query<PlannedRow>(plannedQuery('entity_id = any($2::uuid[])'), [planId, entityIds]);
  return rows.map(toPlanned);
}

function toPlanned(row: PlannedRow): PlannedIntent {
  return {
    id: row.id, entityId: row.entity_id, sourceObject: row.source_object_id, sourceId: row.source_id, sourceVersion: row.source_version, targetObject: row.object_id,
    externalId: row.external_id, kind: row.kind, reason: row.reason, before: row.before, after: row.after, fingerprint: row.fingerprint, expectedVersion: row.expected_version,
    keeps: row.keeps, from: row.from, to: row.to, applied: row.applied, ...(row.agrees === null ? {} : { agrees: row.agrees }),
  };
}

/** ObjectPair is a source's and a target's object, by short number. */
export interface ObjectPair {
  readonly sourceObject: number;
  readonly targetObject: number;
}

/** plannedPairs is every pair of objects that a plan writes between. */
export async function plannedPairs(database: Database, planId: string): Promise<ObjectPair[]> {
  const { rows } = await database.pool.query<ObjectPair>('select distinct source_object_id as "sourceObject", object_id as "targetObject" from intents where run_id = $1 and planned order by 1, 2', [planId]);
  return rows;
}

/** noteWrites stores which writes planned writes are about to become; before the writes themselves, so that none can be without its plan. */
export async function noteWrites(database: Database, pairs: readonly { readonly plannedId: string; readonly writeId: string }[]): Promise<void> {
  if (pairs.length === 0) return;
  await database.pool.query(
    'insert into plan_writes (planned_id, write_id) select r."plannedId", r."writeId" from jsonb_to_recordset($1::jsonb) as r("plannedId" uuid, "writeId" uuid) on conflict do nothing',
    [storableJson(pairs)],
  );
}

/** forgetPlannedAfter drops the planned writes of an undo plan that lie beyond the place that it has reached. */
export async function forgetPlannedAfter(database: Database, planId: string, place: { readonly object: number; readonly id: string } | undefined): Promise<void> {
  await database.pool.query(
    `with gone as (delete from plan_refusals where run_id = $1 and ($2::smallint is null or (object_id, external_id collate "C") > ($2, $3)))
     delete from intents where run_id = $1 and planned and ($2::smallint is null or (object_id, external_id collate "C") > ($2, $3))`,
    [planId, place?.object ?? null, place?.id ?? null],
  );
}
