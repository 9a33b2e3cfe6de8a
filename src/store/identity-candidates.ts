import type { CrosswalkScope } from './crosswalk.js';
import { execute, type Database } from './database.js';
import { storableJson } from './storable-json.js';

/** Candidate is a record of the target as a scored match compares it: values by field, and the numbers by which it is found. */
export interface Candidate {
  readonly entityId: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly keys: readonly number[];
}

/** StaleBase is a base whose candidate is missing or made of other values; `hash` is that of the values. */
export interface StaleBase {
  readonly entityId: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

/** staleBases gives bases whose candidates are to be made anew, in the order of their entities, at most `limit` after `after`; `shape` says which fields are compared. */
export async function staleBases(database: Database, syncNumber: number, shape: string, after: string, limit: number): Promise<StaleBase[]> {
  const { rows } = await database.pool.query<StaleBase & Record<string, unknown>>(
    `select b.entity_id as "entityId", b."values", md5(b."values"::text) as hash from bases b
     left join identity_candidates c on c.sync_id = b.sync_id and c.entity_id = b.entity_id
     where b.sync_id = $1 and b.entity_id > $4 and b.state = 'live' and (c.entity_id is null or c.shape <> $2 or c.base_hash <> md5(b."values"::text))
     order by b.entity_id limit $3`,
    [syncNumber, shape, limit, after],
  );
  return rows;
}

/** storeCandidates stores candidates with their keys, in the place of older ones. */
export async function storeCandidates(database: Database, syncNumber: number, shape: string, candidates: readonly (Candidate & { readonly hash: string })[]): Promise<void> {
  if (candidates.length === 0) return;
  await database.pool.query(
    `with r as (select * from jsonb_to_recordset($1::jsonb) as r("entityId" uuid, hash text, fields jsonb, keys integer[])),
     gone as (
       delete from identity_keys k using (
         select c.entity_id, unnest(c.keys) as key, r.keys as kept from identity_candidates c join r on r."entityId" = c.entity_id where c.sync_id = $2
       ) old where k.sync_id = $2 and k.entity_id = old.entity_id and k.key = old.key and not old.key = any(old.kept)
     ), stored as (
       insert into identity_candidates (sync_id, entity_id, shape, base_hash, fields, keys) select $2, r."entityId", $3, r.hash, r.fields, r.keys from r
       on conflict (sync_id, entity_id) do update set shape = excluded.shape, base_hash = excluded.base_hash, fields = excluded.fields, keys = excluded.keys
     )
     insert into identity_keys (sync_id, key, entity_id) select $2, unnest(r.keys), r."entityId" from r on conflict do nothing`,
    [storableJson(candidates), syncNumber, shape],
  );
}

/** FoundCandidate is a record of the target that no record of the source is linked to, and may be the one that was asked for. */
export interface FoundCandidate extends Pick<Candidate, 'entityId' | 'fields'> {
  readonly targetId: string;
  readonly targetVersion: string | null;
}

/** A key that more records carry tells too little to be followed. */
const MOST_CARRIERS = 200;

// Each look-up is one by key; the rarer a key, the more it says. The sort ends in the id, so that equal records come in one order.
const nearestStatement = {
  name: 'identity-nearest',
  text: `
    select q.id, n."entityId", c.fields, n."targetId", n."targetVersion"
    from jsonb_to_recordset($1::jsonb) as q(id text, keys integer[])
    cross join lateral (
      select f.entity_id as "entityId", t.external_id as "targetId", t.version as "targetVersion", f.weight
      from (
        select k.entity_id, sum(1.0 / k.carriers) as weight
        from unnest(q.keys) as own(key)
        cross join lateral (
          select l.entity_id, count(*) over () as carriers from (select entity_id from identity_keys where sync_id = $2 and key = own.key limit ${MOST_CARRIERS + 1}) l
        ) k where k.carriers <= ${MOST_CARRIERS} group by k.entity_id
      ) f
      cross join lateral (select external_id, version from links where entity_id = f.entity_id and object_id = $3 and state in ('live', 'missing') offset 0) t
      where not exists (select 1 from links s where s.entity_id = f.entity_id and s.object_id = $4 and s.state in ('live', 'missing'))
      order by f.weight desc, f.entity_id limit $5
    ) n
    join identity_candidates c on c.sync_id = $2 and c.entity_id = n."entityId"
    order by q.id, n.weight desc, n."entityId"`,
};

/** nearestCandidates finds for each record, by its id, the target's records that share its rarest keys, at most `limit` for each. */
export async function nearestCandidates(database: Database, scope: CrosswalkScope, keys: ReadonlyMap<string, readonly number[]>, limit: number): Promise<Map<string, FoundCandidate[]>> {
  const found = new Map<string, FoundCandidate[]>();
  if (keys.size === 0) return found;
  const questions = [...keys].map(([id, own]) => ({ id, keys: own }));
  const rows = await execute<FoundCandidate & { readonly id: string }>(database, nearestStatement, [storableJson(questions), scope.syncNumber, scope.targetObject, scope.sourceObject, limit]);
  for (const { id, ...candidate } of rows) {
    const own = found.get(id);
    if (own === undefined) found.set(id, [candidate]);
    else own.push(candidate);
  }
  return found;
}

/** candidateSample gives the fields of at most `limit` candidates, the same ones each time, and how many there are in all. */
export async function candidateSample(database: Database, syncNumber: number, limit: number): Promise<{ readonly candidates: readonly Pick<Candidate, 'entityId' | 'fields'>[]; readonly total: number }> {
  const [counted, sample] = await Promise.all([
    database.pool.query<{ total: number }>('select count(*) as total from identity_candidates where sync_id = $1', [syncNumber]),
    database.pool.query<Pick<Candidate, 'entityId' | 'fields'>>(
      'select entity_id as "entityId", fields from identity_candidates where sync_id = $1 order by md5(entity_id::text) limit $2', [syncNumber, limit]),
  ]);
  return { candidates: sample.rows, total: counted.rows[0]?.total ?? 0 };
}
