import type { CrosswalkScope } from './crosswalk.js';
import type { Database } from './database.js';
import { storableJson } from './storable-json.js';

/** Candidate is a record of the target as a scored match compares it: values by field, and all of them as one text. */
export interface Candidate {
  readonly entityId: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly search: string;
}

/** StaleBase is a base whose candidate is missing or made of other values; `hash` is that of the values. */
export interface StaleBase {
  readonly entityId: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

/** staleBases gives bases whose candidates are to be made anew, at most `limit`; `shape` says which fields are compared. */
export async function staleBases(database: Database, syncNumber: number, shape: string, limit: number): Promise<StaleBase[]> {
  const { rows } = await database.pool.query<StaleBase & Record<string, unknown>>(
    `select b.entity_id as "entityId", b."values", md5(b."values"::text) as hash from bases b
     left join identity_candidates c on c.sync_id = b.sync_id and c.entity_id = b.entity_id
     where b.sync_id = $1 and b.state = 'live' and (c.entity_id is null or c.shape <> $2 or c.base_hash <> md5(b."values"::text))
     limit $3`,
    [syncNumber, shape, limit],
  );
  return rows;
}

/** storeCandidates stores candidates, in the place of older ones. */
export async function storeCandidates(database: Database, syncNumber: number, shape: string, candidates: readonly (Candidate & { readonly hash: string })[]): Promise<void> {
  if (candidates.length === 0) return;
  await database.pool.query(
    `insert into identity_candidates (sync_id, entity_id, shape, base_hash, fields, search)
     select $2, r."entityId", $3, r.hash, r.fields, r.search
     from jsonb_to_recordset($1::jsonb) as r("entityId" uuid, hash text, fields jsonb, search text)
     on conflict (sync_id, entity_id) do update set shape = excluded.shape, base_hash = excluded.base_hash, fields = excluded.fields, search = excluded.search`,
    [storableJson(candidates), syncNumber, shape],
  );
}

/** FoundCandidate is a record of the target that no record of the source is linked to, and may be the one that was asked for. */
export interface FoundCandidate extends Candidate {
  readonly targetId: string;
  readonly targetVersion: string | null;
}

/** Less than this trigram similarity is not looked at; the default of pg_trgm, 0.3, loses records of which half is missing. */
const LEAST_SIMILARITY = 0.2;

/** nearestCandidates finds for each text, by its key, the records of the target that are nearest to it, the nearest first. */
export async function nearestCandidates(database: Database, scope: CrosswalkScope, texts: ReadonlyMap<string, string>, limit: number): Promise<Map<string, FoundCandidate[]>> {
  const found = new Map<string, FoundCandidate[]>();
  if (texts.size === 0) return found;
  const client = await database.pool.connect();
  try {
    await client.query('begin read only');
    await client.query(`set local pg_trgm.similarity_threshold = ${LEAST_SIMILARITY}`);
    const { rows } = await client.query<FoundCandidate & { readonly key: string }>(
      `select q.key, n."entityId", n.fields, n.search, n."targetId", n."targetVersion"
       from unnest($1::text[], $2::text[]) as q(key, search)
       cross join lateral (
         select c.entity_id as "entityId", c.fields, c.search, t.external_id as "targetId", t.version as "targetVersion", similarity(c.search, q.search) as nearness
         from identity_candidates c
         join links t on t.entity_id = c.entity_id and t.object_id = $4 and t.state in ('live', 'missing')
         where c.sync_id = $3 and c.search % q.search
           and not exists (select 1 from links s where s.entity_id = c.entity_id and s.object_id = $5 and s.state in ('live', 'missing'))
         order by nearness desc, c.entity_id limit $6
       ) n order by q.key, n.nearness desc, n."entityId"`,
      [[...texts.keys()], [...texts.values()], scope.syncNumber, scope.targetObject, scope.sourceObject, limit],
    );
    await client.query('commit');
    for (const { key, ...candidate } of rows) {
      const own = found.get(key);
      if (own === undefined) found.set(key, [candidate]);
      else own.push(candidate);
    }
    return found;
  } finally {
    client.release();
  }
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
