import { sql, type Transaction } from 'kysely';
import type { Database } from './database.js';
import { separate, type Decision, type RecordPlace } from './identity-separations.js';
import { newId } from './new-id.js';
import { storableJson } from './storable-json.js';
import type { Tables } from './tables.js';

/** EntityConflict says why entities cannot be put together or taken apart; the message is for people. */
export class EntityConflict extends Error {
  override readonly name = 'EntityConflict';
}

/** What a merge has moved, and what gave way to it. */
interface Moved {
  readonly links: readonly { readonly object_id: number; readonly external_id: string }[];
  readonly bases: readonly number[];
  readonly replaced: readonly { readonly sync_id: number; readonly fingerprint: string | null; readonly values: object; readonly state: string }[];
  readonly keys: readonly { readonly object_id: number; readonly kind: string; readonly value: string; readonly wasNew: boolean }[];
}

/**
 * mergeEntities makes one entity of two: all that stands for `from` stands for `into`, and what is moved is written down so
 * that unmergeEntities can move it back. Bases of `from` win over those of `into`: they are about the records that move.
 * Throws EntityConflict where both have a live record of one object, since an entity has at most one there.
 */
export async function mergeEntities(transaction: Transaction<Tables>, merge: { readonly from: string; readonly into: string; readonly reason: string; readonly by: string }): Promise<string> {
  const { from, into } = merge;
  if (from === into) throw new EntityConflict('The two are one entity already.');
  const locked = await sql<{ object_id: number; external_id: string; entity_id: string; state: string }>`
    select object_id, external_id, entity_id, state from links where entity_id in (${from}, ${into}) order by object_id, external_id for update`.execute(transaction);
  const live = locked.rows.filter(({ state }) => state === 'live' || state === 'missing');
  const clash = live.find((link) => link.entity_id === from && live.some((other) => other.entity_id === into && other.object_id === link.object_id));
  if (clash !== undefined) throw new EntityConflict(`Both have a live record of the same object (one is ${clash.external_id}); an entity has at most one there. Merge the two records in that system first.`);
  const links = locked.rows.filter((link) => link.entity_id === from).map(({ object_id, external_id }) => ({ object_id, external_id }));
  const bases = (await sql<{ sync_id: number }>`select sync_id from bases where entity_id = ${from}`.execute(transaction)).rows.map(({ sync_id }) => sync_id);
  const replaced = (await sql<Moved['replaced'][number]>`
    delete from bases where entity_id = ${into} and sync_id in (select sync_id from bases where entity_id = ${from})
    returning sync_id, encode(fingerprint, 'hex') as fingerprint, "values", state`.execute(transaction)).rows;
  const keys = (await sql<Moved['keys'][number]>`
    select k.object_id, k.kind, k.value, o.entity_id is null as "wasNew" from match_keys k
    left join match_keys o on o.object_id = k.object_id and o.kind = k.kind and o.value = k.value and o.entity_id = ${into} where k.entity_id = ${from}`.execute(transaction)).rows;
  await sql`update links set entity_id = ${into} where entity_id = ${from}`.execute(transaction);
  await sql`update bases set entity_id = ${into} where entity_id = ${from}`.execute(transaction);
  await sql`insert into match_keys (object_id, kind, value, entity_id) select object_id, kind, value, ${into}::uuid from match_keys where entity_id = ${from} on conflict do nothing`.execute(transaction);
  await sql`delete from match_keys where entity_id = ${from}`.execute(transaction);
  const id = newId();
  const moved: Moved = { links, bases, replaced, keys };
  await sql`insert into identity_merges (id, from_entity, into_entity, moved, reason, merged_by) values (${id}, ${from}, ${into}, ${storableJson(moved)}::jsonb, ${merge.reason}, ${merge.by})`.execute(transaction);
  return id;
}

/**
 * unmergeEntities takes a merge apart again: what it moved goes back, what gave way to it returns, and the records are
 * noted as two. Throws EntityConflict for a merge that there is not, or that is undone, or whose records have moved on.
 */
export async function unmergeEntities(database: Database, mergeId: string, decision: Decision): Promise<void> {
  await database.kysely.transaction().execute(async (transaction) => {
    const found = await sql<{ from_entity: string; into_entity: string; moved: Moved; undone_at: Date | null }>`
      select from_entity, into_entity, moved, undone_at from identity_merges where id = ${mergeId} for update`.execute(transaction);
    const merge = found.rows[0];
    if (merge === undefined) throw new EntityConflict('There is no such merge.');
    if (merge.undone_at !== null) throw new EntityConflict('The merge is taken apart already.');
    const { from_entity: from, into_entity: into, moved } = merge;
    const stayed = (await sql<{ object_id: number; external_id: string }>`select object_id, external_id from links where entity_id = ${into} for update`.execute(transaction)).rows;
    const isMoved = (link: { object_id: number; external_id: string }): boolean => moved.links.some((each) => each.object_id === link.object_id && each.external_id === link.external_id);
    const present = stayed.filter(isMoved);
    if (present.length < moved.links.length) throw new EntityConflict('Some of the records have been linked with others since; split those first.');
    for (const link of moved.links) await sql`update links set entity_id = ${from} where object_id = ${link.object_id} and external_id = ${link.external_id}`.execute(transaction);
    for (const sync of moved.bases) await sql`update bases set entity_id = ${from} where sync_id = ${sync} and entity_id = ${into}`.execute(transaction);
    for (const base of moved.replaced) {
      await sql`insert into bases (sync_id, entity_id, fingerprint, "values", state) values (${base.sync_id}, ${into}, decode(${base.fingerprint}, 'hex'), ${storableJson(base.values)}::jsonb, ${base.state})
        on conflict do nothing`.execute(transaction);
    }
    for (const key of moved.keys) {
      await sql`insert into match_keys (object_id, kind, value, entity_id) values (${key.object_id}, ${key.kind}, ${key.value}, ${from}) on conflict do nothing`.execute(transaction);
      if (key.wasNew) await sql`delete from match_keys where object_id = ${key.object_id} and kind = ${key.kind} and value = ${key.value} and entity_id = ${into}`.execute(transaction);
    }
    for (const link of present) {
      for (const other of stayed.filter((each) => !isMoved(each))) await separate(transaction, placeOf(link), placeOf(other), decision);
    }
    await sql`update identity_merges set undone_by = ${decision.by}, undone_at = now() where id = ${mergeId}`.execute(transaction);
  });
}

/**
 * splitRecord takes one record out of its entity, however it came there, and gives it one of its own; the others stay
 * together, and every one of them is noted as another. Its bases stay with them. Gives the records it was taken from;
 * throws EntityConflict where it is linked with none.
 */
export async function splitRecord(database: Database, record: RecordPlace, decision: Decision): Promise<readonly RecordPlace[]> {
  return database.kysely.transaction().execute(async (transaction) => {
    const link = await transaction.selectFrom('links').select(['entity_id', 'state']).where('object_id', '=', record.object).where('external_id', '=', record.id).forUpdate().executeTakeFirst();
    if (link === undefined) throw new EntityConflict('The record is linked with none.');
    const others = await transaction.selectFrom('links').select(['object_id', 'external_id']).where('entity_id', '=', link.entity_id).where('state', 'in', ['live', 'missing'])
      .where(({ not, and, eb }) => not(and([eb('object_id', '=', record.object), eb('external_id', '=', record.id)]))).orderBy('object_id').orderBy('external_id').execute();
    if (others.length === 0) throw new EntityConflict('The record is linked with none.');
    await transaction.updateTable('links').set({ entity_id: newId(), state: 'live' }).where('object_id', '=', record.object).where('external_id', '=', record.id).execute();
    // What the two sides agreed on says nothing about the record that is left.
    await sql`update bases set fingerprint = null where entity_id = ${link.entity_id}`.execute(transaction);
    for (const other of others) await separate(transaction, record, placeOf(other), decision);
    return others.map(placeOf);
  });
}

function placeOf({ object_id, external_id }: { readonly object_id: number; readonly external_id: string }): RecordPlace {
  return { object: object_id, id: external_id };
}
