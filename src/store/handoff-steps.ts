import { sql } from 'kysely';
import type { StepState } from '../contracts/handoff.js';
import type { JsonObject } from '../contracts/json.js';
import type { Database } from './database.js';
import { storableJson } from './storable-json.js';

/** HandoffStepRow is where one going through a step stands. */
export interface HandoffStepRow {
  readonly path: string;
  readonly name: string;
  readonly state: StepState;
  readonly output: JsonObject | null;
  /** What the fields were before the step changed them. */
  readonly before: JsonObject | null;
  readonly failures: number;
  readonly message: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** stepsOfHandoff are the steps that a handoff has come to, in the order in which they began. */
export async function stepsOfHandoff(database: Database, runId: string): Promise<HandoffStepRow[]> {
  const rows = await database.kysely.selectFrom('handoff_steps').selectAll().where('run_id', '=', runId).orderBy('started_at').execute();
  return rows.map((row) => ({
    path: row.path, name: row.name, state: row.state, output: row.output, before: row.before, failures: row.failures, message: row.message, startedAt: row.started_at, endedAt: row.ended_at,
  }));
}

/** beginStep stores that a step has begun; a repeat leaves it as it is, but for one that failed, which begins again. */
export async function beginStep(database: Database, runId: string, path: string, name: string): Promise<void> {
  await database.kysely.insertInto('handoff_steps').values({ run_id: runId, path, name, output: null, before: null, message: null, ended_at: null })
    .onConflict((conflict) => conflict.columns(['run_id', 'path']).doUpdateSet({ state: 'running', message: null }).where('handoff_steps.state', 'in', ['failed', 'running'])).execute();
}

/** endStep stores what a step came to; one that was undone stays so, whatever a late attempt brings. */
export async function endStep(
  database: Database, runId: string, path: string, end: { readonly state: StepState; readonly output?: JsonObject | null; readonly message?: string | null },
): Promise<void> {
  await database.kysely.updateTable('handoff_steps').set({
    state: end.state, ended_at: new Date(), message: end.message ?? null, ...(end.output === undefined ? {} : { output: end.output === null ? null : storableJson(end.output) }),
  }).where('run_id', '=', runId).where('path', '=', path).where('state', '<>', 'undone').execute();
}

/** keepBefore stores what the fields of a record were before a step changes them, the first time only. */
export async function keepBefore(database: Database, runId: string, path: string, before: JsonObject): Promise<void> {
  await database.kysely.updateTable('handoff_steps').set({ before: storableJson(before) }).where('run_id', '=', runId).where('path', '=', path).where('before', 'is', null).execute();
}

/** countStepFailure notes that an attempt at a step failed, and says how many have. */
export async function countStepFailure(database: Database, runId: string, path: string, message: string): Promise<number> {
  const row = await database.kysely.updateTable('handoff_steps').set({ failures: sql`failures + 1`, message }).where('run_id', '=', runId).where('path', '=', path).returning('failures').executeTakeFirst();
  return row?.failures ?? 1;
}

/** forgetStepFailures lets a step begin with its whole retry schedule again. */
export async function forgetStepFailures(database: Database, runId: string, path: string): Promise<void> {
  await database.kysely.updateTable('handoff_steps').set({ failures: 0, state: 'running', message: null }).where('run_id', '=', runId).where('path', '=', path).execute();
}
