import type pg from 'pg';
import type { JsonObject } from '../contracts/json.js';
import type { DifferenceCause, DifferenceKind, LastWriter, ReconcileSide, ReconciliationCounts } from '../contracts/reconciliation.js';
import type { Database } from './database.js';
import { storableJson } from './storable-json.js';

/** NewDifference is a difference that was found. */
export interface NewDifference {
  readonly number: number;
  readonly kind: DifferenceKind;
  readonly cause: DifferenceCause;
  /** A sentence for people. */
  readonly detail: string;
  readonly sourceId: string | null;
  readonly targetId: string | null;
  /** For a duplicate, its side and the record of that side that it repeats. */
  readonly duplicateSide: ReconcileSide | null;
  readonly duplicateOf: string | null;
  /** Target fields that differ. */
  readonly fields: readonly string[];
  /** Mapped values of both sides; null where there is no record, or no values. */
  readonly sourceValues: JsonObject | null;
  readonly targetValues: JsonObject | null;
  readonly lastWriter: LastWriter;
  readonly lastWriteId: string | null;
  /** Epoch milliseconds; null where nothing tells: then it is as old as its first report. */
  readonly sinceMs: number | null;
  /** Whether both records were read again before it was reported. */
  readonly confirmed: boolean;
}

/** Difference is a stored difference. */
export interface Difference extends Omit<NewDifference, 'sinceMs'> {
  readonly since: Date;
}

/** addDifferences stores differences; one of a number that is there already is replaced. What no time tells is as old as the report that first had it. */
export async function addDifferences(database: Database, reconciliationId: string, differences: readonly NewDifference[]): Promise<void> {
  if (differences.length === 0) return;
  const rows = differences.map((d) => ({
    n: d.number, kind: d.kind, cause: d.cause, detail: d.detail, s: d.sourceId, t: d.targetId, ds: d.duplicateSide, dof: d.duplicateOf, f: d.fields,
    sv: d.sourceValues, tv: d.targetValues, w: d.lastWriter, wid: d.lastWriteId, since: d.sinceMs, c: d.confirmed,
  }));
  await database.pool.query(
    `with me as (select sync_id, started_at from reconciliations where id = $1),
     former as (select r.id from reconciliations r, me where r.sync_id = me.sync_id and r.state = 'succeeded' and r.started_at < me.started_at order by r.started_at desc limit 1)
     insert into reconciliation_differences (reconciliation_id, number, kind, cause, detail, source_id, target_id, duplicate_side, duplicate_of, fields,
       source_values, target_values, last_writer, last_write_id, since, confirmed)
     select $1, r.n, r.kind, r.cause, r.detail, r.s, r.t, r.ds, r.dof, array(select jsonb_array_elements_text(r.f)), nullif(r.sv, 'null'), nullif(r.tv, 'null'), r.w, r.wid,
       coalesce(to_timestamp(r.since / 1000.0), (
         select d.since from reconciliation_differences d, former
         where d.reconciliation_id = former.id and d.kind = r.kind and d.source_id is not distinct from r.s and d.target_id is not distinct from r.t limit 1), (select started_at from me)),
       r.c
     from jsonb_to_recordset($2::jsonb) as r(n integer, kind text, cause text, detail text, s text, t text, ds text, dof text, f jsonb, sv jsonb, tv jsonb, w text, wid uuid, since bigint, c boolean)
     on conflict (reconciliation_id, number) do update set kind = excluded.kind, cause = excluded.cause, detail = excluded.detail, fields = excluded.fields,
       source_values = excluded.source_values, target_values = excluded.target_values, last_writer = excluded.last_writer, confirmed = excluded.confirmed`,
    [reconciliationId, storableJson(rows)],
  );
}

/** forgetDifferences drops what a comparison has found, so that it can begin anew. */
export async function forgetDifferences(database: Database, reconciliationId: string): Promise<void> {
  await database.pool.query('delete from reconciliation_differences where reconciliation_id = $1', [reconciliationId]);
}

/** differencesAfter is the next part of the differences, in the order of their numbers. */
export async function differencesAfter(database: Database, reconciliationId: string, after: number, limit: number): Promise<Difference[]> {
  const { rows } = await database.pool.query<Difference & pg.QueryResultRow>(
    `select number, kind, cause, detail, source_id as "sourceId", target_id as "targetId", duplicate_side as "duplicateSide", duplicate_of as "duplicateOf", fields,
       source_values as "sourceValues", target_values as "targetValues", last_writer as "lastWriter", last_write_id as "lastWriteId", since, confirmed
     from reconciliation_differences where reconciliation_id = $1 and number > $2 order by number limit $3`,
    [reconciliationId, after, limit],
  );
  return rows;
}

/** DifferenceGroup is how many differences share kind and cause. */
export interface DifferenceGroup {
  readonly kind: DifferenceKind;
  readonly cause: DifferenceCause;
  readonly count: number;
  /** Since when the oldest of them has been known. */
  readonly oldest: Date;
}

/** differenceGroups counts differences by kind and cause, the most frequent first. */
export async function differenceGroups(database: Database, reconciliationId: string): Promise<DifferenceGroup[]> {
  const { rows } = await database.pool.query<DifferenceGroup & pg.QueryResultRow>(
    'select kind, cause, count(*) as count, min(since) as oldest from reconciliation_differences where reconciliation_id = $1 group by kind, cause order by count(*) desc, kind, cause',
    [reconciliationId],
  );
  return rows;
}

/** countDifferences counts the differences of a reconciliation by kind, and those that were not read again. */
export async function countDifferences(database: Database, reconciliationId: string): Promise<Pick<ReconciliationCounts, 'onlySource' | 'onlyTarget' | 'differs' | 'duplicates' | 'unconfirmed'>> {
  const { rows: [row] } = await database.pool.query<Awaited<ReturnType<typeof countDifferences>> & pg.QueryResultRow>(
    `select count(*) filter (where kind = 'only-source') as "onlySource", count(*) filter (where kind = 'only-target') as "onlyTarget",
       count(*) filter (where kind = 'differs') as differs, count(*) filter (where kind = 'duplicate') as duplicates, count(*) filter (where not confirmed) as unconfirmed
     from reconciliation_differences where reconciliation_id = $1`,
    [reconciliationId],
  );
  return row ?? { onlySource: 0, onlyTarget: 0, differs: 0, duplicates: 0, unconfirmed: 0 };
}
