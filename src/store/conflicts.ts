import { sql } from 'kysely';
import type { Json } from '../contracts/json.js';
import type { Database } from './database.js';
import { newId } from './new-id.js';
import { storableJson } from './storable-json.js';

/** NewConflict is a field that both sides of a pair changed, for a person to decide. */
export interface NewConflict {
  readonly entityId: string;
  readonly field: string;
  readonly base: Json | undefined;
  readonly source: Json;
  readonly target: Json;
  /** When each side was last changed, epoch milliseconds. */
  readonly sourceAtMs: number | null;
  readonly targetAtMs: number | null;
}

/** Conflict is a stored conflict. */
export interface Conflict extends Omit<NewConflict, 'base'> {
  readonly id: string;
  readonly sync: string;
  readonly base: Json;
  readonly sourceId: string | null;
  readonly targetId: string | null;
  readonly state: 'open' | 'decided' | 'closed';
  readonly choice: ConflictChoice | null;
  readonly value: Json;
  readonly decidedBy: string | null;
  readonly openedAt: Date;
}

/** ConflictChoice is how a person decides: for a side, or for a value of their own. */
export type ConflictChoice = 'source' | 'target' | 'value';

/**
 * openConflicts stores conflicts, one for each field of an entity. One that is open already keeps its id; values that have
 * changed since make a decision about the former ones void.
 */
export async function openConflicts(database: Database, scope: { readonly syncNumber: number; readonly runId: string }, conflicts: readonly NewConflict[]): Promise<void> {
  if (conflicts.length === 0) return;
  const rows = conflicts.map(({ entityId, field, base, source, target, sourceAtMs, targetAtMs }) => ({ id: newId(), e: entityId, f: field, b: base ?? null, s: source, t: target, sa: sourceAtMs, ta: targetAtMs }));
  await database.pool.query(
    `insert into conflicts as c (id, sync_id, entity_id, field, base, source_value, target_value, source_at, target_at, run_id)
     select id, $2, e, f, b, s, t, sa, ta, $3 from jsonb_to_recordset($1::jsonb) as r(id uuid, e uuid, f text, b jsonb, s jsonb, t jsonb, sa bigint, ta bigint)
     on conflict (sync_id, entity_id, field) where state <> 'closed' do update set base = excluded.base, source_value = excluded.source_value, target_value = excluded.target_value,
       source_at = excluded.source_at, target_at = excluded.target_at, run_id = excluded.run_id, state = 'open', choice = null, value = null, decided_by = null, decided_at = null`,
    [storableJson(rows), scope.syncNumber, scope.runId],
  );
}

/** closeConflicts closes the conflicts of entities but for the fields that are still in conflict. */
export async function closeConflicts(database: Database, syncNumber: number, entities: readonly { readonly entityId: string; readonly still: readonly string[] }[]): Promise<void> {
  if (entities.length === 0) return;
  await database.pool.query(
    `update conflicts c set state = 'closed', closed_at = now() from jsonb_to_recordset($2::jsonb) as r(e uuid, k jsonb)
     where c.sync_id = $1 and c.entity_id = r.e and c.state <> 'closed' and not r.k ? c.field`,
    [syncNumber, JSON.stringify(entities.map(({ entityId, still }) => ({ e: entityId, k: still })))],
  );
}

/** DecidedConflict is a conflict that a person has decided and that waits to be written. */
export interface DecidedConflict {
  readonly entityId: string;
  readonly field: string;
  readonly source: Json;
  readonly target: Json;
  readonly value: Json;
  readonly by: string;
}

/** decidedConflicts are the decisions about entities that have not been carried out yet. */
export async function decidedConflicts(database: Database, syncNumber: number, entityIds: readonly string[]): Promise<DecidedConflict[]> {
  if (entityIds.length === 0) return [];
  const { rows } = await database.pool.query<DecidedConflict>(
    `select entity_id as "entityId", field, source_value as source, target_value as target, value, decided_by as by from conflicts
     where sync_id = $1 and entity_id = any($2::uuid[]) and state = 'decided'`, [syncNumber, entityIds],
  );
  return rows;
}

const conflictColumns = sql`c.id, s.name as sync, c.entity_id as "entityId", c.field, c.base, c.source_value as source, c.target_value as target, c.source_at as "sourceAtMs",
  c.target_at as "targetAtMs", p.source_id as "sourceId", p.target_id as "targetId", c.state, c.choice, c.value, c.decided_by as "decidedBy", c.opened_at as "openedAt"`;

/** listConflicts are the conflicts that wait for a person, oldest first, of one sync or of all. */
export async function listConflicts(database: Database, limit: number, sync?: string): Promise<Conflict[]> {
  const { rows } = await sql<Conflict>`select ${conflictColumns} from conflicts c join syncs s on s.id = c.sync_id left join pairs p on p.sync_id = c.sync_id and p.entity_id = c.entity_id
    where c.state = 'open' and (${sync ?? null}::text is null or s.name = ${sync ?? null}) order by c.opened_at, c.id limit ${limit}`.execute(database.kysely);
  return rows;
}

/** readConflict is a conflict by its id, or by the beginning of its id where that is the beginning of one only; undefined where there is none. */
export async function readConflict(database: Database, id: string): Promise<Conflict | undefined> {
  const { rows } = await sql<Conflict>`select ${conflictColumns} from conflicts c join syncs s on s.id = c.sync_id left join pairs p on p.sync_id = c.sync_id and p.entity_id = c.entity_id
    where c.id::text like ${`${id.replaceAll(/[^0-9a-f-]/gi, '')}%`} limit 2`.execute(database.kysely);
  return rows.length === 1 ? rows[0] : undefined;
}
