import type { Json } from '../contracts/json.js';
import type { Database } from './database.js';
import type { NewDeadLetter } from './dead-letters.js';
import { newId } from './new-id.js';
import { storableJson } from './storable-json.js';

/** RefusedField is one field that a plan leaves out, or that no longer is as a plan expects it. */
export interface RefusedField {
  readonly field: string;
  readonly message: string;
  /** Absent where the message says it all. */
  readonly expected?: Json;
  readonly found?: Json;
}

/** NewRefusal is what a plan leaves out, or what no longer fits, and why. */
export interface NewRefusal {
  /** Given where storing it again must be harmless; a new one otherwise. */
  readonly id?: string;
  readonly sourceObject: number;
  readonly sourceId: string;
  readonly targetObject: number | null;
  readonly externalId: string | null;
  /** Closed set of each kind of plan, in kebab-case. */
  readonly code: string;
  readonly message: string;
  readonly fields: readonly RefusedField[];
}

/** Refusal is a stored refusal; objects are named `system.object`. */
export interface Refusal {
  readonly id: string;
  readonly from: string;
  readonly sourceId: string;
  readonly to: string | null;
  readonly externalId: string | null;
  readonly code: string;
  readonly message: string;
  readonly fields: readonly RefusedField[];
}

/** refuse stores what a run leaves out. */
export async function refuse(database: Database, runId: string, refusals: readonly NewRefusal[]): Promise<void> {
  if (refusals.length === 0) return;
  const rows = refusals.map(({ id, sourceObject, sourceId, targetObject, externalId, code, message, fields }) => ({ id: id ?? newId(), so: sourceObject, s: sourceId, o: targetObject, x: externalId, c: code, m: message, f: fields }));
  await database.pool.query(
    `insert into plan_refusals (id, run_id, source_object_id, source_id, object_id, external_id, code, message, fields)
     select r.id, $2, r.so, r.s, r.o, r.x, r.c, r.m, r.f
     from jsonb_to_recordset($1::jsonb) as r(id uuid, so smallint, s text, o smallint, x text, c text, m text, f jsonb)
     on conflict (id) do nothing`,
    [storableJson(rows), runId],
  );
}

/** refusalOf says of a dead letter that would be parked why a plan leaves its record out. */
export function refusalOf({ sourceId, code, message, problems }: NewDeadLetter, sourceObject: number): NewRefusal {
  return { sourceObject, sourceId, targetObject: null, externalId: null, code, message, fields: problems.map((problem) => ({ field: problem.field, message: problem.message })) };
}

/** forgetRefusals drops what a run has left out, so that it can look again. */
export async function forgetRefusals(database: Database, runId: string): Promise<void> {
  await database.pool.query('delete from plan_refusals where run_id = $1', [runId]);
}

/** RefusalCount is how many records a run leaves out for one reason. */
export interface RefusalCount {
  readonly code: string;
  readonly count: number;
}

/** countRefusals counts what a run leaves out by reason, most first. */
export async function countRefusals(database: Database, runId: string): Promise<RefusalCount[]> {
  const { rows } = await database.pool.query<RefusalCount>('select code, count(*) as count from plan_refusals where run_id = $1 group by code order by count(*) desc, code', [runId]);
  return rows;
}

/** readRefusals is a part of what a run leaves out, in the order in which it was found; `after` is the id of the last one read before. */
export async function readRefusals(database: Database, runId: string, { after, limit }: { readonly after?: string | undefined; readonly limit: number }): Promise<Refusal[]> {
  const { rows } = await database.pool.query<Refusal>(
    `select r.id, f.system || '.' || f.object as "from", r.source_id as "sourceId", t.system || '.' || t.object as "to", r.external_id as "externalId", r.code, r.message, r.fields
     from plan_refusals r join objects f on f.id = r.source_object_id left join objects t on t.id = r.object_id
     where r.run_id = $1 and ($2::uuid is null or r.id > $2) order by r.id limit $3`,
    [runId, after ?? null, limit],
  );
  return rows;
}
