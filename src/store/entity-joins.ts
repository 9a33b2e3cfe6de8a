import type pg from 'pg';
import type { Database } from './database.js';
import { inTransaction } from './in-transaction.js';
import type { Settlement } from './ledger.js';
import { storableJson } from './storable-json.js';

/** What the function entity_differs of the database raises: a statement would give a linked source record another entity. */
const ENTITY_DIFFERS = 'CW001';

/** PostgreSQL's unique_violation, on the index by which an entity has one live record of an object. */
const UNIQUE_VIOLATION = '23505';
const ONE_LIVE_LINK = 'links_by_entity';

/** Others may link the same records while they are being joined; that they do so each time is past belief. */
const TRIES = 5;

/**
 * joiningApart runs a task that is undone where a source record stands for another entity than it took for granted, and
 * then again; the task is told that it is run again, so that it makes the two one first. Gives what the task gives.
 */
export async function joiningApart<Result>(task: (isAgain: boolean) => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await task(tries > 1);
    } catch (error) {
      if (!isApart(error) || tries >= TRIES) throw error;
    }
  }
}

function isApart(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, constraint } = error as { readonly code?: string; readonly constraint?: string };
  return code === ENTITY_DIFFERS || (code === UNIQUE_VIOLATION && constraint === ONE_LIVE_LINK);
}

/** withJoined says in SQL which entities the ledger may have written for: this one and those joined to it. known_as finds those of these as well, for more. */
export const withJoined = (entity: string): string => `array(select ${entity} union all select from_entity from entity_joins where into_entity = ${entity})`;

/**
 * joiningEntities runs a settlement; where a source record of it stands for another entity by now, as it does when two
 * syncs make a first record of it at the same time, the two are made one and `again` settles in the same transaction,
 * each write for the entity that its source record stands for.
 */
export async function joiningEntities(
  database: Database, settlements: readonly Settlement[], settle: () => Promise<unknown>, again: (client: pg.PoolClient, settlements: readonly Settlement[]) => Promise<unknown>,
): Promise<void> {
  await joiningApart<unknown>(async (isAgain) => (isAgain ? inTransaction(database.prepared, async (client) => again(client, await joinEntities(client, settlements))) : settle()));
}

interface Place {
  readonly write: string;
  readonly own: string;
  readonly linked: string | null;
  readonly sync: number;
  readonly two_way: boolean;
  /** A step or a repair, which is the source of nothing: what it writes to says what it stands for. */
  readonly is_writer: boolean;
  readonly source_object: number;
  readonly source_id: string;
  readonly target_object: number;
  /** The record that is to stand for the entity; null where it goes. */
  readonly target_id: string | null;
}

// Names of systems have no slash, those that writers other than syncs go by have one.
const placesText = `
  select i.id as write, i.entity_id as own, l.entity_id as linked, i.sync_id as sync, i.agrees is not null as two_way, o.system like '%/%' as is_writer,
    i.source_object_id as source_object, i.source_id, i.object_id as target_object, case when i.kind <> 'delete' then coalesce(r.external_id, i.external_id) end as target_id
  from jsonb_to_recordset($1::jsonb) as r(id uuid, external_id text)
  cross join lateral (select * from intents where id = r.id offset 0) i
  cross join lateral (select system from objects where id = i.source_object_id offset 0) o
  left join lateral (select entity_id from links where object_id = i.source_object_id and external_id = i.source_id and state in ('live', 'missing') offset 0) l on true
  where not exists (select 1 from outcomes c where c.write_id = r.id and c.state <> 'unknown')
  order by i.source_object_id, i.source_id`;

// Held until the end, so that the settlement that follows finds what was found here.
const lockText = `
  select 1 from jsonb_to_recordset($1::jsonb) as r(source_object smallint, source_id text)
  join links l on l.object_id = r.source_object and l.external_id = r.source_id order by l.object_id, l.external_id for update of l`;

const joins = `with j as materialized (
  select * from jsonb_to_recordset($1::jsonb) as j("from" uuid, "into" uuid, sync smallint, two_way boolean, source_object smallint, source_id text, target_object smallint, target_id text))`;

const live = `state in ('live', 'missing')`;

/** In this order. $1 the joins. */
const steps = [
  // Of one object, only one record can stand for an entity at a time: the one that was written last.
  `${joins} update links l set state = 'unlinked' from j where l.entity_id = j."into" and l.${live}
     and ((l.object_id = j.target_object and l.external_id <> j.target_id) or (l.object_id = j.source_object and l.external_id <> j.source_id))`,
  // What its sync knows of a record that was at the target before it is about that record.
  `${joins} delete from bases b using j where not j.two_way and b.sync_id = j.sync and b.entity_id = j."into" and j."from" <> j."into"
     and exists (select 1 from bases o where o.sync_id = j.sync and o.entity_id = j."from")`,
  `${joins} update bases b set entity_id = j."into" from j cross join syncs s where b.sync_id = s.id and b.entity_id = j."from"
     and not exists (select 1 from bases o where o.sync_id = s.id and o.entity_id = j."into")`,
  `${joins} insert into entity_joins (from_entity, into_entity) select "from", "into" from j where "from" <> "into" on conflict do nothing`,
];

const moveLinks = `${joins} update links l set entity_id = j."into" from j where l.entity_id = j."from" and l.${live}
  and not exists (select 1 from links o where o.entity_id = j."into" and o.object_id = l.object_id and o.${live})
  returning j."from", j."into"`;

// No index has the entity first, so all keys are gone through, once for all of them.
const moveKeys = `
  with gone as (delete from match_keys where entity_id = any($1::uuid[]) returning object_id, kind, value, entity_id)
  insert into match_keys (object_id, kind, value, entity_id)
  select g.object_id, g.kind, g.value, m."into" from gone g join jsonb_to_recordset($2::jsonb) as m("from" uuid, "into" uuid) on m."from" = g.entity_id on conflict do nothing`;

// A sync that writes one way knows an entity by its source record, one that writes both ways by its pair.
async function joinEntities(client: pg.PoolClient, settlements: readonly Settlement[]): Promise<readonly Settlement[]> {
  const acknowledged = settlements.filter(({ state }) => state === 'acknowledged').map(({ id, externalId }) => ({ id, external_id: externalId }));
  const read = async (): Promise<readonly Place[]> => (await client.query<Place>(placesText, [storableJson(acknowledged)])).rows;
  await client.query(lockText, [storableJson(await read())]);
  const places = await read();
  const writers = places.filter(({ is_writer }) => is_writer).map(({ source_object, source_id }) => ({ source_object, source_id }));
  await client.query(
    `update links l set state = 'unlinked' from jsonb_to_recordset($1::jsonb) as r(source_object smallint, source_id text) where l.object_id = r.source_object and l.external_id = r.source_id and l.${live}`,
    [storableJson(writers)]);
  const joined = places.filter(({ is_writer }) => !is_writer).map(({ own, linked, ...place }) => {
    const known = linked ?? own;
    return { ...place, from: place.two_way ? known : own, into: place.two_way ? own : known };
  });
  for (const text of steps) await client.query(text, [storableJson(joined)]);
  const { rows: moved } = await client.query<{ from: string }>(moveLinks, [storableJson(joined)]);
  if (moved.length > 0) await client.query(moveKeys, [moved.map(({ from }) => from), storableJson(moved)]);
  const entities = new Map(joined.map(({ write, into }) => [write, into]));
  return settlements.map((settlement) => ({ ...settlement, entityId: entities.get(settlement.id) ?? settlement.entityId }));
}
