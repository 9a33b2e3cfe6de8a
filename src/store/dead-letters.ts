import type { Json, JsonObject } from '../contracts/json.js';
import { newId } from './new-id.js';
import type { DeadLetterStage, FieldProblem } from '../contracts/ledger.js';
import type { LedgerScope } from './ledger.js';
import type { Database } from './database.js';
import { storableJson } from './storable-json.js';

/** NewDeadLetter is a record that failed for good, with all that a person needs to judge it. */
export interface NewDeadLetter {
  readonly sourceId: string;
  readonly stage: DeadLetterStage;
  readonly code: string;
  readonly errorFingerprint: string;
  readonly message: string;
  readonly problems: readonly FieldProblem[];
  readonly payload: Json;
  readonly request: JsonObject | null;
  readonly responseExcerpt: string | null;
}

/** park stores dead letters; a record that is parked already keeps its letter, with the newest failure. */
export async function park(database: Database, scope: LedgerScope, letters: readonly NewDeadLetter[]): Promise<void> {
  if (letters.length === 0) return;
  // One statement cannot touch a row twice; the newest failure of a record stands.
  const newest = [...new Map(letters.map((letter) => [letter.sourceId, letter])).values()];
  await database.pool.query(
    `insert into dead_letters as d (id, sync_id, run_id, definition_version, source_object_id, source_id, stage, code, error_fingerprint,
       message, problems, payload, request, response_excerpt)
     select r.id, $2, $3, $4, $5, r.source_id, r.stage, r.code, r.error_fingerprint, r.message, r.problems, r.payload, r.request, r.response_excerpt
     from jsonb_to_recordset($1::jsonb) as r(id uuid, source_id text, stage text, code text, error_fingerprint text, message text, problems jsonb,
       payload jsonb, request jsonb, response_excerpt text)
     on conflict (sync_id, source_object_id, source_id) where state = 'open' do update set run_id = excluded.run_id, definition_version = excluded.definition_version,
       stage = excluded.stage, code = excluded.code, error_fingerprint = excluded.error_fingerprint, message = excluded.message, problems = excluded.problems,
       payload = excluded.payload, request = excluded.request, response_excerpt = excluded.response_excerpt,
       attempts = d.attempts + 1, last_at = now()`,
    [storableJson(newest.map(letterRow)), scope.syncNumber, scope.runId, scope.definitionVersion, scope.sourceObject],
  );
}

function letterRow(letter: NewDeadLetter): object {
  return {
    id: newId(), source_id: letter.sourceId, stage: letter.stage, code: letter.code, error_fingerprint: letter.errorFingerprint, message: letter.message,
    problems: letter.problems, payload: letter.payload, request: letter.request, response_excerpt: letter.responseExcerpt,
  };
}

/** resolveLetters closes the dead letters of records that turned out well without a write; where given, only those of an object and a stage. */
export async function resolveLetters(database: Database, syncNumber: number, sourceIds: readonly string[], sourceObject?: number, stage?: DeadLetterStage): Promise<void> {
  if (sourceIds.length === 0) return;
  let query = database.kysely.updateTable('dead_letters').set({ state: 'resolved', resolved_at: new Date() })
    .where('sync_id', '=', syncNumber).where('source_id', 'in', [...sourceIds]).where('state', '=', 'open');
  if (sourceObject !== undefined) query = query.where('source_object_id', '=', sourceObject);
  if (stage !== undefined) query = query.where('stage', '=', stage);
  await query.execute();
}

/** DeadLetterFilter narrows a list of dead letters. */
export interface DeadLetterFilter {
  readonly sync?: string;
  readonly limit: number;
}

/** DeadLetter is a stored dead letter. */
export interface DeadLetter extends NewDeadLetter {
  readonly id: string;
  readonly sync: string;
  readonly system: string;
  readonly object: string;
  readonly runId: string;
  readonly definitionVersion: number;
  readonly attempts: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** openDeadLetters are the dead letters that wait for a person, newest first. */
export async function openDeadLetters(database: Database, filter: DeadLetterFilter): Promise<DeadLetter[]> {
  let query = database.kysely.selectFrom('dead_letters as d')
    .innerJoin('syncs', 'syncs.id', 'd.sync_id').innerJoin('objects', 'objects.id', 'd.source_object_id')
    .selectAll('d').select(['syncs.name as sync', 'objects.system', 'objects.object'])
    .where('d.state', '=', 'open').orderBy('d.last_at', 'desc').orderBy('d.source_id').limit(filter.limit);
  if (filter.sync !== undefined) query = query.where('syncs.name', '=', filter.sync);
  return (await query.execute()).map((row) => ({
    id: row.id, sync: row.sync, system: row.system, object: row.object, sourceId: row.source_id, runId: row.run_id, definitionVersion: row.definition_version,
    stage: row.stage, code: row.code, errorFingerprint: row.error_fingerprint, message: row.message, problems: row.problems as FieldProblem[],
    payload: row.payload as Json, request: row.request as JsonObject | null, responseExcerpt: row.response_excerpt,
    attempts: row.attempts, firstAt: row.first_at, lastAt: row.last_at,
  }));
}

/** DeadLetterGroup is how many open letters share one cause. */
export interface DeadLetterGroup {
  readonly sync: string;
  readonly stage: DeadLetterStage;
  readonly code: string;
  readonly example: string;
  readonly count: number;
}

/** deadLetterGroups counts the open letters by cause, most first. */
export async function deadLetterGroups(database: Database): Promise<DeadLetterGroup[]> {
  return database.kysely.selectFrom('dead_letters as d').innerJoin('syncs', 'syncs.id', 'd.sync_id')
    .select(['syncs.name as sync', 'd.stage', 'd.code', ({ fn }) => fn.min<string>('d.message').as('example'), ({ fn }) => fn.countAll<number>().as('count')])
    .where('d.state', '=', 'open').groupBy(['syncs.name', 'd.stage', 'd.code', 'd.error_fingerprint']).orderBy('count', 'desc').execute();
}
