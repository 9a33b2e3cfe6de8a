import { sql } from 'kysely';
import { noQualityCounts, type QualityCounts, type QualityPlace, type QualityRunState } from '../contracts/quality.js';
import type { Database } from './database.js';

/** QualityRun is one execution of a quality definition. */
export interface QualityRun {
  readonly id: string;
  readonly quality: string;
  readonly definitionVersion: number;
  readonly systemVersion: number;
  /** `2026-11-23`, in the zone of the definition. */
  readonly day: string;
  readonly state: QualityRunState;
  readonly epoch: number;
  /** Attempts begun since the run last came further. */
  readonly stalls: number;
  /** Attempts that failed with trouble since the run last came further. */
  readonly failures: number;
  readonly place: QualityPlace;
  readonly counts: QualityCounts;
  readonly message: string | null;
  readonly workflowId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

const query = (database: Database) => database.kysely.selectFrom('quality_runs').selectAll().select(sql<string>`day::text`.as('day_text'));

type Row = Awaited<ReturnType<ReturnType<typeof query>['executeTakeFirstOrThrow']>>;

function toQualityRun(row: Row): QualityRun {
  return {
    id: row.id, quality: row.name, definitionVersion: row.definition_version, systemVersion: row.system_version, day: row.day_text, state: row.state, epoch: row.epoch,
    stalls: row.stalls, failures: row.failures, place: row.place, counts: { ...noQualityCounts, ...row.counts }, message: row.message, workflowId: row.workflow_id,
    startedAt: row.started_at, finishedAt: row.finished_at,
  };
}

/** NewQualityRun is a run to be opened. */
export type NewQualityRun = Pick<QualityRun, 'id' | 'quality' | 'definitionVersion' | 'systemVersion' | 'day' | 'workflowId'>;

/**
 * openQualityRun stores a run, once however often it is called. Runs that still stand as running are closed as
 * interrupted where they have the same workflow id, of which only one can run, or have not moved for an hour.
 */
export async function openQualityRun(database: Database, run: NewQualityRun): Promise<void> {
  const left = await database.kysely.selectFrom('quality_runs').select('id').where('name', '=', run.quality).where('state', '=', 'running').where('id', '<>', run.id)
    .where((where) => where.or([where('workflow_id', '=', run.workflowId), where('moved_at', '<', sql<Date>`now() - interval '1 hour'`)])).execute();
  for (const { id } of left) await closeQualityRun(database, id, 'interrupted', 'Its workflow ended without closing the run.');
  await database.kysely.insertInto('quality_runs').values({
    id: run.id, name: run.quality, definition_version: run.definitionVersion, system_version: run.systemVersion, day: run.day, workflow_id: run.workflowId, message: null, finished_at: null,
  }).onConflict((conflict) => conflict.doNothing()).execute();
}

/** readQualityRun is a run by its id; throws when there is none. */
export async function readQualityRun(database: Database, id: string): Promise<QualityRun> {
  return toQualityRun(await query(database).where('id', '=', id).executeTakeFirstOrThrow());
}

/** takeQualityRun makes the caller the only attempt that moves a run's place. */
export async function takeQualityRun(database: Database, id: string): Promise<QualityRun> {
  await database.kysely.updateTable('quality_runs').set({ epoch: sql`epoch + 1`, stalls: sql`stalls + 1` }).where('id', '=', id).execute();
  return readQualityRun(database, id);
}

/** noteQualityFailure notes that the attempt under way ended in trouble, and says how many have since the run last came further; `patient` trouble is no failure. */
export async function noteQualityFailure(database: Database, { id, epoch }: Pick<QualityRun, 'id' | 'epoch'>, patient: boolean): Promise<number> {
  const row = await database.kysely.updateTable('quality_runs').set({ stalls: 0, ...(patient ? {} : { failures: sql<number>`failures + 1` }) })
    .where('id', '=', id).where('epoch', '=', epoch).returning('failures').executeTakeFirst();
  return row?.failures ?? 1;
}

/** moveQualityRun records how far a run has come without counting anything; false when another attempt has taken over. */
export async function moveQualityRun(database: Database, { id, epoch }: Pick<QualityRun, 'id' | 'epoch'>, place: QualityPlace): Promise<boolean> {
  const result = await database.kysely.updateTable('quality_runs').set({ place: JSON.stringify(place), stalls: 0, failures: 0, moved_at: sql<Date>`now()` })
    .where('id', '=', id).where('epoch', '=', epoch).executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** closeQualityRun ends a run and drops what it kept to compare; a run that has ended keeps its first end. */
export async function closeQualityRun(database: Database, id: string, state: QualityRunState, message: string | null): Promise<QualityRun> {
  await database.kysely.updateTable('quality_runs').set({ state, message, finished_at: new Date() }).where('id', '=', id).where('state', '=', 'running').execute();
  await database.kysely.deleteFrom('quality_keys').where('run_id', '=', id).execute();
  const run = await readQualityRun(database, id);
  // What a run has found stands until a later one has come to its end.
  if (run.state === 'succeeded') await dropFindings(database, run.quality, id);
  else await database.kysely.deleteFrom('quality_findings').where('run_id', '=', id).execute();
  return run;
}

async function dropFindings(database: Database, quality: string, except: string): Promise<void> {
  await database.pool.query(
    `delete from quality_findings f using quality_runs r where f.name = $1 and r.id = f.run_id and r.id <> $2 and r.state <> 'running'
       and r.started_at <= (select started_at from quality_runs where id = $2)`,
    [quality, except],
  );
}

/** recentQualityRuns are the newest runs of a definition. */
export async function recentQualityRuns(database: Database, quality: string, limit: number): Promise<QualityRun[]> {
  return (await query(database).where('name', '=', quality).orderBy('started_at', 'desc').limit(limit).execute()).map(toQualityRun);
}

/** lastQualityRun is the newest run of a definition that succeeded; undefined where none has. */
export async function lastQualityRun(database: Database, quality: string): Promise<QualityRun | undefined> {
  const row = await query(database).where('name', '=', quality).where('state', '=', 'succeeded').orderBy('started_at', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? undefined : toQualityRun(row);
}
