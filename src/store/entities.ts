import type { Transaction } from 'kysely';
import type { CrosswalkScope } from './crosswalk.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

/**
 * claimEntity makes a source record and a target record stand for one entity before they are linked, and returns it. A
 * source record that other syncs have linked keeps its entity, and what is known of the target moves to it. A record of
 * the source that this sync has removed before gives its place up.
 */
export async function claimEntity(database: Database, scope: CrosswalkScope, sourceId: string, targetEntityId: string): Promise<string> {
  return database.kysely.transaction().execute((transaction) => claimEntityIn(transaction, scope, sourceId, targetEntityId));
}

/** claimEntityIn is claimEntity within a transaction of the caller's. */
export async function claimEntityIn(transaction: Transaction<Tables>, scope: CrosswalkScope, sourceId: string, targetEntityId: string): Promise<string> {
  const own = await transaction.selectFrom('links').select('entity_id').where('object_id', '=', scope.sourceObject).where('external_id', '=', sourceId)
    .where('state', 'in', ['live', 'missing']).executeTakeFirst();
  const from = targetEntityId;
  const into = own?.entity_id ?? from;
  if (into === from) {
    await transaction.updateTable('links').set({ state: 'gone' }).where('entity_id', '=', from).where('object_id', '=', scope.sourceObject)
      .where('external_id', '<>', sourceId).where('state', 'in', ['live', 'missing']).execute();
    return from;
  }
  await transaction.updateTable('links').set({ entity_id: into }).where('entity_id', '=', from).where(({ not, exists, selectFrom, ref }) =>
    not(exists(selectFrom('links as other').select('other.object_id').where('other.entity_id', '=', into).whereRef('other.object_id', '=', ref('links.object_id')).where('other.state', 'in', ['live', 'missing'])))).execute();
  await transaction.deleteFrom('bases').where('entity_id', '=', into).where('sync_id', '=', scope.syncNumber).execute();
  await transaction.updateTable('bases').set({ entity_id: into }).where('entity_id', '=', from).where(({ not, exists, selectFrom, ref }) =>
    not(exists(selectFrom('bases as other').select('other.sync_id').where('other.entity_id', '=', into).whereRef('other.sync_id', '=', ref('bases.sync_id'))))).execute();
  await transaction.insertInto('match_keys').columns(['object_id', 'kind', 'value', 'entity_id'])
    .expression(({ selectFrom, val, cast }) => selectFrom('match_keys').select(['object_id', 'kind', 'value']).select(cast<string>(val(into), 'uuid').as('entity_id')).where('entity_id', '=', from))
    .onConflict((conflict) => conflict.doNothing()).execute();
  await transaction.deleteFrom('match_keys').where('entity_id', '=', from).execute();
  await transaction.insertInto('entity_joins').values({ from_entity: from, into_entity: into }).onConflict((conflict) => conflict.doNothing()).execute();
  return into;
}
