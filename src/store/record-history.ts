import type { WriteKind } from '../contracts/connector.js';
import type { JsonObject } from '../contracts/json.js';
import type { WriteState } from '../contracts/ledger.js';
import type { ObjectReference } from '../contracts/sync-definition.js';
import type { RunMode } from '../contracts/run.js';
import type { Database } from './database.js';
import { openLettersOf, type DeadLetterDetail } from './dead-letter-lookup.js';

/** RecordLink is a record that stands for an entity. */
export interface RecordLink {
  readonly system: string;
  readonly object: string;
  readonly objectNumber: number;
  readonly id: string;
  readonly state: 'live' | 'missing' | 'gone' | 'unlinked';
  readonly version: string | null;
  readonly runId: string | null;
}

/** RecordBase is the values on which both sides of a sync last agreed. */
export interface RecordBase {
  readonly sync: string;
  /** `removed` where the sync has archived or deleted the target's record since, `unlinked` where it has let go of it, `kept` where an undo has brought the record back. */
  readonly state: 'live' | 'removed' | 'unlinked' | 'kept';
  readonly values: JsonObject;
}

/** RecordWrite is a row of the ledger, as people read it. */
export interface RecordWrite {
  readonly id: string;
  readonly sync: string;
  readonly runId: string;
  readonly runMode: RunMode | null;
  readonly definitionVersion: number;
  readonly system: string;
  readonly object: string;
  readonly sourceId: string;
  readonly externalId: string | null;
  readonly kind: WriteKind;
  readonly state: WriteState;
  readonly reason: string;
  readonly before: JsonObject | null;
  readonly after: JsonObject;
  readonly message: string | null;
  readonly at: Date;
  readonly settledAt: Date | null;
}

/** RecordHistory is all that is known of a record and the entity that it stands for. */
export interface RecordHistory {
  /** Null for a record that was never linked, such as one that was parked at once. */
  readonly entityId: string | null;
  readonly links: readonly RecordLink[];
  readonly bases: readonly RecordBase[];
  /** Newest first. */
  readonly writes: readonly RecordWrite[];
  readonly deadLetters: readonly DeadLetterDetail[];
}

/** recordHistory is what is known of a record; undefined where nothing is. Planned writes are left out: they never happened. */
export async function recordHistory(database: Database, record: ObjectReference & { readonly id: string }, writeLimit: number): Promise<RecordHistory | undefined> {
  const object = await database.kysely.selectFrom('objects').select('id').where('system', '=', record.system).where('object', '=', record.object).executeTakeFirst();
  if (object === undefined) return undefined;
  const link = await database.kysely.selectFrom('links').select('entity_id').where('object_id', '=', object.id).where('external_id', '=', record.id).executeTakeFirst();
  if (link === undefined) return unlinkedHistory(database, object.id, record.id, writeLimit);
  const entityId = link.entity_id;
  const [links, bases, writes] = await Promise.all([linksOf(database, entityId), basesOf(database, entityId), writesOf(database, 'w.entity_id = any(array(select known_as($1)))', [entityId], writeLimit)]);
  return { entityId, links, bases, writes, deadLetters: await openLettersOf(database, links) };
}

/** knownObjects is every object that records are kept of, as `system.object`. */
export async function knownObjects(database: Database): Promise<string[]> {
  const rows = await database.kysely.selectFrom('objects').select(['system', 'object']).orderBy('system').orderBy('object').execute();
  return rows.map(({ system, object }) => `${system}.${object}`);
}

// A record that never got a link has its letter, and perhaps a write that was refused.
async function unlinkedHistory(database: Database, objectNumber: number, id: string, writeLimit: number): Promise<RecordHistory | undefined> {
  const [writes, deadLetters] = await Promise.all([
    writesOf(database, 'w.source_object_id = $1 and w.source_id = $2', [objectNumber, id], writeLimit),
    openLettersOf(database, [{ objectNumber, id }]),
  ]);
  return writes.length + deadLetters.length === 0 ? undefined : { entityId: null, links: [], bases: [], writes, deadLetters };
}

/** linksOf is the records that stand for an entity. */
export async function linksOf(database: Database, entityId: string): Promise<RecordLink[]> {
  return database.kysely.selectFrom('links as l').innerJoin('objects as o', 'o.id', 'l.object_id')
    .select(['o.system', 'o.object', 'o.id as objectNumber', 'l.external_id as id', 'l.state', 'l.version', 'l.run_id as runId'])
    .where('l.entity_id', '=', entityId).orderBy('o.system').orderBy('o.object').orderBy('l.external_id').execute();
}

/** basesOf is what each sync knows of an entity. */
export async function basesOf(database: Database, entityId: string): Promise<RecordBase[]> {
  const rows = await database.kysely.selectFrom('bases as b').innerJoin('syncs as s', 's.id', 'b.sync_id').select(['s.name as sync', 'b.state', 'b.values']).where('b.entity_id', '=', entityId).orderBy('s.name').execute();
  return rows.map(({ sync, state, values }) => ({ sync, state, values: values as JsonObject }));
}

async function writesOf(database: Database, condition: string, values: readonly unknown[], limit: number): Promise<RecordWrite[]> {
  const { rows } = await database.pool.query<RecordWrite>(
    `select w.id, s.name as sync, w.run_id as "runId", r.mode as "runMode", w.definition_version as "definitionVersion", o.system, o.object,
       w.source_id as "sourceId", w.external_id as "externalId", w.kind, w.state, w.reason, w.before, w.after, w.message,
       w.intended_at as at, w.settled_at as "settledAt"
     from writes w join syncs s on s.id = w.sync_id join objects o on o.id = w.object_id left join runs r on r.id = w.run_id
     where ${condition} and w.state <> 'planned' order by w.intended_at desc, w.id desc limit $${values.length + 1}`,
    [...values, limit],
  );
  return rows;
}
