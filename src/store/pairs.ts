import type pg from 'pg';
import type { Json } from '../contracts/json.js';
import type { StrongKeyValue } from '../contracts/strong-key.js';
import { unflatten } from '../domain/merge/flat-values.js';
import type { ApartValues } from '../domain/merge/merge-record.js';
import { standsFor } from './crosswalk.js';
import type { Database } from './database.js';
import { joiningApart } from './entity-joins.js';
import type { LedgerScope } from './ledger.js';
import { storableJson } from './storable-json.js';

/** PairSide is one end of a two-way sync. */
export type PairSide = 'source' | 'target';

/** PairState is what a side is known to hold: nothing yet, a record, an inactive one, one out of the sync's scope, or no longer one. */
export type PairState = 'absent' | 'live' | 'inactive' | 'outside' | 'gone';

/** PairEnd is what is known of the record at one side of a pair. */
export interface PairEnd {
  readonly id: string | null;
  /** By target field. */
  readonly values: Readonly<Record<string, Json>>;
  readonly version: string | null;
  /** When it was last changed, epoch milliseconds, as its system says. */
  readonly atMs: number | null;
  readonly state: PairState;
}

/** Pair is one entity in a two-way sync: the values on which both sides last agreed, and those each was last seen with. */
export interface Pair {
  readonly entityId: string;
  readonly base: Readonly<Record<string, Json>>;
  readonly source: PairEnd;
  readonly target: PairEnd;
  /** The side whose record this sync has archived or deleted. */
  readonly removed: PairSide | null;
  /** By target field, the values that an undo has left the sides with; the field is left alone while both hold them. */
  readonly apart: Readonly<Record<string, ApartValues>>;
  /** An undo has brought one record back although the other is gone; the pair is left alone until both are there. */
  readonly kept: boolean;
  readonly dirty: boolean;
  /** Rises whenever a side is seen changed. */
  readonly stamp: number;
}

const end = (side: PairSide): string =>
  `jsonb_build_object('id', ${side}_id, 'values', ${side}_values, 'version', ${side}_version, 'atMs', ${side}_at, 'state', ${side}_state)`;

const pairColumns = `entity_id as "entityId", base, ${end('source')} as source, ${end('target')} as target, removed, apart, kept, dirty, stamp`;

/** Sighting is a record as a side was read to have it. */
export interface Sighting {
  readonly entityId: string;
  readonly end: PairEnd & { readonly id: string };
  readonly keys: readonly StrongKeyValue[];
}

/** HeldFields is what is not to be believed of sightings. */
export interface HeldFields {
  /** Fields that keep the values they were last known with. */
  readonly fields: readonly string[];
  /** Whether the keys that are known stay, since sightings lack some. */
  readonly keepsKeys: boolean;
}

const nothingHeld: HeldFields = { fields: [], keepsKeys: false };

/** knownEntities are the entities that records of one side stand for, by their ids: those of this sync's pairs before those of links. */
export async function knownEntities(database: Database, scope: LedgerScope, side: PairSide, ids: readonly string[]): Promise<Map<string, { entityId: string; paired: boolean }>> {
  if (ids.length === 0) return new Map();
  const { rows } = await database.pool.query<{ id: string; entityId: string; paired: boolean }>(
    `select i.id, coalesce(p.entity_id, l.entity_id) as "entityId", p.entity_id is not null as paired from unnest($1::text[]) as i(id)
     left join pairs p on p.sync_id = $2 and p.${side}_id = i.id
     left join lateral (select entity_id from links l where l.object_id = $3 and l.external_id = i.id and ${standsFor('l')}
       and not exists (select 1 from pairs o where o.sync_id = $2 and o.entity_id = l.entity_id and o.${side}_id is not null)) l on true
     where coalesce(p.entity_id, l.entity_id) is not null`,
    [ids, scope.syncNumber, objectOf(scope, side)],
  );
  return new Map(rows.map(({ id, entityId, paired }) => [id, { entityId, paired }]));
}

function objectOf(scope: Pick<LedgerScope, 'sourceObject' | 'targetObject'>, side: PairSide): number {
  return side === 'source' ? scope.sourceObject : scope.targetObject;
}

/**
 * observe notes what a side was read to hold, with links and keys. A pair whose values or state changed by that becomes
 * dirty; one that is seen just as it is known, as after a write of ours, does not. Sightings older than what is known are
 * left out, and all are when another attempt has taken the run over. A plan may read while a run writes, so what it
 * read of records that were written meanwhile is left out as well. A record without a pair that another sync has linked
 * meanwhile keeps the entity of its link. Fields that are `held` keep the values they were last known with. Returns how many became dirty.
 */
export async function observe(database: Database, scope: LedgerScope, side: PairSide, sightings: readonly Sighting[], held: HeldFields = nothingHeld): Promise<number> {
  if (sightings.length === 0) return 0;
  return joiningApart(async (isAgain) => {
    const known = isAgain ? await knownEntities(database, scope, side, sightings.map(({ end: { id } }) => id)) : new Map<string, { readonly entityId: string }>();
    return note(database, scope, side, sightings.map((sighting) => ({ ...sighting, entityId: known.get(sighting.end.id)?.entityId ?? sighting.entityId })), held);
  });
}

async function note(database: Database, scope: LedgerScope, side: PairSide, sightings: readonly Sighting[], held: HeldFields): Promise<number> {
  const newest = [...new Map(sightings.map((sighting) => [sighting.entityId, sighting])).values()];
  const rows = newest.map(({ entityId, end: { id, values, version, atMs, state }, keys }) => ({ e: entityId, i: id, v: values, n: version, t: atMs, s: state, k: keys.map(({ kind, value }) => ({ kind, value })) }));
  const { rows: [counted] } = await database.pool.query<{ changed: number }>(
    `with r as materialized (
       select r.e, r.i, r.v || coalesce((select jsonb_object_agg(f, p.${side}_values -> f) from unnest($6::text[]) f where p.${side}_values ? f), '{}') as v, r.n, r.t, r.s, r.k
       from jsonb_to_recordset($1::jsonb) as r(e uuid, i text, v jsonb, n text, t bigint, s text, k jsonb)
       left join pairs p on p.sync_id = $2 and p.entity_id = r.e and p.${side}_id = r.i
       where exists (select 1 from runs where id = $4 and epoch = $5)
     ), before as materialized (
       select p.sync_id, p.entity_id, p.${side}_values as v, p.${side}_state as s, p.${side}_id as i, p.${side}_at as t, p.${side}_written as written from pairs p join r on r.e = p.entity_id where p.sync_id = $2
     ), fresh as materialized (
       select r.*, b.entity_id is null as unpaired, (b.entity_id is null or b.v is distinct from r.v or b.s is distinct from r.s or b.i is distinct from r.i) as changed
       from r left join before b on b.entity_id = r.e
       where (b.t is null or r.t is null or r.t >= b.t) and (b.written is null or not exists (select 1 from runs where id = $4 and mode = 'plan' and started_at < b.written))
     ), paired as (
       insert into pairs as p (sync_id, entity_id, ${side}_id, ${side}_values, ${side}_version, ${side}_at, ${side}_state)
       select $2, e, i, v, n, t, s from fresh
       on conflict (sync_id, entity_id) do update set ${side}_id = excluded.${side}_id, ${side}_values = excluded.${side}_values, ${side}_version = excluded.${side}_version,
         ${side}_at = coalesce(excluded.${side}_at, p.${side}_at), ${side}_state = excluded.${side}_state,
         dirty = p.dirty or p.${side}_values is distinct from excluded.${side}_values or p.${side}_state is distinct from excluded.${side}_state or p.${side}_id is distinct from excluded.${side}_id,
         stamp = p.stamp + 1
     ), linked as (
       insert into links (object_id, external_id, entity_id, version, state, run_id) select $3, i, e, n, case s when 'gone' then 'gone' else 'live' end, $4 from fresh
       on conflict (object_id, external_id) do update set version = excluded.version, state = excluded.state,
         entity_id = case when links.entity_id <> excluded.entity_id and links.state in ('live', 'missing')
           and exists (select 1 from fresh where fresh.unpaired and fresh.i = excluded.external_id)
           and not exists (select 1 from pairs o where o.sync_id = $2 and o.entity_id = links.entity_id and o.${side}_id is not null) then entity_differs()
         else excluded.entity_id end
     ), old_keys as (
       delete from match_keys m using fresh f where m.object_id = $3 and m.entity_id = f.e and not $7::boolean
         and not exists (select 1 from jsonb_to_recordset(f.k) as k(kind text, value text) where k.kind = m.kind and k.value = m.value)
     ), new_keys as (
       insert into match_keys (object_id, kind, value, entity_id)
       select $3, k.kind, k.value, f.e from fresh f, jsonb_to_recordset(f.k) as k(kind text, value text) where f.s <> 'gone' on conflict do nothing
     )
     select count(*) filter (where changed) as changed from fresh`,
    [storableJson(rows), scope.syncNumber, objectOf(scope, side), scope.runId, scope.epoch, held.fields, held.keepsKeys],
  );
  return counted?.changed ?? 0;
}

/** PairSelection is all pairs, those that only the source has a record of, or the others. */
export type PairSelection = 'all' | 'new at the source' | 'others';

const selected: Readonly<Record<PairSelection, string>> = {
  'all': '', 'new at the source': `and source_state = 'live' and target_state = 'absent'`, 'others': `and not (source_state = 'live' and target_state = 'absent')`,
};

/** dirtyPairs are the next pairs that have to be looked at, in the order of their entities. */
export async function dirtyPairs(database: Database, syncNumber: number, after: string, limit: number, selection: PairSelection = 'all'): Promise<Pair[]> {
  const { rows } = await database.pool.query<Pair>(
    `select ${pairColumns} from pairs where sync_id = $1 and dirty and entity_id > $2 ${selected[selection]} order by entity_id limit $3`, [syncNumber, after, limit],
  );
  return rows;
}

/** readPairs are pairs by their entities. */
export async function readPairs(database: Database, syncNumber: number, entityIds: readonly string[]): Promise<Map<string, Pair>> {
  if (entityIds.length === 0) return new Map();
  const { rows } = await database.pool.query<Pair>(`select ${pairColumns} from pairs where sync_id = $1 and entity_id = any($2::uuid[])`, [syncNumber, entityIds]);
  return new Map(rows.map((row) => [row.entityId, row]));
}

/** markApart has pairs looked at again of which a side holds something else in these fields than was agreed on. */
export async function markApart(database: Database, syncNumber: number, fields: readonly string[]): Promise<void> {
  if (fields.length === 0) return;
  await database.pool.query(
    `update pairs p set dirty = true, stamp = p.stamp + 1 where p.sync_id = $1 and not p.dirty and p.source_state = 'live' and p.target_state = 'live'
       and exists (select 1 from unnest($2::text[]) f where p.source_values -> f is distinct from p.base -> f or p.target_values -> f is distinct from p.base -> f)`,
    [syncNumber, fields],
  );
}

/** AgreedPair is a pair that has been dealt with: both sides hold the agreed values. */
export interface AgreedPair {
  readonly entityId: string;
  readonly stamp: number;
  readonly agreed: Readonly<Record<string, Json>>;
}

/** settlePairs moves the bases of pairs that have been dealt with; those seen changed meanwhile stay dirty. */
export async function settlePairs(database: Database, syncNumber: number, pairs: readonly AgreedPair[]): Promise<void> {
  if (pairs.length === 0) return;
  const { rows } = await database.pool.query<SettledRow>(
    `update pairs p set base = p.base || r.g, dirty = p.stamp <> r.n, apart = p.apart - array(select jsonb_object_keys(r.g)),
       kept = p.kept and not (p.source_state = 'live' and p.target_state = 'live')
     from jsonb_to_recordset($2::jsonb) as r(e uuid, n bigint, g jsonb) where p.sync_id = $1 and p.entity_id = r.e
     returning ${settledColumns}`,
    [syncNumber, storableJson(pairs.map(({ entityId, stamp, agreed }) => ({ e: entityId, n: stamp, g: agreed })))],
  );
  await storeBases(database.pool, syncNumber, rows);
}

interface SettledRow extends Pick<Pair, 'base' | 'apart' | 'removed' | 'kept'> {
  readonly e: string;
}

const settledColumns = 'p.entity_id as e, p.base, p.apart, p.removed, p.kept';

// What reports and reconciliations know a sync's agreed values by, in the target's shape.
async function storeBases(client: Pick<pg.PoolClient, 'query'>, syncNumber: number, rows: readonly SettledRow[]): Promise<void> {
  const bases = rows.filter(({ base }) => Object.keys(base).length > 0).map(({ e, base, apart, removed, kept }) => {
    const atTarget = Object.fromEntries(Object.entries(apart).map(([field, { target }]) => [field, target]));
    return { e, v: unflatten({ ...base, ...atTarget }), s: kept ? 'kept' : removed === null ? 'live' : 'removed' };
  });
  if (bases.length === 0) return;
  await client.query(
    `insert into bases (sync_id, entity_id, "values", state) select $1, e, v, s from jsonb_to_recordset($2::jsonb) as r(e uuid, v jsonb, s text)
     on conflict (sync_id, entity_id) do update set "values" = excluded."values", state = excluded.state`,
    [syncNumber, storableJson(bases)],
  );
}

/**
 * applyWrites carries acknowledged writes over to their pairs: the side written to holds what was sent, and both agree on
 * what the other has as well. A write that takes others back (it `keeps`) leaves the sides apart where the other one was
 * dealt with at another value: the two values are noted, and no merge touches them before one of them changes.
 */
export async function applyWrites(client: pg.PoolClient, scope: Pick<LedgerScope, 'syncNumber' | 'targetObject'>, side: PairSide, writeIds: readonly string[]): Promise<void> {
  if (writeIds.length === 0) return;
  // A value that goes to both sides is agreed on when the second of them has it.
  const other = side === 'source' ? 'target' : 'source';
  const otherHas = `coalesce(p.${other}_values -> k, 'null')`;
  // Not what the other side holds by now: a change of it that no run has carried over yet must still be one afterwards.
  const dealtWith = `case when w.keeps then coalesce(p.apart -> k -> '${other}', p.base -> k, ${otherHas}) else ${otherHas} end`;
  const written = `jsonb_each(w.agrees) as a(k, v)`;
  const { rows } = await client.query<SettledRow & { readonly keeps: boolean }>(
    `update pairs p set base = p.base || coalesce((select jsonb_object_agg(k, v) from ${written} where ${dealtWith} = v), '{}'),
       apart = (p.apart - array(select k from ${written} where ${dealtWith} = v))
         || coalesce((select jsonb_object_agg(k, jsonb_build_object('${side}', v, '${other}', ${dealtWith})) from ${written} where w.keeps and ${dealtWith} <> v), '{}'),
       ${side}_values = p.${side}_values || coalesce(w.agrees, '{}'),
       ${side}_version = coalesce(w.version, p.${side}_version), ${side}_id = coalesce(w.id, p.${side}_id), ${side}_written = clock_timestamp(),
       ${side}_state = case w.kind when 'delete' then 'gone' when 'archive' then 'inactive' else 'live' end,
       removed = case when w.kind in ('archive', 'delete') then '${side}' when p.removed = '${side}' then null else p.removed end,
       kept = w.kind = 'update' and (p.kept or (w.keeps and p.${side}_state <> 'live' and p.${other}_state <> 'live'))
     from (select i.entity_id, i.kind, i.agrees, i.keeps, coalesce(o.external_id, i.external_id) as id, o.version from intents i join outcomes o on o.write_id = i.id
       where i.id = any($2::uuid[]) and o.state = 'acknowledged') w
     where p.sync_id = $1 and p.entity_id = w.entity_id returning ${settledColumns}, w.keeps`,
    [scope.syncNumber, writeIds],
  );
  // What an ordinary run writes is taken over once its pair is settled.
  await storeBases(client, scope.syncNumber, rows.filter(({ keeps }) => keeps));
}

/** StateSighting is a record that a side was seen to have no longer, or not as a live one. */
export interface StateSighting {
  readonly id: string;
  readonly state: Exclude<PairState, 'absent' | 'live'>;
  readonly version: string | null;
  readonly atMs: number | null;
}

/** observeStates notes that records which are paired are gone, inactive or out of scope; their last values are kept. Others are left out. */
export async function observeStates(database: Database, scope: LedgerScope, side: PairSide, sightings: readonly StateSighting[]): Promise<void> {
  if (sightings.length === 0) return;
  await database.pool.query(
    `with r as (
       select * from jsonb_to_recordset($1::jsonb) as r(id text, state text, version text, "atMs" bigint) where exists (select 1 from runs where id = $4 and epoch = $5)
     ), changed as (
       update pairs p set ${side}_state = r.state, ${side}_version = coalesce(r.version, p.${side}_version), ${side}_at = coalesce(r."atMs", p.${side}_at),
         dirty = p.dirty or p.${side}_state <> r.state, stamp = p.stamp + 1
       from r where p.sync_id = $2 and p.${side}_id = r.id and (p.${side}_at is null or r."atMs" is null or r."atMs" >= p.${side}_at)
     )
     update links l set state = 'gone' from r where r.state = 'gone' and l.object_id = $3 and l.external_id = r.id`,
    [storableJson(sightings), scope.syncNumber, objectOf(scope, side), scope.runId, scope.epoch],
  );
}

/** unseenRecords are paired records of a side that a complete read did not come across, in the order of their ids. */
export async function unseenRecords(database: Database, scope: LedgerScope, side: PairSide, after: string, limit: number): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    `select p.${side}_id as id from pairs p left join seen s on s.run_id = $2 and s.external_id = '${side}:' || p.${side}_id
     where p.sync_id = $1 and p.${side}_state in ('live', 'inactive', 'outside') and s.external_id is null and p.${side}_id > $3 order by p.${side}_id limit $4`,
    [scope.syncNumber, scope.runId, after, limit],
  );
  return rows.map(({ id }) => id);
}

/** countCame compares the paired records of a side with what a complete read came across: `missing` are the live ones that it did not. */
export async function countCame(database: Database, scope: LedgerScope, side: PairSide): Promise<{ readonly seen: number; readonly missing: number }> {
  const { rows: [counted] } = await database.pool.query<{ seen: number; missing: number }>(
    `select count(s.external_id) as seen, count(*) filter (where s.external_id is null and p.${side}_state = 'live') as missing
     from pairs p left join seen s on s.run_id = $2 and s.external_id = '${side}:' || p.${side}_id where p.sync_id = $1 and p.${side}_id is not null`,
    [scope.syncNumber, scope.runId],
  );
  return counted ?? { seen: 0, missing: 0 };
}

/** PairTotals is how many pairs a sync has, and how many are to be looked at. */
export interface PairTotals {
  readonly paired: number;
  readonly dirty: number;
  /** Pairs of which one side has gone and the other has not. */
  readonly sourceGone: number;
  readonly targetGone: number;
}

/** countPairs counts the pairs of a sync. */
export async function countPairs(database: Database, syncNumber: number): Promise<PairTotals> {
  const { rows: [totals] } = await database.pool.query<PairTotals>(
    `select count(*) filter (where source_id is not null and target_id is not null) as paired, count(*) filter (where dirty) as dirty,
       count(*) filter (where dirty and source_state in ('gone', 'inactive') and target_state = 'live' and removed is null and not kept) as "sourceGone",
       count(*) filter (where dirty and target_state in ('gone', 'inactive') and source_state = 'live' and removed is null and not kept) as "targetGone"
     from pairs where sync_id = $1`, [syncNumber],
  );
  return totals ?? { paired: 0, dirty: 0, sourceGone: 0, targetGone: 0 };
}
