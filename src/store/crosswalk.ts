import type { JsonObject } from '../contracts/json.js';
import type { StrongKeyValue } from '../contracts/strong-key.js';
import { execute, type Database } from './database.js';
import { claimEntity } from './entities.js';
import { joiningApart } from './entity-joins.js';
import { storableJson } from './storable-json.js';

/** CrosswalkScope names the two objects and the sync that a look-up is about, by their short numbers. */
export interface CrosswalkScope {
  readonly syncNumber: number;
  readonly sourceObject: number;
  readonly targetObject: number;
}

/** KnownRecord is what the crosswalk knows of a source record. */
export interface KnownRecord {
  readonly sourceId: string;
  readonly entityId: string;
  /** What the sync that asks has done: `gone` when it has removed the target's record; `kept` when an undo has brought it back. */
  readonly sourceState: 'live' | 'gone' | 'unlinked' | 'kept';
  readonly targetId: string | null;
  readonly targetVersion: string | null;
  /** Hex; null where the base was not written by this sync. */
  readonly fingerprint: string | null;
  readonly lastRunId: string | null;
  readonly openLetter: boolean;
}

/**
 * standsFor says in SQL that a link holds: it is live, or no other record of its object has taken its entity over. A
 * subquery for a value, of which there is at most one; "not exists" might be planned by reading all links.
 */
export const standsFor = (link: string): string =>
  `(${link}.state in ('live', 'missing') or
    (select o.external_id from links o where o.entity_id = ${link}.entity_id and o.object_id = ${link}.object_id and o.state in ('live', 'missing')) is null)`;

// "offset 0" keeps each look-up a look-up by key, one for each row, whatever the planner believes of the tables' sizes.
const lookUpStatement = {
  name: 'crosswalk-look-up',
  text: `
    select i.id as "sourceId", s.entity_id as "entityId",
      case b.state when 'removed' then 'gone' when 'unlinked' then 'unlinked' when 'kept' then 'kept' else 'live' end as "sourceState", t.external_id as "targetId", t.version as "targetVersion",
      encode(b.fingerprint, 'hex') as fingerprint, t.run_id as "lastRunId",
      (select true from dead_letters d where d.sync_id = $4 and d.source_object_id = $2 and d.source_id = i.id and d.state = 'open') is not null as "openLetter"
    from unnest($1::text[]) as i(id)
    cross join lateral (select * from links l where object_id = $2 and external_id = i.id and ${standsFor('l')} offset 0) s
    left join lateral (select * from links where entity_id = s.entity_id and object_id = $3 and state in ('live', 'missing') offset 0) t on true
    left join lateral (select fingerprint, state from bases where sync_id = $4 and entity_id = s.entity_id offset 0) b on true`,
};

/** lookUp finds what the crosswalk knows of source records, by their external ids. */
export async function lookUp(database: Database, scope: CrosswalkScope, sourceIds: readonly string[]): Promise<Map<string, KnownRecord>> {
  const rows = await execute<KnownRecord & { sourceId: string }>(database, lookUpStatement, [sourceIds, scope.sourceObject, scope.targetObject, scope.syncNumber]);
  return new Map(rows.map((row) => [row.sourceId, row]));
}

/** baseValues reads the values on which both sides last agreed, by entity. */
export async function baseValues(database: Database, syncNumber: number, entityIds: readonly string[]): Promise<Map<string, JsonObject>> {
  if (entityIds.length === 0) return new Map();
  const rows = await execute<{ entity_id: string; values: JsonObject }>(
    database,
    { name: 'crosswalk-base-values', text: `select entity_id, "values" from bases where sync_id = $1 and entity_id = any($2::uuid[])` },
    [syncNumber, entityIds],
  );
  return new Map(rows.map((row) => [row.entity_id, row.values]));
}

/** KeyHolder is an entity that carries a strong key at the target. */
export interface KeyHolder {
  readonly kind: string;
  readonly value: string;
  readonly entityId: string;
  readonly targetId: string | null;
  readonly targetVersion: string | null;
  /** Another record of the source object that is already linked to the entity. */
  readonly otherSourceId: string | null;
  /** One that was, until this sync removed or unlinked the target's record. */
  readonly formerSourceId: string | null;
}

const bothSources = `case when b.state is distinct from 'removed' and b.state is distinct from 'unlinked' then s.external_id end as "otherSourceId",
      case when b.state in ('removed', 'unlinked') then s.external_id end as "formerSourceId"`;

const keyHoldersStatement = {
  name: 'crosswalk-key-holders',
  text: `
    select m.kind, m.value, m.entity_id as "entityId", t.external_id as "targetId", t.version as "targetVersion",
      ${bothSources}
    from jsonb_to_recordset($1::jsonb) as k(kind text, value text)
    cross join lateral (select * from match_keys where object_id = $3 and kind = k.kind and value = k.value offset 0) m
    left join lateral (select * from links where entity_id = m.entity_id and object_id = $3 and state in ('live', 'missing') offset 0) t on true
    left join lateral (select * from links where entity_id = m.entity_id and object_id = $2 and state in ('live', 'missing') offset 0) s on true
    left join lateral (select state from bases where sync_id = $4 and entity_id = m.entity_id offset 0) b on true`,
};

/** keyHolders finds the entities that carry any of the keys. */
export async function keyHolders(database: Database, scope: CrosswalkScope, keys: readonly StrongKeyValue[]): Promise<KeyHolder[]> {
  if (keys.length === 0) return [];
  return execute<KeyHolder & Record<string, unknown>>(database, keyHoldersStatement, [storableJson(keys.map(({ kind, value }) => ({ kind, value }))), scope.sourceObject, scope.targetObject, scope.syncNumber]);
}

/** LinkHolder is the entity that a target record stands for, with the source record that is or was linked to it. */
export type LinkHolder = Pick<KeyHolder, 'entityId' | 'otherSourceId' | 'formerSourceId'>;

/** linkHolder is the entity that a target record stands for, and the source record that is linked to it. */
export async function linkHolder(database: Database, scope: CrosswalkScope, targetId: string): Promise<LinkHolder | undefined> {
  const { rows } = await database.pool.query<LinkHolder>(
    `select t.entity_id as "entityId", ${bothSources} from links t
     left join links s on s.entity_id = t.entity_id and s.object_id = $2 and s.state in ('live', 'missing')
     left join bases b on b.sync_id = $4 and b.entity_id = t.entity_id
     where t.object_id = $1 and t.external_id = $3 and t.state in ('live', 'missing')`,
    [scope.targetObject, scope.sourceObject, targetId, scope.syncNumber],
  );
  return rows[0];
}

/** TargetRecord is a record found at the target before this sync wrote anything to it. */
export interface TargetRecord {
  readonly id: string;
  readonly version: string | null;
  readonly entityId: string;
  /** The mapped fields as the target holds them now. */
  readonly values: JsonObject;
  readonly keys: readonly StrongKeyValue[];
}

const adoptStatement = {
  name: 'crosswalk-adopt',
  text: `
    with r as (
      select * from jsonb_to_recordset($1::jsonb) as r(id text, version text, entity_id uuid, "values" jsonb, keys jsonb)
    ), added as (
      insert into links (object_id, external_id, entity_id, version) select $2, id, entity_id, version from r
      on conflict (object_id, external_id) do update set version = coalesce(excluded.version, links.version), state = 'live',
        entity_id = case when links.state in ('live', 'missing') then links.entity_id else excluded.entity_id end
      returning external_id, entity_id
    ), new_bases as (
      insert into bases (sync_id, entity_id, "values")
      select $3, added.entity_id, r."values" from added join r on r.id = added.external_id
      on conflict do nothing
    )
    insert into match_keys (object_id, kind, value, entity_id)
    select $2, k.kind, k.value, added.entity_id from added join r on r.id = added.external_id, jsonb_to_recordset(r.keys) as k(kind text, value text)
    on conflict do nothing`,
};

/** adopt takes records that the target already has into the crosswalk, so that they are matched and not made again; of one that comes twice, the later. */
export async function adopt(database: Database, scope: CrosswalkScope, records: readonly TargetRecord[]): Promise<void> {
  if (records.length === 0) return;
  const newest = [...new Map(records.map((record) => [record.id, record])).values()];
  const rows = newest.map((record) => ({ id: record.id, version: record.version, entity_id: record.entityId, values: record.values, keys: record.keys }));
  await execute(database, adoptStatement, [storableJson(rows), scope.targetObject, scope.syncNumber]);
}

/** SourceLink is a source record, the entity that it was found to be, and what it holds. */
export interface SourceLink {
  readonly sourceId: string;
  readonly entityId: string;
  readonly version: string | null;
  readonly fingerprint: string;
}

/** linkSource links source records to entities whose target records already hold the right values, without a write. One that another sync has linked meanwhile keeps its entity, and the target's record joins it. */
export async function linkSource(database: Database, scope: CrosswalkScope, runId: string, links: readonly SourceLink[]): Promise<void> {
  if (links.length === 0) return;
  await joiningApart(async (isAgain) => {
    const claimed: SourceLink[] = [];
    for (const link of isAgain ? links : []) claimed.push({ ...link, entityId: await claimEntity(database, scope, link.sourceId, link.entityId) });
    await setSourceLinks(database, scope, runId, isAgain ? claimed : links);
  });
}

async function setSourceLinks(database: Database, scope: CrosswalkScope, runId: string, links: readonly SourceLink[]): Promise<void> {
  await database.pool.query(
    `with r as (select * from jsonb_to_recordset($1::jsonb) as r("sourceId" text, "entityId" uuid, version text, fingerprint text)),
     linked as (
       insert into links (object_id, external_id, entity_id, version, run_id) select $2, "sourceId", "entityId", version, $4 from r
       on conflict (object_id, external_id) do update set version = excluded.version, state = 'live', run_id = excluded.run_id,
         entity_id = case when links.entity_id <> excluded.entity_id and links.state in ('live', 'missing') then entity_differs() else excluded.entity_id end
     )
     update bases b set fingerprint = decode(r.fingerprint, 'hex'), state = 'live' from r where b.sync_id = $3 and b.entity_id = r."entityId"`,
    [storableJson(links), scope.sourceObject, scope.syncNumber, runId],
  );
}

/** unlink ends the pairing of source records in this sync and leaves the target's records as they are. */
export async function unlink(database: Database, scope: CrosswalkScope, sourceIds: readonly string[]): Promise<void> {
  if (sourceIds.length === 0) return;
  await database.pool.query(
    `update bases b set state = 'unlinked', fingerprint = null, "values" = '{}' from links s
     where s.object_id = $1 and s.external_id = any($2::text[]) and ${standsFor('s')} and b.sync_id = $3 and b.entity_id = s.entity_id`,
    [scope.sourceObject, sourceIds, scope.syncNumber],
  );
}

/** setTargetVersion notes the version that a target record was found to have. */
export async function setTargetVersion(database: Database, scope: CrosswalkScope, targetId: string, version: string | null): Promise<void> {
  await database.pool.query('update links set version = $3 where object_id = $1 and external_id = $2', [scope.targetObject, targetId, version?.replaceAll('\0', '\ufffd') ?? null]);
}

/** markTargetGone notes that target records which were linked are not there any more, so that others may take their place. */
export async function markTargetGone(database: Database, scope: CrosswalkScope, targetIds: readonly string[]): Promise<void> {
  if (targetIds.length === 0) return;
  await database.pool.query(`update links set state = 'gone' where object_id = $1 and external_id = any($2::text[])`, [scope.targetObject, targetIds]);
}
