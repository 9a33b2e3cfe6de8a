import type { LetterEdit, LetterState } from '../contracts/dead-letter.js';
import type { Json, JsonObject } from '../contracts/json.js';
import type { FieldProblem } from '../contracts/ledger.js';
import type { Database } from './database.js';
import type { DeadLetter } from './dead-letters.js';

/** DeadLetterDetail is a dead letter with what became of it. */
export interface DeadLetterDetail extends DeadLetter {
  readonly state: LetterState;
  readonly resolvedAt: Date | null;
  /** What a redrive uses in place of the source's record; null where nobody has edited it. */
  readonly edit: LetterEdit | null;
}

/** findDeadLetters finds dead letters whose id is, begins or ends with a text; at most two, which is enough to see that it is ambiguous. */
export async function findDeadLetters(database: Database, idPart: string): Promise<DeadLetterDetail[]> {
  // Only what can be a part of a UUID gets into the pattern.
  if (!/^[0-9a-f-]{4,36}$/i.test(idPart)) return [];
  const part = idPart.toLowerCase();
  return read(database, (query) => query.where((where) => where.or([`${part}%`, `%${part}`].map((pattern) => where(where.cast<string>('d.id', 'text'), 'like', pattern)))).limit(2));
}

/** openLettersOf is the open dead letters of records, each named by its object's number and its id. */
export async function openLettersOf(database: Database, records: readonly { readonly objectNumber: number; readonly id: string }[]): Promise<DeadLetterDetail[]> {
  if (records.length === 0) return [];
  return read(database, (query) => query.where('d.state', '=', 'open').where((where) =>
    where.or(records.map(({ objectNumber, id }) => where.and([where('d.source_object_id', '=', objectNumber), where('d.source_id', '=', id)])))));
}

const lettersQuery = (database: Database) =>
  database.kysely.selectFrom('dead_letters as d').innerJoin('syncs', 'syncs.id', 'd.sync_id').innerJoin('objects', 'objects.id', 'd.source_object_id')
    .selectAll('d').select(['syncs.name as sync', 'objects.system', 'objects.object']);

type LettersQuery = ReturnType<typeof lettersQuery>;

async function read(database: Database, narrow: (query: LettersQuery) => LettersQuery): Promise<DeadLetterDetail[]> {
  return (await narrow(lettersQuery(database)).execute()).map((row) => ({
    id: row.id, sync: row.sync, system: row.system, object: row.object, sourceId: row.source_id, group: row.group_id, sourceVersion: row.source_version, runId: row.run_id, definitionVersion: row.definition_version,
    stage: row.stage, code: row.code, errorFingerprint: row.error_fingerprint, message: row.message, problems: row.problems as FieldProblem[],
    payload: row.payload as Json, request: row.request as JsonObject | null, responseExcerpt: row.response_excerpt,
    attempts: row.attempts, firstAt: row.first_at, lastAt: row.last_at, state: row.state, resolvedAt: row.resolved_at, edit: toEdit(row),
  }));
}

function toEdit(row: { readonly edited: object | null; readonly edited_version: string | null; readonly edited_by: string | null; readonly edited_at: Date | null }): LetterEdit | null {
  if (row.edited === null || row.edited_by === null || row.edited_at === null) return null;
  return { payload: row.edited as JsonObject, version: row.edited_version, by: row.edited_by, at: row.edited_at };
}
