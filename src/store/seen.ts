import type pg from 'pg';
import { execute, type Database } from './database.js';
import { standsFor, type CrosswalkScope } from './crosswalk.js';

/** markSeen notes that a full read has come across these records. */
export async function markSeen(database: Database, runId: string, ids: readonly string[]): Promise<void> {
  await execute(database, { name: 'seen-mark', text: 'insert into seen (run_id, external_id) select $1, unnest($2::text[]) on conflict do nothing' }, [runId, ids]);
}

/** MissingCount is how many linked records there are, and how many of them a full read did not see. */
export interface MissingCount {
  readonly linked: number;
  readonly missing: number;
}

// Only pairings that this sync keeps are its business; other syncs may link the same source object.
const liveBase = `join bases b on b.sync_id = $2 and b.entity_id = s.entity_id and b.state = 'live'`;

const ofThisSync = `
  from links s
  ${liveBase}
  left join seen on seen.run_id = $3 and seen.external_id = s.external_id
  where s.object_id = $1 and ${standsFor('s')}`;

// These compare whole tables that a run has just filled, so the planner does not know yet how large they are: looking
// each row up by itself would take minutes where joining takes a second.
async function joinWhole<Row extends pg.QueryResultRow>(database: Database, text: string, values: readonly unknown[]): Promise<Row[]> {
  const client = await database.pool.connect();
  try {
    await client.query('begin; set local enable_nestloop = off; set local enable_mergejoin = off');
    const { rows } = await client.query<Row>(text, [...values]);
    await client.query('commit');
    return rows;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** countLinked is how many records of the source a sync keeps linked. */
export async function countLinked(database: Database, scope: CrosswalkScope): Promise<number> {
  const rows = await joinWhole<{ linked: number }>(
    database, `select count(*) as linked from links s ${liveBase} where s.object_id = $1 and ${standsFor('s')}`, [scope.sourceObject, scope.syncNumber],
  );
  return rows[0]?.linked ?? 0;
}

/** countMissing compares the links of a sync with what a complete full read has seen. */
export async function countMissing(database: Database, scope: CrosswalkScope, runId: string): Promise<MissingCount> {
  const rows = await joinWhole<MissingCount>(
    database,
    `select count(*) as linked, count(*) filter (where seen.external_id is null) as missing ${ofThisSync}`,
    [scope.sourceObject, scope.syncNumber, runId],
  );
  return rows[0] ?? { linked: 0, missing: 0 };
}

/** nextMissing is the next part of the records that a full read did not see, in the order of their ids. */
export async function nextMissing(database: Database, scope: CrosswalkScope, runId: string, after: string, limit: number): Promise<string[]> {
  const rows = await joinWhole<{ id: string }>(
    database,
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
