import type { WriteKind } from '../contracts/connector.js';
import type { JsonObject } from '../contracts/json.js';
import type { WriteState } from '../contracts/ledger.js';
import type { StrongKeyValue } from '../contracts/strong-key.js';
import { execute, type Database } from './database.js';
import { storableJson } from './storable-json.js';

/** LedgerScope is what all writes of a run have in common. */
export interface LedgerScope {
  readonly runId: string;
  readonly epoch: number;
  readonly syncNumber: number;
  readonly definitionVersion: number;
  readonly sourceObject: number;
  readonly targetObject: number;
}

/** Intent is one change that is about to be sent. */
export interface Intent {
  readonly id: string;
  readonly entityId: string;
  readonly sourceId: string;
  readonly sourceVersion: string | null;
  readonly externalId: string | null;
  readonly kind: WriteKind;
  readonly reason: string;
  readonly before: JsonObject | null;
  readonly after: JsonObject;
  /** Hex; null where the write carries no values. */
  readonly fingerprint: string | null;
  readonly expectedVersion: string | null;
}

/** Settlement is what became of a write. */
export interface Settlement {
  readonly id: string;
  readonly state: Exclude<WriteState, 'planned' | 'sent'>;
  readonly externalId: string | null;
  readonly version: string | null;
  readonly message: string | null;
  /** Strong keys that the entity has from now on, and those it no longer has. */
  readonly keys: readonly StrongKeyValue[];
  readonly droppedKeys: readonly StrongKeyValue[];
}

/** OpenWrite is a write that was sent and never settled. */
export interface OpenWrite extends Intent {
  readonly runId: string;
  readonly intendedAtMs: number;
}

const intendStatement = {
  name: 'ledger-intend',
  text: `
    insert into writes (id, run_id, epoch, sync_id, definition_version, source_object_id, object_id, state,
      entity_id, source_id, source_version, external_id, kind, reason, before, after, fingerprint, expected_version)
    select r.id, $1, $2, $3, $4, $5, $6, $7,
      r.entity_id, r.source_id, r.source_version, r.external_id, r.kind, r.reason, r.before, r.after, decode(r.fingerprint, 'hex'), r.expected_version
    from jsonb_to_recordset($8::jsonb) as r(id uuid, entity_id uuid, source_id text, source_version text, external_id text, kind text, reason text,
      before jsonb, after jsonb, fingerprint text, expected_version text)
    where exists (select 1 from runs where runs.id = $1 and runs.epoch = $2)
    on conflict (sync_id, source_id) where state in ('sent', 'unknown') do nothing
    returning id`,
};

/**
 * intend records changes just before they are sent, in one statement, and returns the ids of those that may be sent.
 * One is missing when the same record already has a write under way, or when another attempt has taken the run over.
 */
export async function intend(database: Database, scope: LedgerScope, intents: readonly Intent[], state: 'sent' | 'planned' = 'sent'): Promise<Set<string>> {
  const rows = await execute<{ id: string }>(database, intendStatement, [
    scope.runId, scope.epoch, scope.syncNumber, scope.definitionVersion, scope.sourceObject, scope.targetObject, state,
    storableJson(intents.map(intentRow)),
  ]);
  return new Set(rows.map((row) => row.id));
}

function intentRow(intent: Intent): object {
  return {
    id: intent.id, entity_id: intent.entityId, source_id: intent.sourceId, source_version: intent.sourceVersion, external_id: intent.externalId,
    kind: intent.kind, reason: intent.reason, before: intent.before, after: intent.after, fingerprint: intent.fingerprint, expected_version: intent.expectedVersion,
  };
}

// One statement is one transaction: the write's state, both links, the base, the keys and the dead letter move together.
// The states are named by what they are not, so that a row is found by its id and never by the index of open writes.
const settleStatement = {
  name: 'ledger-settle',
  text: `
    with r as (
      select * from jsonb_to_recordset($1::jsonb) as r(id uuid, state text, external_id text, version text, message text, keys jsonb)
    ), settled as (
      update writes w set state = r.state, external_id = coalesce(r.external_id, w.external_id), result_version = r.version,
        message = r.message, settled_at = clock_timestamp()
      from r where w.id = r.id and w.state not in ('planned', 'acknowledged', 'refused', 'not-executed')
      returning w.*, r.keys
    ), done as (
      select * from settled where state = 'acknowledged'
    ), source_links as (
      insert into links (object_id, external_id, entity_id, version, state, run_id)
      select source_object_id, source_id, entity_id, source_version, case when kind in ('archive', 'delete') then 'gone' else 'live' end, run_id from done
      on conflict (object_id, external_id) do update set entity_id = excluded.entity_id, version = excluded.version, state = excluded.state, run_id = excluded.run_id
    ), target_links as (
      insert into links (object_id, external_id, entity_id, version, state, run_id)
      select object_id, external_id, entity_id, result_version, case when kind = 'delete' then 'gone' else 'live' end, run_id from done
      on conflict (object_id, external_id) do update
        set entity_id = excluded.entity_id, version = coalesce(excluded.version, links.version), state = excluded.state, run_id = excluded.run_id
    ), new_bases as (
      insert into bases as b (sync_id, entity_id, fingerprint, "values")
      select sync_id, entity_id, fingerprint, after from done where kind <> 'delete'
      on conflict (sync_id, entity_id) do update set fingerprint = excluded.fingerprint, "values" = b."values" || excluded."values"
    ), old_bases as (
      delete from bases b using done where done.kind = 'delete' and b.sync_id = done.sync_id and b.entity_id = done.entity_id
    ), new_keys as (
      insert into match_keys (object_id, kind, value, entity_id)
      select d.object_id, k.kind, k.value, d.entity_id from done d, jsonb_to_recordset(d.keys) as k(kind text, value text)
      on conflict do nothing
    ), letters as (
      update dead_letters l set state = 'resolved', resolved_at = now()
      from done d where l.id = (select o.id from dead_letters o where o.state = 'open' and o.sync_id = d.sync_id and o.source_id = d.source_id)
    )
    select count(*) as settled from settled`,
};

const dropKeysText = `
  delete from match_keys m using jsonb_to_recordset($1::jsonb) as r(id uuid, dropped jsonb), writes w, jsonb_to_recordset(r.dropped) as k(kind text, value text)
  where w.id = r.id and w.state = 'acknowledged' and m.object_id = w.object_id and m.entity_id = w.entity_id and m.kind = k.kind and m.value = k.value`;

/** settle closes writes; those acknowledged move links, base and keys in the same transaction. Repeating it is harmless. */
export async function settle(database: Database, settlements: readonly Settlement[]): Promise<void> {
  if (settlements.length === 0) return;
  const rows = storableJson(settlements.map(settlementRow));
  if (settlements.every((settlement) => settlement.droppedKeys.length === 0)) return void (await execute(database, settleStatement, [rows]));
  const client = await database.prepared.connect();
  try {
    await client.query('begin');
    await client.query({ ...settleStatement, values: [rows] });
    await client.query(dropKeysText, [rows]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

function settlementRow(settlement: Settlement): object {
  const { id, state, externalId, version, message, keys, droppedKeys } = settlement;
  return { id, state, external_id: externalId, version, message, keys, dropped: droppedKeys };
}

/** openWrites are the writes of a sync that were sent and whose end nobody recorded, oldest first. */
export async function openWrites(database: Database, syncNumber: number, sourceIds?: readonly string[]): Promise<OpenWrite[]> {
  let query = database.kysely.selectFrom('writes').selectAll().where('sync_id', '=', syncNumber).where('state', '=', 'sent').orderBy('id');
  if (sourceIds !== undefined) query = query.where('source_id', 'in', [...sourceIds]);
  return (await query.execute()).map((row) => ({
    id: row.id, runId: row.run_id, entityId: row.entity_id, sourceId: row.source_id, sourceVersion: row.source_version, externalId: row.external_id,
    kind: row.kind, reason: row.reason, before: row.before as JsonObject | null, after: row.after as JsonObject,
    fingerprint: row.fingerprint?.toString('hex') ?? null, expectedVersion: row.expected_version, intendedAtMs: row.intended_at.getTime(),
  }));
}

/** WriteCount is how many writes of a run are of one kind and state. */
export interface WriteCount {
  readonly kind: WriteKind;
  readonly state: WriteState;
  readonly count: number;
}

/** countWrites counts a run's writes from the ledger itself. */
export async function countWrites(database: Database, runId: string): Promise<WriteCount[]> {
  return database.kysely.selectFrom('writes').select(['kind', 'state', ({ fn }) => fn.countAll<number>().as('count')]).where('run_id', '=', runId).groupBy(['kind', 'state']).execute();
}

/** plannedWrites are the first writes of a plan. */
export async function plannedWrites(database: Database, runId: string, limit: number): Promise<Intent[]> {
  const rows = await database.kysely.selectFrom('writes').selectAll().where('run_id', '=', runId).where('state', '=', 'planned').orderBy('id').limit(limit).execute();
  return rows.map((row) => ({
    id: row.id, entityId: row.entity_id, sourceId: row.source_id, sourceVersion: row.source_version, externalId: row.external_id, kind: row.kind,
    reason: row.reason, before: row.before as JsonObject | null, after: row.after as JsonObject, fingerprint: row.fingerprint?.toString('hex') ?? null, expectedVersion: row.expected_version,
  }));
}

/** recordsWithUnknownOutcome are the source records whose last write waits for a person; nothing is written for them meanwhile. */
export async function recordsWithUnknownOutcome(database: Database, syncNumber: number): Promise<ReadonlySet<string>> {
  const rows = await database.kysely.selectFrom('writes').select('source_id').where('sync_id', '=', syncNumber).where('state', '=', 'unknown').execute();
  return new Set(rows.map((row) => row.source_id));
}
