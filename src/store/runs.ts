import { sql } from 'kysely';
import { addCounts, noCounts, type RunCounts, type RunMode, type RunPlace, type RunState } from '../contracts/run.js';
import type { Database } from './database.js';
import { countWrites } from './ledger.js';

/** Run is one execution of a sync. */
export interface Run {
  readonly id: string;
  readonly sync: string;
  readonly syncNumber: number;
  readonly definitionVersion: number;
  readonly systemVersions: Readonly<Record<string, number>>;
  readonly mode: RunMode;
  readonly state: RunState;
  readonly epoch: number;
  /** Attempts begun since the run last came further. */
  readonly stalls: number;
  /** Attempts that failed with trouble since the run last came further; attempts that died without a word are not among them. */
  readonly failures: number;
  readonly place: RunPlace;
  /** Counts of the pages that are settled; writes are counted from the ledger. */
  readonly counts: RunCounts;
  readonly message: string | null;
  /** The plan that the run applies, and who approved it; null for every other run. */
  readonly planId: string | null;
  readonly approvedBy: string | null;
  readonly workflowId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

const runQuery = (database: Database) =>
  database.kysely.selectFrom('runs').innerJoin('syncs', 'syncs.id', 'runs.sync_id').selectAll('runs').select('syncs.name as sync');

/** RunRow is a row of `runs` with the name of its sync. */
export type RunRow = Awaited<ReturnType<ReturnType<typeof runQuery>['executeTakeFirstOrThrow']>>;

/** toRun is the run that a row stands for. */
export function toRun(row: RunRow): Run {
  return {
    id: row.id, sync: row.sync, syncNumber: row.sync_id, definitionVersion: row.definition_version, systemVersions: row.system_versions, mode: row.mode,
    state: row.state, epoch: row.epoch, stalls: row.stalls, failures: row.failures, place: row.place, counts: { ...noCounts, ...row.counts }, message: row.message,
    planId: row.plan_id, approvedBy: row.approved_by, workflowId: row.workflow_id, startedAt: row.started_at, finishedAt: row.finished_at,
  };
}

/** NewRun is a run to be opened. */
export interface NewRun {
  readonly id: string;
  readonly syncNumber: number;
  readonly definitionVersion: number;
  readonly systemVersions: Readonly<Record<string, number>>;
  readonly mode: RunMode;
  readonly workflowId: string;
  readonly place: RunPlace;
  readonly planId?: string;
  readonly approvedBy?: string;
}

/**
 * openRun stores a run, once however often it is called. Runs of the same workflow id that still stand as running are
 * closed as interrupted: Temporal lets only one workflow of an id run, so theirs has gone.
 */
export async function openRun(database: Database, run: NewRun): Promise<void> {
  const left = await database.kysely.selectFrom('runs').select('id').where('workflow_id', '=', run.workflowId).where('state', '=', 'running').where('id', '<>', run.id).execute();
  for (const { id } of left) {
    // What still works for it, on a worker that is ending, may not write what it read before this run reads.
    await takeOver(database, id);
    await closeRun(database, id, 'interrupted', 'Its workflow ended without closing the run.');
  }
  await database.kysely.insertInto('runs').values({
    id: run.id, sync_id: run.syncNumber, definition_version: run.definitionVersion, system_versions: JSON.stringify(run.systemVersions), mode: run.mode,
    state: 'running', place: JSON.stringify(run.place), message: null, workflow_id: run.workflowId, finished_at: null, plan_id: run.planId ?? null, approved_by: run.approvedBy ?? null,
  }).onConflict((conflict) => conflict.doNothing()).execute();
}

/** readRun is a run by its id; throws when there is none. */
export async function readRun(database: Database, id: string): Promise<Run> {
  return toRun(await runQuery(database).where('runs.id', '=', id).executeTakeFirstOrThrow());
}

/** findRun is a run by its id; undefined where there is none. */
export async function findRun(database: Database, id: string): Promise<Run | undefined> {
  const row = await runQuery(database).where('runs.id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toRun(row);
}

/** takeOver makes the caller the only one who may write for a run: earlier attempts can no longer record an intent. */
export async function takeOver(database: Database, id: string): Promise<Run> {
  await database.kysely.updateTable('runs').set({ epoch: sql`epoch + 1`, stalls: sql`stalls + 1` }).where('id', '=', id).execute();
  return readRun(database, id);
}

/** advance records that everything before a place is settled; false when another attempt has taken over. */
export async function advance(database: Database, id: string, epoch: number, place: RunPlace, counts: RunCounts): Promise<boolean> {
  const result = await database.kysely.updateTable('runs').set({ place: JSON.stringify(place), counts: JSON.stringify(counts), stalls: 0, failures: 0 })
    .where('id', '=', id).where('epoch', '=', epoch).executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** countFailure notes that the attempt under way failed with trouble, and says how many have since the run last came further. */
export async function countFailure(database: Database, id: string, epoch: number): Promise<number> {
  const row = await database.kysely.updateTable('runs').set({ stalls: 0, failures: sql`failures + 1` }).where('id', '=', id).where('epoch', '=', epoch).returning('failures').executeTakeFirst();
  return row?.failures ?? 1;
}

/** settleAttempt forgets the attempts that ended before without a word: this one came to its end in order. */
export async function settleAttempt(database: Database, id: string, epoch: number, also: { readonly failures?: 0 } = {}): Promise<void> {
  await database.kysely.updateTable('runs').set({ stalls: 0, ...also }).where('id', '=', id).where('epoch', '=', epoch).execute();
}

/** closeRun ends a run; a run that has ended keeps its first end. */
export async function closeRun(database: Database, id: string, state: RunState, message: string | null): Promise<Run> {
  const counts = await totalCounts(database, await readRun(database, id));
  await database.kysely.updateTable('runs').set({ state, message, counts: JSON.stringify(counts), finished_at: new Date() }).where('id', '=', id).where('state', '=', 'running').execute();
  return readRun(database, id);
}

/** totalCounts adds what the ledger holds of a run to the counts of its settled pages. */
export async function totalCounts(database: Database, run: Run): Promise<RunCounts> {
  if (run.state !== 'running') return run.counts;
  const names = { create: 'created', update: 'updated', archive: 'archived', delete: 'deleted' } as const;
  const writes = await countWrites(database, run.id);
  return writes
    .filter(({ state }) => state === (run.mode === 'plan' ? 'planned' : 'acknowledged'))
    .reduce((sum, { kind, probed, count }) => addCounts(sum, { [names[kind]]: count, recovered: probed ? count : 0 }), run.counts);
}

/** recentRuns are the newest runs, of one sync or of all. */
export async function recentRuns(database: Database, limit: number, sync?: string): Promise<Run[]> {
  let query = runQuery(database).orderBy('runs.started_at', 'desc').limit(limit);
  if (sync !== undefined) query = query.where('syncs.name', '=', sync);
  return (await query.execute()).map(toRun);
}

/** lastCompleteRead is how many records the newest complete read of a sync's source brought; null where there was none. */
export async function lastCompleteRead(database: Database, syncNumber: number): Promise<number | null> {
  const row = await database.kysely.selectFrom('runs').select('counts').where('sync_id', '=', syncNumber).where('state', '=', 'succeeded')
    .where('mode', 'in', ['incremental', 'full', 'backfill']).where(sql<boolean>`place->'sinceMs' is null and place #> '{selection,only}' is distinct from 'true'::jsonb`).orderBy('started_at', 'desc').limit(1).executeTakeFirst();
  return row?.counts.read ?? null;
}

/** newestOwnRun is the newest run of a sync that reads its source, of one mode or of any; redrives and previews are left out. */
export async function newestOwnRun(database: Database, sync: string, { mode, otherThan }: { readonly mode?: RunMode; readonly otherThan?: string } = {}): Promise<Run | undefined> {
  let query = runQuery(database).where('syncs.name', '=', sync).where(sql<boolean>`coalesce((place #> '{selection,only}')::boolean, false)`, '=', false).orderBy('runs.started_at', 'desc').limit(1);
  if (mode !== undefined) query = query.where('runs.mode', '=', mode);
  if (otherThan !== undefined) query = query.where('runs.id', '<>', otherThan);
  const row = await query.executeTakeFirst();
  return row === undefined ? undefined : toRun(row);
}

/** SyncCursor is a sync's checkpoint between runs. */
export interface SyncCursor {
  /** Epoch milliseconds up to which the source has been read; null before the first complete read. */
  readonly sinceMs: number | null;
  /** When the target's own records were taken into the crosswalk; null before. */
  readonly indexedAt: Date | null;
}

/** readCursor is a sync's checkpoint. */
export async function readCursor(database: Database, syncNumber: number): Promise<SyncCursor> {
  const row = await database.kysely.selectFrom('syncs').select(['since_ms', 'indexed_at']).where('id', '=', syncNumber).executeTakeFirstOrThrow();
  return { sinceMs: row.since_ms, indexedAt: row.indexed_at };
}

/** moveCursor sets a sync's checkpoint; it never goes back. */
export async function moveCursor(database: Database, syncNumber: number, sinceMs: number): Promise<void> {
  await database.kysely.updateTable('syncs').set({ since_ms: sql<number>`greatest(since_ms, ${sinceMs}::bigint)` }).where('id', '=', syncNumber).execute();
}

const sinceColumns = { source: 'since_ms', target: 'target_since_ms' } as const;

/** readSideCursor is the checkpoint of one side of a two-way sync, epoch milliseconds; null before its first complete read. */
export async function readSideCursor(database: Database, syncNumber: number, side: 'source' | 'target'): Promise<number | null> {
  const row = await database.kysely.selectFrom('syncs').select(`${sinceColumns[side]} as sinceMs`).where('id', '=', syncNumber).executeTakeFirstOrThrow();
  return row.sinceMs;
}

/** moveSideCursor sets the checkpoint of one side of a two-way sync; it never goes back. */
export async function moveSideCursor(database: Database, syncNumber: number, side: 'source' | 'target', sinceMs: number): Promise<void> {
  const column = sinceColumns[side];
  await database.kysely.updateTable('syncs').set({ [column]: sql<number>`greatest(${sql.ref(column)}, ${sinceMs}::bigint)` }).where('id', '=', syncNumber).execute();
}

/** markIndexed notes that the target's own records are in the crosswalk. */
export async function markIndexed(database: Database, syncNumber: number): Promise<void> {
  await database.kysely.updateTable('syncs').set({ indexed_at: new Date() }).where('id', '=', syncNumber).execute();
}
