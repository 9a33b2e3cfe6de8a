import type pg from 'pg';
import type { ReconcileSide } from '../contracts/reconciliation.js';
import { standsFor, type CrosswalkScope } from './crosswalk.js';
import type { Database } from './database.js';

/** A key that more records of one side carry is that of a shared mailbox or a switchboard: it makes nobody the same. */
export const SHARED_BY = 25;

// $1 reconciliation, $2 source object, $3 target object
const joinSides = `
  insert into paired
  with s as materialized (
    select r.external_id as id, r.status, r.fingerprint, r.keys, l.entity_id
    from reconciliation_records r left join links l on l.object_id = $2 and l.external_id = r.external_id and ${standsFor('l')}
    where r.reconciliation_id = $1 and r.side = 'source'
  ), t as materialized (
    select r.external_id as id, r.status, r.fingerprint, r.keys, l.entity_id
    from reconciliation_records r left join links l on l.object_id = $3 and l.external_id = r.external_id and l.state in ('live', 'missing')
    where r.reconciliation_id = $1 and r.side = 'target'
  )
  select s.id, s.status, s.fingerprint, coalesce(s.keys, '{}'), t.id, t.status, t.fingerprint, coalesce(t.keys, '{}'), coalesce(s.entity_id, t.entity_id)
  from s full join t on s.entity_id = t.entity_id`;

// Two records that share a key and differ in a stronger one of the same kind are not the same: colleagues share a switchboard.
const contradicts = (left: string, right: string): string => `
  exists (select from unnest(${left}.keys) with ordinality a(key, rank), unnest(${right}.keys) b(key)
    where a.rank < ${left}.rank and split_part(a.key, E'\\n', 1) = split_part(b.key, E'\\n', 1) and a.key <> b.key)`;

// Records that nobody has linked stand for one another when each is the other's first choice by their keys.
const joinByKeys = `
  with free as (
    select p.* from paired p where (p.source_id is null or p.target_id is null)
      and (p.entity_id is null or not exists (
        select from links o where o.entity_id = p.entity_id and o.object_id = case when p.source_id is null then $1::smallint else $2::smallint end and o.state in ('live', 'missing')))
  ), l as materialized (
    select * from (select source_id as id, source_keys as keys, k.key, k.rank, count(*) over (partition by k.key) as holders
      from free, unnest(source_keys) with ordinality k(key, rank) where source_id is not null and source_status = 'present') x where holders <= ${SHARED_BY}
  ), r as materialized (
    select * from (select target_id as id, target_keys as keys, k.key, k.rank, count(*) over (partition by k.key) as holders
      from free, unnest(target_keys) with ordinality k(key, rank) where target_id is not null and target_status = 'present') x where holders <= ${SHARED_BY}
  ), both_sides as materialized (
    select l.id as source_id, r.id as target_id, min(l.rank) as rank from l join r on r.key = l.key
    where not ${contradicts('l', 'r')} group by l.id, r.id
  ), chosen as (
    select source_id, target_id from (
      select *, row_number() over (partition by source_id order by rank, target_id) as by_source, row_number() over (partition by target_id order by rank, source_id) as by_target from both_sides
    ) x where by_source = 1 and by_target = 1
  ), taken as (
    delete from paired p using chosen c where p.source_id is null and p.target_id = c.target_id returning p.*
  )
  update paired p set target_id = t.target_id, target_status = t.target_status, target_fingerprint = t.target_fingerprint, target_keys = t.target_keys,
    entity_id = coalesce(p.entity_id, t.entity_id)
  from chosen c join taken t on t.target_id = c.target_id where p.source_id = c.source_id and p.target_id is null`;

// Of the records that share a key, the one that has a counterpart stands; then the one with the least id. $1 the sync.
const findDuplicates = (side: ReconcileSide): string => `
  insert into doubled
  with holders as materialized (
    select * from (
      select ${side}_id as id, ${side}_keys as keys, p.source_id is not null and p.target_id is not null as is_paired, k.key, k.rank, count(*) over (partition by k.key) as holders
      from paired p left join bases b on b.sync_id = $1 and b.entity_id = p.entity_id, unnest(${side}_keys) with ordinality k(key, rank)
      where ${side}_id is not null and ${side}_status = 'present' and b.state is distinct from 'unlinked'
    ) x where holders between 2 and ${SHARED_BY}
  )
  select distinct on (x.id) '${side}', x.id, first.id, x.key from holders x join holders first on first.key = x.key
  where (not first.is_paired, first.id collate "C") < (not x.is_paired, x.id collate "C") and not ${contradicts('x', 'first')}
  order by x.id, x.rank, first.is_paired desc, first.id collate "C"`;

// $1 reconciliation. Pairs with the same values agree; what is out of scope, and what is archived on both sides, is nobody's business.
const listPairs = `
  insert into reconciliation_pairs (reconciliation_id, number, source_id, target_id, duplicate_side, duplicate_of, duplicate_key)
  select $1, row_number() over (order by list, source_id, target_id), source_id, target_id, side, first_id, key
  from (
    select 1 as list, p.source_id, p.target_id, null as side, null as first_id, null as key from paired p
    where not coalesce(p.source_status = 'present' and p.target_status = 'present' and p.source_fingerprint = p.target_fingerprint, false)
      and p.source_status is distinct from 'out-of-scope'
      and not (coalesce(p.source_status, 'inactive') = 'inactive' and coalesce(p.target_status, 'inactive') = 'inactive')
      and not exists (select from doubled d where d.id = p.source_id and d.side = 'source' and p.target_id is null)
      and not exists (select from doubled d where d.id = p.target_id and d.side = 'target' and p.source_id is null)
    union all
    select 2, case side when 'source' then id end, case side when 'target' then id end, side, first_id, key from doubled
  ) x`;

const countSides = `
  select count(*) filter (where source_status in ('present', 'unmappable')) as source, count(*) filter (where source_status = 'unmappable') as unmappable,
    count(*) filter (where source_status = 'out-of-scope') as "outOfScope", count(*) filter (where target_status = 'present') as target,
    count(*) filter (where target_status = 'inactive') as archived,
    count(*) filter (where source_status = 'present' and target_status = 'present' and source_fingerprint = target_fingerprint) as agreeing
  from paired`;

/** JoinedCounts is what joining both sides came to, in records; `pairs` is how many have to be looked at. */
export interface JoinedCounts {
  readonly source: number;
  readonly unmappable: number;
  readonly outOfScope: number;
  readonly target: number;
  readonly archived: number;
  readonly agreeing: number;
  readonly pairs: number;
}

/**
 * joinSidesOf joins what both sides hold, by the crosswalk and then by strong keys, and lists the pairs that do not
 * plainly agree. All of it happens within PostgreSQL, in one transaction; repeating it gives the same list.
 */
export async function joinSidesOf(database: Database, reconciliationId: string, scope: CrosswalkScope): Promise<JoinedCounts> {
  const client = await database.pool.connect();
  try {
    // Whole tables are compared that were filled a moment ago, of which the planner knows nothing yet.
    await client.query('begin; set local enable_nestloop = off');
    await client.query(`
      create temp table paired (source_id text, source_status text, source_fingerprint bytea, source_keys text[], target_id text, target_status text, target_fingerprint bytea,
        target_keys text[], entity_id uuid) on commit drop;
      create temp table doubled (side text, id text, first_id text, key text) on commit drop`);
    await client.query(joinSides, [reconciliationId, scope.sourceObject, scope.targetObject]);
    await client.query(joinByKeys, [scope.sourceObject, scope.targetObject]);
    for (const side of ['source', 'target'] as const) await client.query(findDuplicates(side), [scope.syncNumber]);
    await client.query('delete from reconciliation_pairs where reconciliation_id = $1', [reconciliationId]);
    const { rowCount } = await client.query(listPairs, [reconciliationId]);
    const { rows: [counts] } = await client.query<Omit<JoinedCounts, 'pairs'>>(countSides);
    await client.query('commit');
    if (counts === undefined) throw new Error('PostgreSQL counted nothing');
    return { ...counts, pairs: rowCount ?? 0 };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** ListedPair is a pair that has to be looked at; one with `duplicate` is a record that shares a strong key with another of its side. */
export interface ListedPair {
  readonly number: number;
  readonly sourceId: string | null;
  readonly targetId: string | null;
  readonly duplicate: { readonly side: ReconcileSide; readonly of: string; readonly key: string } | null;
}

interface PairRow extends pg.QueryResultRow {
  number: number;
  source_id: string | null;
  target_id: string | null;
  duplicate_side: ReconcileSide | null;
  duplicate_of: string | null;
  duplicate_key: string | null;
}

/** nextPairs is the next part of the pairs, in the order of their numbers. */
export async function nextPairs(database: Database, reconciliationId: string, after: number, limit: number): Promise<ListedPair[]> {
  const { rows } = await database.pool.query<PairRow>(
    `select number, source_id, target_id, duplicate_side, duplicate_of, duplicate_key from reconciliation_pairs
     where reconciliation_id = $1 and number > $2 order by number limit $3`,
    [reconciliationId, after, limit],
  );
  return rows.map((row) => ({
    number: row.number, sourceId: row.source_id, targetId: row.target_id,
    duplicate: row.duplicate_side === null || row.duplicate_of === null || row.duplicate_key === null ? null : { side: row.duplicate_side, of: row.duplicate_of, key: row.duplicate_key },
  }));
}
