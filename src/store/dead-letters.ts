import type { LetterGroup } from '../contracts/dead-letter.js';
import type { Json, JsonObject } from '../contracts/json.js';
import { newId } from './new-id.js';
import type { DeadLetterStage, FieldProblem } from '../contracts/ledger.js';
import type { LedgerScope } from './ledger.js';
import type { Database } from './database.js';
import { storableJson } from './storable-json.js';

/** NewDeadLetter is a record that failed for good, with all that a person needs to judge it. */
export interface NewDeadLetter {
  readonly sourceId: string;
  /** Version of the source record that failed; absent where it is not known. */
  readonly sourceVersion?: string | null;
  readonly stage: DeadLetterStage;
  readonly code: string;
  readonly errorFingerprint: string;
  readonly message: string;
  readonly problems: readonly FieldProblem[];
  readonly payload: Json;
  readonly request: JsonObject | null;
  readonly responseExcerpt: string | null;
}

// What a person has decided on stands: the same version of a record that fails in the same way is not parked again.
const decidedBefore = `
  select 1 from dead_letters x
  where x.sync_id = $2 and x.source_id = r.source_id and (x.state = 'discarded' or (x.state = 'resolved' and x.edited is not null)) and x.error_fingerprint = r.error_fingerprint
    and case when r.source_version is null then x.source_version is null and x.payload is not distinct from r.payload else x.source_version = r.source_version end`;

/**
 * park stores dead letters; a record that is parked already keeps its letter, with the newest failure. A failure that a
 * person has discarded, or got past with an edited copy, is not parked again before the record changes or fails otherwise.
 */
export async function park(database: Database, scope: LedgerScope, letters: readonly NewDeadLetter[]): Promise<void> {
  if (letters.length === 0) return;
  // One statement cannot touch a row twice; the newest failure of a record stands.
  const newest = [...new Map(letters.map((letter) => [letter.sourceId, letter])).values()];
  await database.pool.query(
    `insert into dead_letters as d (id, sync_id, run_id, definition_version, source_object_id, source_id, stage, code, error_fingerprint,
       message, problems, payload, request, response_excerpt, source_version)
     select r.id, $2, $3, $4, $5, r.source_id, r.stage, r.code, r.error_fingerprint, r.message, r.problems, r.payload, r.request, r.response_excerpt, r.source_version
     from jsonb_to_recordset($1::jsonb) as r(id uuid, source_id text, stage text, code text, error_fingerprint text, message text, problems jsonb,
       payload jsonb, request jsonb, response_excerpt text, source_version text)
     where not exists (${decidedBefore})
     on conflict (sync_id, source_object_id, source_id) where state = 'open' do update set run_id = excluded.run_id, definition_version = excluded.definition_version,
       stage = excluded.stage, code = excluded.code, error_fingerprint = excluded.error_fingerprint, message = excluded.message, problems = excluded.problems,
       payload = excluded.payload, request = excluded.request, response_excerpt = excluded.response_excerpt,
       source_version = excluded.source_version, attempts = d.attempts + 1, last_at = now()`,
    [storableJson(newest.map(letterRow)), scope.syncNumber, scope.runId, scope.definitionVersion, scope.sourceObject],
  );
}

function letterRow(letter: NewDeadLetter): object {
  return {
    id: newId(), source_id: letter.sourceId, stage: letter.stage, code: letter.code, error_fingerprint: letter.errorFingerprint, message: letter.message,
    problems: letter.problems, payload: letter.payload, request: letter.request, response_excerpt: letter.responseExcerpt, source_version: letter.sourceVersion ?? null,
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
  /** Short id of a cause. */
  readonly group?: string;
  readonly limit: number;
}

/** DeadLetter is a stored dead letter. */
export interface DeadLetter extends NewDeadLetter {
  readonly id: string;
  readonly sync: string;
  readonly system: string;
  readonly object: string;
  /** Short id of the cause. */
  readonly group: string;
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
  if (filter.group !== undefined) query = query.where('d.group_id', '=', filter.group);
  return (await query.execute()).map((row) => ({
    id: row.id, sync: row.sync, system: row.system, object: row.object, sourceId: row.source_id, group: row.group_id, sourceVersion: row.source_version, runId: row.run_id, definitionVersion: row.definition_version,
    stage: row.stage, code: row.code, errorFingerprint: row.error_fingerprint, message: row.message, problems: row.problems as FieldProblem[],
    payload: row.payload as Json, request: row.request as JsonObject | null, responseExcerpt: row.response_excerpt,
    attempts: row.attempts, firstAt: row.first_at, lastAt: row.last_at,
  }));
}

/** deadLetterGroups counts the open letters by cause, of one sync or of all, most first. */
export async function deadLetterGroups(database: Database, sync?: string): Promise<LetterGroup[]> {
  const { rows } = await database.pool.query<LetterGroup>(
    `select s.name as sync, d.stage, d.code, d.group_id as "group", count(*) as count, max(d.last_at) as "newestAt",
       (array_agg(d.message order by d.last_at desc, d.source_id))[1] as example, (array_agg(d.id order by d.last_at desc, d.source_id))[1] as "exampleId"
     from dead_letters d join syncs s on s.id = d.sync_id
     where d.state = 'open' and ($1::text is null or s.name = $1)
     group by s.name, d.stage, d.code, d.group_id order by count(*) desc, s.name, d.group_id`,
    [sync ?? null],
  );
  return rows;
}
