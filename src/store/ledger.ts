import { sql, type Selectable } from 'kysely';
import type pg from 'pg';
import type { WriteKind } from '../contracts/connector.js';
import type { Json, JsonObject } from '../contracts/json.js';
import type { WriteState } from '../contracts/ledger.js';
import type { StrongKeyValue } from '../contracts/strong-key.js';
import { execute, type Database } from './database.js';
import { joiningEntities } from './entity-joins.js';
import { inTransaction } from './in-transaction.js';
import { storableJson } from './storable-json.js';
import type { Tables } from './tables.js';

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
  /** Brings a record back although the source says that it is gone: the sync then leaves it alone until the source has it again. */
  readonly keeps?: boolean;
  /** By target field, what both sides agree on once this is acknowledged; only for two-way syncs. */
  readonly agrees?: Readonly<Record<string, Json>>;
}

/** Settlement is what became of a write. */
export interface Settlement {
  readonly id: string;
  readonly entityId: string;
  readonly targetObject: number;
  /** Strong keys that the entity has once the write is acknowledged, and those it no longer has. */
  readonly keys: readonly StrongKeyValue[];
  readonly droppedKeys: readonly StrongKeyValue[];
  readonly state: Exclude<WriteState, 'planned' | 'sent'>;
  readonly externalId: string | null;
  readonly version: string | null;
  readonly message: string | null;
}

/** OpenWrite is a write that was sent and never settled. */
export interface OpenWrite extends Intent {
  readonly runId: string;
  /** Short number of the object that was written to. */
  readonly targetObject: number;
  readonly intendedAtMs: number;
}

// One letter a column, and empty ones left out: a bulk run sends this text for every record.
const intentColumns = 'id uuid, e uuid, s text, v text, x text, k text, r text, b jsonb, a jsonb, f text, p text, u boolean, g jsonb';

// $1 run, $2 epoch, $3 sync, $4 definition version, $5 source object, $6 target object, $7 rows
const insertIntents = (planned: boolean): string => `
  insert into intents (id, run_id, epoch, sync_id, definition_version, source_object_id, object_id, planned,
    entity_id, source_id, source_version, external_id, kind, reason, before, after, fingerprint, expected_version, keeps, agrees)
  select r.id, $1::uuid, $2::integer, $3::smallint, $4::integer, $5::smallint, $6::smallint, ${planned},
    r.e, r.s, r.v, r.x, r.k, r.r, r.b, r.a, decode(r.f, 'hex'), r.p, coalesce(r.u, false), r.g
  from r`;

const rowsOfThisAttempt = `
  r as materialized (
    select * from jsonb_to_recordset($7::jsonb) as r(${intentColumns}) where exists (select 1 from runs where runs.id = $1 and runs.epoch = $2)
  )`;

const planStatement = { name: 'ledger-plan', text: `with ${rowsOfThisAttempt} ${insertIntents(true)} returning id` };

const intendStatement = {
  name: 'ledger-intend',
  text: `with ${rowsOfThisAttempt}, claimed as (insert into open_writes (sync_id, source_object_id, source_id, write_id) select $3, $5, s, id from r) ${insertIntents(false)} returning id`,
};

const claimText = `
  insert into open_writes (sync_id, source_object_id, source_id, write_id)
  select $1, $3, r.source_id, r.id from jsonb_to_recordset($2::jsonb) as r(id uuid, source_id text) on conflict do nothing returning write_id`;

/** UNIQUE_VIOLATION is what PostgreSQL calls a statement that would break a unique key (manual, appendix A). */
export const UNIQUE_VIOLATION = '23505';

/**
 * intend records changes just before they are sent, in one statement, and returns the ids of those that may be sent.
 * One is missing when the same record already has a write under way, or when another attempt has taken the run over.
 */
export async function intend(database: Database, scope: LedgerScope, intents: readonly Intent[], state: 'sent' | 'planned' = 'sent'): Promise<Set<string>> {
  try {
    const rows = await execute<{ id: string }>(database, state === 'planned' ? planStatement : intendStatement, intentValues(scope, intents));
    return new Set(rows.map((row) => row.id));
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
    return intendOneByOne(database, scope, intents);
  }
}

// Some record has a write under way already: the others are claimed first, and only they are recorded.
async function intendOneByOne(database: Database, scope: LedgerScope, intents: readonly Intent[]): Promise<Set<string>> {
  return inTransaction(database.prepared, async (client) => {
    const claimed = await client.query<{ write_id: string }>(claimText, [scope.syncNumber, storableJson(intents.map(({ id, sourceId }) => ({ id, source_id: sourceId }))), scope.sourceObject]);
    const ids = new Set(claimed.rows.map((row) => row.write_id));
    const text = `with ${rowsOfThisAttempt} ${insertIntents(false)} returning id`;
    const recorded = await client.query<{ id: string }>(text, intentValues(scope, intents.filter((intent) => ids.has(intent.id))));
    if (recorded.rows.length < ids.size) await client.query('delete from open_writes where write_id = any($1::uuid[])', [[...ids]]);
    return new Set(recorded.rows.map((row) => row.id));
  });
}

function intentValues(scope: LedgerScope, intents: readonly Intent[]): unknown[] {
  return [scope.runId, scope.epoch, scope.syncNumber, scope.definitionVersion, scope.sourceObject, scope.targetObject, storableJson(intents.map(intentRow))];
}

function intentRow({ id, entityId, sourceId, sourceVersion, externalId, kind, reason, before, after, fingerprint, expectedVersion, keeps, agrees }: Intent): object {
  return {
    id, e: entityId, s: sourceId, v: sourceVersion ?? undefined, x: externalId ?? undefined, k: kind, r: reason, b: before ?? undefined, a: after,
    f: fingerprint ?? undefined, p: expectedVersion ?? undefined, u: keeps === true ? true : undefined, g: agrees,
  };
}

// One statement is one transaction: the outcome, both links, the base, the keys and the dead letter move together. "is true"
// keeps the keys' condition a look-up in a hash table; as a join it would go through all of them for each. Links are set in
// one order everywhere, since two writers of a two-way sync set the same ones from opposite ends. Another settlement may have
// linked a source record with another entity since the intent was made, even while this one waits for the link: that is found
// where the link is set, so that it costs the others nothing, and the whole statement is undone (see joiningEntities).
const settleFor = (entity: string, also: string): string => `
    with settled as (
      insert into outcomes as o (write_id, state, external_id, version, message)
      select r.id, r.state, r.external_id, r.version, r.message
      from jsonb_to_recordset($1::jsonb) as r(id uuid, state text, external_id text, version text, message text)
      on conflict (write_id) do update set state = excluded.state, external_id = excluded.external_id, version = excluded.version,
        message = excluded.message, settled_at = excluded.settled_at where o.state = 'unknown'
      returning write_id, state, external_id, version
    ), ended as materialized (
      select i.id, i.run_id, i.sync_id, i.source_object_id, i.source_id, i.source_version, i.object_id, ${entity} as entity_id, i.kind, i.after, i.fingerprint, i.keeps, i.agrees,
        s.state, s.version as result_version, coalesce(s.external_id, i.external_id) as target_id
      from settled s cross join lateral (select * from intents where id = s.write_id offset 0) i
    ), freed as (
      delete from open_writes where ctid = any (array(
        select (select x.ctid from open_writes x where x.sync_id = e.sync_id and x.source_object_id = e.source_object_id and x.source_id = e.source_id and x.write_id = e.id) from ended e where e.state <> 'unknown'))
    ), done as materialized (
      select * from ended where state = 'acknowledged'
    ), linked as (
      insert into links (object_id, external_id, entity_id, version, state, run_id)
      select source_object_id, source_id, entity_id, source_version, 'live', run_id from done
      union all
      select object_id, target_id, entity_id, result_version, case when kind = 'delete' then 'gone' else 'live' end, run_id from done
      order by 1, 2
      on conflict (object_id, external_id) do update set entity_id = case
          when links.entity_id <> excluded.entity_id and links.state in ('live', 'missing')
            and exists (select 1 from done where source_object_id = excluded.object_id and source_id = excluded.external_id) then entity_differs()
          else excluded.entity_id end,
        version = coalesce(excluded.version, links.version), state = excluded.state, run_id = excluded.run_id
    ), new_bases as (
      insert into bases as b (sync_id, entity_id, fingerprint, "values", state)
      select sync_id, entity_id, fingerprint, after, case when kind = 'archive' then 'removed' when keeps then 'kept' else 'live' end from done where kind <> 'delete' and agrees is null
      on conflict (sync_id, entity_id) do update set fingerprint = excluded.fingerprint, "values" = b."values" || excluded."values", state = excluded.state
    ), old_bases as (
      update bases set "values" = '{}', state = 'removed',
        fingerprint = (select d.fingerprint from done d where d.kind = 'delete' and d.agrees is null and d.sync_id = bases.sync_id and d.entity_id = bases.entity_id limit 1)
      where ctid = any (array(
        select (select b.ctid from bases b where b.sync_id = d.sync_id and b.entity_id = d.entity_id) from done d where d.kind = 'delete' and d.agrees is null))
    ), new_keys as (
      insert into match_keys (object_id, kind, value, entity_id)
      select k.object_id, k.kind, k.value, k.entity_id from jsonb_to_recordset($2::jsonb) as k(object_id smallint, kind text, value text, entity_id uuid)
      where (k.entity_id in (select entity_id from done)) is true
      on conflict do nothing
    ), old_keys as (
      delete from match_keys where ctid = any (array(
        select (select m.ctid from match_keys m where m.object_id = k.object_id and m.kind = k.kind and m.value = k.value and m.entity_id = k.entity_id)
        from jsonb_to_recordset($3::jsonb) as k(object_id smallint, kind text, value text, entity_id uuid)
        where (k.entity_id in (select entity_id from done)) is true))
    ), letters as (
      update dead_letters set state = 'resolved', resolved_at = now() where ctid = any (array(
        select (select l.ctid from dead_letters l where l.state = 'open' and l.sync_id = d.sync_id and l.source_object_id = d.source_object_id and l.source_id = d.source_id) from done d))
    )${also}
    select count(*) as settled from settled`;

/** SettleStatement is a statement that closes writes: as a run first tries it, and as it is settled once the entities are joined. */
export interface SettleStatement {
  readonly first: { readonly name: string; readonly text: string };
  readonly joined: { readonly name: string; readonly text: string };
}

// As it was found when the entities were joined: one that is linked only now is to be found where the link is set.
const joinedEntity = '(select j.entity_id from jsonb_to_recordset($1::jsonb) as j(id uuid, entity_id uuid) where j.id = i.id)';

/** settleStatement makes the statement that closes writes, with further parts that see the acknowledged ones as `done`. $1 outcomes, $2 new keys, $3 keys that go. */
export function settleStatement(name: string, also = ''): SettleStatement {
  return { first: { name, text: settleFor('i.entity_id', also) }, joined: { name: `${name}-joined`, text: settleFor(joinedEntity, also) } };
}

const settleWrites = settleStatement('ledger-settle');

/** settle closes writes; those acknowledged move links, base and keys in the same transaction. Repeating it is harmless. */
export async function settle(database: Database, settlements: readonly Settlement[]): Promise<void> {
  for (const part of withoutSharedTargets(settlements)) {
    await joiningEntities(database, part, () => execute(database, settleWrites.first, settleValues(part)), (client, joined) => client.query({ ...settleWrites.joined, values: settleValues(joined, 'joined') }));
  }
}

/** settleWith closes writes as settle does, and does something else in the same transaction. */
export async function settleWith(database: Database, settlements: readonly Settlement[], also: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const settleIn = (which: keyof SettleStatement) => async (client: pg.PoolClient, all: readonly Settlement[]): Promise<void> => {
    for (const part of withoutSharedTargets(all)) await client.query({ ...settleWrites[which], values: settleValues(part, which) });
    await also(client);
  };
  await joiningEntities(database, settlements, () => inTransaction(database.prepared, (client) => settleIn('first')(client, settlements)), settleIn('joined'));
}

/** settleValues is the values of such a statement. */
export function settleValues(settlements: readonly Settlement[], which: keyof SettleStatement = 'first'): unknown[] {
  const rows = settlements.map(({ id, entityId, state, externalId, version, message }) => ({ id, entity_id: which === 'joined' ? entityId : undefined, state, external_id: externalId ?? undefined, version: version ?? undefined, message: message ?? undefined }));
  const acknowledged = settlements.filter(({ state }) => state === 'acknowledged');
  return [storableJson(rows), keyRows(acknowledged, 'keys'), keyRows(acknowledged, 'droppedKeys')];
}

function keyRows(settlements: readonly Settlement[], which: 'keys' | 'droppedKeys'): string {
  return storableJson(settlements.flatMap((settlement) => settlement[which].map(({ kind, value }) => ({ object_id: settlement.targetObject, kind, value, entity_id: settlement.entityId }))));
}

// A target may answer two writes with one and the same record; one statement cannot set its link twice.
function withoutSharedTargets(settlements: readonly Settlement[]): (readonly Settlement[])[] {
  const ids = settlements.flatMap(({ externalId }) => (externalId === null ? [] : [externalId]));
  if (settlements.length === 0) return [];
  return new Set(ids).size === ids.length ? [settlements] : settlements.map((settlement) => [settlement]);
}

/** No request lasts this long, whatever a system's definition says. */
const SURELY_OVER = sql<Date>`now() - interval '10 minutes'`;

/**
 * openWrites are the writes of a sync that were sent and whose end nobody recorded, oldest first. Seen from a run, those
 * of another run that is still going are left out: their answers may be on the way. `targetObject` is the short number
 * of the object that was written to, for syncs that write both ways.
 */
export async function openWrites(database: Database, syncNumber: number, fromRun?: string, targetObject?: number): Promise<OpenWrite[]> {
  let query = database.kysely.selectFrom('open_writes').innerJoin('writes', 'writes.id', 'open_writes.write_id').innerJoin('runs', 'runs.id', 'writes.run_id').selectAll('writes')
    .where('open_writes.sync_id', '=', syncNumber).where('writes.state', '=', 'sent').orderBy('writes.id');
  if (targetObject !== undefined) query = query.where('writes.object_id', '=', targetObject);
  if (fromRun !== undefined) query = query.where((eb) => eb.or([eb('writes.run_id', '=', fromRun), eb('runs.state', '<>', 'running'), eb('writes.intended_at', '<', SURELY_OVER)]));
  const rows = await query.execute();
  return rows.map((row) => ({ ...toIntent(row), runId: row.run_id, targetObject: row.object_id, intendedAtMs: row.intended_at.getTime() }));
}

/** toIntent is a row of the ledger as the intent that it holds. */
export function toIntent(row: Selectable<Tables['writes']>): Intent {
  return {
    id: row.id, entityId: row.entity_id, sourceId: row.source_id, sourceVersion: row.source_version, externalId: row.external_id, kind: row.kind, reason: row.reason,
    before: row.before as JsonObject | null, after: row.after as JsonObject, fingerprint: row.fingerprint?.toString('hex') ?? null, expectedVersion: row.expected_version,
  };
}

/** WriteCount is how many writes of a run are of one kind and state. */
export interface WriteCount {
  readonly kind: WriteKind;
  readonly state: WriteState;
  /** Whether its answer was lost and it was found at the target later. */
  readonly probed: boolean;
  readonly count: number;
}

/** foundLater is the message of a write that was acknowledged because it was found at the target. */
export const foundLater = 'Found at the target after its answer was lost.';

/** countWrites counts a run's writes from the ledger itself. */
export async function countWrites(database: Database, runId: string): Promise<WriteCount[]> {
  return database.kysely.selectFrom('writes')
    .select(['kind', 'state', sql<boolean>`coalesce(message = ${foundLater}, false)`.as('probed'), ({ fn }) => fn.countAll<number>().as('count')])
    .where('run_id', '=', runId).groupBy(['kind', 'state', 'probed']).execute();
}

/** plannedWrites are the first writes of a plan. */
export async function plannedWrites(database: Database, runId: string, limit: number): Promise<Intent[]> {
  const rows = await database.kysely.selectFrom('writes').selectAll().where('run_id', '=', runId).where('state', '=', 'planned').orderBy('id').limit(limit).execute();
  return rows.map(toIntent);
}

/** forgetPlanned drops what a plan has stored, so that it can be made again from the start. */
export async function forgetPlanned(database: Database, runId: string): Promise<void> {
  await database.pool.query('delete from intents where run_id = $1 and planned', [runId]);
}

/** recordsWithUnknownOutcome are the source records whose last write waits for a person; nothing is written for them meanwhile. */
export async function recordsWithUnknownOutcome(database: Database, syncNumber: number, sourceObject?: number): Promise<ReadonlySet<string>> {
  let query = database.kysely.selectFrom('open_writes').innerJoin('outcomes', 'outcomes.write_id', 'open_writes.write_id').select('open_writes.source_id')
    .where('open_writes.sync_id', '=', syncNumber).where('outcomes.state', '=', 'unknown');
  if (sourceObject !== undefined) query = query.where('open_writes.source_object_id', '=', sourceObject);
  const rows = await query.execute();
  return new Set(rows.map((row) => row.source_id));
}
