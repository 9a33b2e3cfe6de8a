import type { LetterPreview, PreviewedProblem } from '../contracts/dead-letter.js';
import type { FieldProblem } from '../contracts/ledger.js';
import type { Database } from './database.js';
import type { NewDeadLetter } from './dead-letters.js';
import { plannedWrites } from './ledger.js';
import { readRun } from './runs.js';
import { storableJson } from './storable-json.js';

/** forgetPreviewedProblems drops what a preview has found, so that it can be made again from the start. */
export async function forgetPreviewedProblems(database: Database, runId: string): Promise<void> {
  await database.kysely.deleteFrom('previewed_problems').where('run_id', '=', runId).execute();
}

/** storePreviewedProblems keeps why records of a preview would be parked. */
export async function storePreviewedProblems(database: Database, runId: string, letters: readonly NewDeadLetter[]): Promise<void> {
  if (letters.length === 0) return;
  await database.pool.query(
    `insert into previewed_problems (run_id, source_id, stage, code, message, problems)
     select distinct on (r.source_id) $2, r.source_id, r.stage, r.code, r.message, r.problems
     from jsonb_to_recordset($1::jsonb) as r(source_id text, stage text, code text, message text, problems jsonb)
     on conflict (run_id, source_id) do update set stage = excluded.stage, code = excluded.code, message = excluded.message, problems = excluded.problems`,
    [storableJson(letters.map(({ sourceId, stage, code, message, problems }) => ({ source_id: sourceId, stage, code, message, problems }))), runId],
  );
}

/** How many writes and problems of a preview are read; one record rarely comes to more than one. */
const SHOWN = 100;

/** readPreview is what a preview's run found out. */
export async function readPreview(database: Database, runId: string): Promise<LetterPreview> {
  const [run, writes, problems] = await Promise.all([
    readRun(database, runId), plannedWrites(database, runId, SHOWN),
    database.kysely.selectFrom('previewed_problems').selectAll().where('run_id', '=', runId).orderBy('source_id').limit(SHOWN).execute(),
  ]);
  return {
    runId, definitionVersion: run.definitionVersion,
    writes: writes.map(({ kind, sourceId, externalId, reason, before, after }) => ({ kind, sourceId, externalId, reason, before, after })),
    problems: problems.map((row): PreviewedProblem => ({ sourceId: row.source_id, stage: row.stage, code: row.code, message: row.message, problems: row.problems as FieldProblem[] })),
  };
}
