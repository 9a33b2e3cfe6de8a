import { execute, type Database } from './database.js';
import type { CrosswalkScope } from './crosswalk.js';

/** markSeen notes that a full read has come across these records. */
export async function markSeen(database: Database, runId: string, ids: readonly string[]): Promise<void> {
  await execute(database, { name: 'seen-mark', text: 'insert into seen (run_id, external_id) select $1, unnest($2::text[]) on conflict do nothing' }, [runId, ids]);
}

/** MissingCount is how many linked records there are, and how many of them a full read did not see. */
export interface MissingCount {
  readonly linked: number;
  readonly missing: number;
}

// Only links that this sync keeps are its business; other syncs may link the same source object.
const ofThisSync = `
  from links s
  join bases b on b.sync_id = $2 and b.entity_id = s.entity_id
  left join seen on seen.run_id = $3 and seen.external_id = s.external_id
  where s.object_id = $1 and s.state in ('live', 'missing')`;

/** countMissing compares the links of a sync with what a complete full read has seen. */
export async function countMissing(database: Database, scope: CrosswalkScope, runId: string): Promise<MissingCount> {
  const { rows } = await database.pool.query<MissingCount>(
    `select count(*) as linked, count(*) filter (where seen.external_id is null) as missing ${ofThisSync}`,
    [scope.sourceObject, scope.syncNumber, runId],
  );
  return rows[0] ?? { linked: 0, missing: 0 };
}

/** nextMissing is the next part of the records that a full read did not see, in the order of their ids. */
export async function nextMissing(database: Database, scope: CrosswalkScope, runId: string, after: string, limit: number): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    `select s.external_id as id ${ofThisSync} and seen.external_id is null and s.external_id > $4 order by s.external_id limit $5`,
    [scope.sourceObject, scope.syncNumber, runId, after, limit],
  );
  return rows.map((row) => row.id);
}

/** forgetSeen drops what a run has seen, once it is no longer needed. */
export async function forgetSeen(database: Database, runId: string): Promise<void> {
  await database.kysely.deleteFrom('seen').where('run_id', '=', runId).execute();
}

/** adoptSeen hands what one run has seen to the run that takes it up. Repeating it is harmless. */
export async function adoptSeen(database: Database, fromRunId: string, toRunId: string): Promise<void> {
  await database.pool.query(
    `with handed as (delete from seen where run_id = $1 returning external_id)
     insert into seen (run_id, external_id) select $2, external_id from handed on conflict do nothing`,
    [fromRunId, toRunId],
  );
}

/** hasLinks says whether a sync has linked anything yet. */
export async function hasLinks(database: Database, syncNumber: number): Promise<boolean> {
  return (await database.kysely.selectFrom('bases').select('sync_id').where('sync_id', '=', syncNumber).limit(1).executeTakeFirst()) !== undefined;
}
