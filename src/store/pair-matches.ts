import { unflatten } from '../domain/merge/flat-values.js';
import type { Database } from './database.js';
import type { StaleBase } from './identity-candidates.js';
import type { LedgerScope } from './ledger.js';
import type { Pair, PairSide } from './pairs.js';

/** stalePairs is staleBases for a two-way sync, whose pairs hold what the target has, also where nothing was agreed on yet. */
export async function stalePairs(database: Database, syncNumber: number, shape: string, after: string, limit: number): Promise<StaleBase[]> {
  const { rows } = await database.pool.query<{ entityId: string; values: Pair['base']; hash: string }>(
    `select p.entity_id as "entityId", p.target_values as "values", md5(p.target_values::text) as hash from pairs p
     left join identity_candidates c on c.sync_id = p.sync_id and c.entity_id = p.entity_id
     where p.sync_id = $1 and p.entity_id > $4 and p.target_state = 'live' and (c.entity_id is null or c.shape <> $2 or c.base_hash <> md5(p.target_values::text))
     order by p.entity_id limit $3`,
    [syncNumber, shape, limit, after],
  );
  return rows.map(({ values, ...row }) => ({ ...row, values: unflatten(values) }));
}

/** LinkedApart is a source record and a target record that stand for one entity and have a pair each. */
export interface LinkedApart {
  readonly sourceEntityId: string;
  readonly sourceId: string;
  readonly targetEntityId: string;
}

/** linkedApart finds the records that a person has said are the same since they were last seen, and that are no pair yet. */
export async function linkedApart(database: Database, scope: LedgerScope): Promise<LinkedApart[]> {
  const { rows } = await database.pool.query<LinkedApart>(
    `select distinct on (p.source_id) p.entity_id as "sourceEntityId", p.source_id as "sourceId", q.entity_id as "targetEntityId"
     from identity_reviews v join pairs p on p.sync_id = v.sync_id and p.source_id = v.source_id and p.target_id is null
     join pairs q on q.sync_id = v.sync_id and q.target_id = v.target_id and q.source_id is null and q.entity_id <> p.entity_id
     where v.sync_id = $1 and v.state = 'accepted' and p.source_state = 'live' and q.target_state = 'live'
       and not exists (select 1 from identity_separations x where x.object_id = $2 and x.external_id = v.source_id and x.other_object_id = $3 and x.other_id = v.target_id)
     order by p.source_id, v.decided_at desc`,
    [scope.syncNumber, scope.sourceObject, scope.targetObject],
  );
  return rows;
}

// $1 the sync, $2 all, $3 whether new records of the target are made at the source.
const asked = (side: PairSide, more = ''): string => `${side}_id in (select ${side}_id from identity_reviews v where v.sync_id = $1 ${more})`;

const waiting = (side: PairSide, other: PairSide): string =>
  `(${side}_state = 'live' and ${other}_state = 'absent' and ${asked(side)} and (not ${asked(side, `and v.state = 'open'`)} or $2
     or ($3 and exists (select 1 from pairs o where o.sync_id = $1 and o.dirty and o.target_state = 'live' and o.source_state = 'absent'))))`;

const wakeText = `update pairs set dirty = true, stamp = stamp + 1 where sync_id = $1 and not dirty and (${waiting('source', 'target')} or ($3 and ${waiting('target', 'source')}))`;

/**
 * wakeAsked marks records as changed that waited for an answer: those of which no question is open any more; with `all`,
 * or where a new record of the target might be one of them, all that waited.
 */
export async function wakeAsked(database: Database, syncNumber: number, { all, createsBoth }: { readonly all: boolean; readonly createsBoth: boolean }): Promise<void> {
  await database.pool.query(wakeText, [syncNumber, all, createsBoth]);
}

/** askedTargets are those of some records of the target that an open question of the sync is about. */
export async function askedTargets(database: Database, syncNumber: number, targetIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (targetIds.length === 0) return new Set();
  const { rows } = await database.pool.query<{ id: string }>(`select distinct target_id as id from identity_reviews where sync_id = $1 and state = 'open' and target_id = any($2::text[])`, [syncNumber, targetIds]);
  return new Set(rows.map(({ id }) => id));
}
