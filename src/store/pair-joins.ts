import { sql } from 'kysely';
import type { Database } from './database.js';
import { claimEntityIn } from './entities.js';
import type { LedgerScope } from './ledger.js';
import type { PairSide } from './pairs.js';

/** SharedKey is a strong key that the record of a pair shares with a record of another pair. */
export interface SharedKey {
  readonly entityId: string;
  readonly otherEntityId: string;
  /** The side on which the other pair has the record with the key. */
  readonly otherSide: PairSide;
  readonly kind: string;
  readonly value: string;
}

/** sharedKeys finds, for pairs that have a record on one side only, the other pairs of the sync that carry one of its keys. */
export async function sharedKeys(database: Database, scope: LedgerScope, side: PairSide, entityIds: readonly string[]): Promise<SharedKey[]> {
  if (entityIds.length === 0) return [];
  const own = side === 'source' ? scope.sourceObject : scope.targetObject;
  const { rows } = await database.pool.query<SharedKey>(
    `select m.entity_id as "entityId", o.entity_id as "otherEntityId", case o.object_id when $3 then 'source' else 'target' end as "otherSide", m.kind, m.value
     from match_keys m join match_keys o on o.kind = m.kind and o.value = m.value and o.entity_id <> m.entity_id and o.object_id in ($3, $4)
     join pairs p on p.sync_id = $5 and p.entity_id = o.entity_id
     where m.entity_id = any($1::uuid[]) and m.object_id = $2 order by m.entity_id, o.entity_id`,
    [entityIds, own, scope.sourceObject, scope.targetObject, scope.syncNumber],
  );
  return rows;
}

/**
 * joinPairs makes a pair that has only a source record and one that has only a target record the same entity. Returns the
 * entity that stays: that of the source record, which other syncs may have linked.
 */
export async function joinPairs(database: Database, scope: LedgerScope, source: { readonly entityId: string; readonly id: string }, targetEntityId: string): Promise<string> {
  if (source.entityId === targetEntityId) return source.entityId;
  return database.kysely.transaction().execute(async (transaction) => {
    const into = await claimEntityIn(transaction, scope, source.id, targetEntityId);
    const { rows: [other] } = await sql<TargetEnd>`delete from pairs where sync_id = ${scope.syncNumber} and entity_id = ${targetEntityId} and source_id is null
      returning target_id as id, target_values, target_version, target_at, target_state`.execute(transaction);
    if (other === undefined) throw new Error(`The pair ${targetEntityId} is no longer free to be joined.`);
    // Other two-way syncs of the same target know its record by the entity that goes.
    await sql`update pairs p set entity_id = ${into} where p.entity_id = ${targetEntityId} and p.sync_id <> ${scope.syncNumber}
      and not exists (select 1 from pairs o where o.sync_id = p.sync_id and o.entity_id = ${into})`.execute(transaction);
    await sql`update pairs set entity_id = ${into}, target_id = ${other.id}, target_values = ${JSON.stringify(other.target_values)}::jsonb, target_version = ${other.target_version},
      target_at = ${other.target_at}, target_state = ${other.target_state}, dirty = true, stamp = stamp + 1
      where sync_id = ${scope.syncNumber} and entity_id = ${source.entityId}`.execute(transaction);
    return into;
  });
}

interface TargetEnd {
  readonly id: string;
  readonly target_values: object;
  readonly target_version: string | null;
  readonly target_at: number | null;
  readonly target_state: string;
}
