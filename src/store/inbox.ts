import { sql } from 'kysely';
import { execute, type Database } from './database.js';
import { storableJson } from './storable-json.js';

/** INBOX_CHANNEL is where PostgreSQL tells the handoffs that something waits for them, by the name of the consumer. */
export const INBOX_CHANNEL = 'crosswalk_inbox';

/** NewInboxEvent is one event of a webhook with the processes that want to know of it. */
export interface NewInboxEvent {
  readonly system: string;
  readonly dedupeKey: string;
  readonly object: string | null;
  readonly recordId: string | null;
  /** Whether the sender gave the event an id. Without one an equal event may tell of another change, so its record is noted anew. */
  readonly hasId: boolean;
  readonly consumers: readonly string[];
}

// What is acknowledged has been waited for by `reachDisk`; until then a statement need not wait. What a crash of PostgreSQL
// takes back of one that takes or forgets is done once more, to the same end.
const notAwaited = `lax as materialized (select set_config('synchronous_commit', 'off', true))`;

const storeStatement = {
  name: 'inbox-store',
  text: `
    with ${notAwaited}, given as materialized (
      select distinct on (s, k) s, k, o, r, i, c from lax cross join jsonb_to_recordset($1::jsonb) as g(s text, k text, o text, r text, i boolean, c jsonb) order by s, k
    ), stored as (
      insert into inbox_events (system, dedupe_key, object, record_id) select s, k, o, r from given order by s, k on conflict do nothing returning system, dedupe_key
    ), noted as (
      insert into inbox_work as w (consumer, system, object, record_id, events)
      select c.consumer, g.s, coalesce(g.o, ''), coalesce(g.r, ''), count(*) from given g left join stored n on n.system = g.s and n.dedupe_key = g.k
      cross join lateral jsonb_array_elements_text(g.c) as c(consumer) where n.system is not null or not g.i group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (consumer, system, object, record_id) do update set events = w.events + excluded.events, last_at = now(), taken_by = null
      returning consumer
    ), told as materialized (
      select pg_notify('${INBOX_CHANNEL}', consumer) from (select distinct consumer from noted where consumer like 'handoff/%') as heard
    )
    select count(*)::integer as stored, (select count(*) from told) as told from stored`,
};

/**
 * storeEvents takes events in, each once however often it comes, and notes the records they name for their consumers;
 * returns how many were new. An event without an id counts once too, but its record is read again each time: a change is
 * never lost, and a replay has something read that is as it was. Workers hear of them at once; whoever acknowledges them to
 * their sender waits for `reachDisk` first.
 */
export async function storeEvents(database: Database, events: readonly NewInboxEvent[]): Promise<number> {
  const rows = events.map(({ system, dedupeKey, object, recordId, hasId, consumers }) => ({ s: system, k: dedupeKey, o: object, r: recordId, i: hasId, c: consumers }));
  const [result] = await execute<{ stored: number }>(database, storeStatement, [storableJson(rows)]);
  return result?.stored ?? 0;
}

// A transaction waits for its own record to be on the disk, and with it for all that was logged before.
const reachDiskStatement = { name: 'inbox-reach-disk', text: `select pg_logical_emit_message(true, 'crosswalk', '')` };

/** reachDisk resolves when everything that was stored before it was called outlasts a crash of PostgreSQL. */
export async function reachDisk(database: Database): Promise<void> {
  await execute(database, reachDiskStatement, []);
}

// Whoever waits for rows of the inbox locks them in the order of their key, as storing does, so that nobody waits in a circle:
// PostgreSQL would hold all of them up for a second before it looks. What another statement has locked just now is told of
// again or taken again, and is none of whoever forgets what it took.
const KEY = 'consumer, system, object, record_id';
const sameKey = (one: string, other: string): string => KEY.split(', ').map((column) => `${one}.${column} = ${other}.${column}`).join(' and ');

const takeWorkStatement = {
  name: 'inbox-take-work',
  text: `
    with ${notAwaited}, found as materialized (
      select ${KEY} from inbox_work where consumer = $1
      and not exists (select from definitions where kind = 'sync' and retired_at is null and 'sync/' || name = $1 and body #>> '{rollout,mode}' = 'paused')
      order by ${KEY} for update
    ), taken as (
      update inbox_work w set taken_by = $2::uuid from lax, found f where ${sameKey('w', 'f')} returning 1
    )
    select count(*)::integer as taken from taken`,
};

/** takeWork marks all that waits for a consumer as taken and returns how many records that is; what a taker before left over is among it. For a sync that is paused it waits on. */
export async function takeWork(database: Database, consumer: string, takenBy: string): Promise<number> {
  const [result] = await execute<{ taken: number }>(database, takeWorkStatement, [consumer, takenBy]);
  return result?.taken ?? 0;
}

const finishWorkStatement = {
  name: 'inbox-finish-work',
  text: `
    with ${notAwaited}, free as materialized (select ${KEY} from inbox_work where taken_by = $1::uuid for update skip locked)
    delete from inbox_work w using lax, free f where ${sameKey('w', 'f')} and w.taken_by = $1::uuid`,
};

/** finishWork forgets what was taken and has not been told of again since. */
export async function finishWork(database: Database, takenBy: string): Promise<void> {
  await execute(database, finishWorkStatement, [takenBy]);
}

/** TakenRecord is a record that was taken; `workId` names this taking of it. */
export interface TakenRecord {
  readonly workId: string;
  readonly recordId: string;
}

const takeStatement = (which: 'all' | 'untaken') => ({
  name: `inbox-take-${which}`,
  text: `with ${notAwaited} update inbox_work set taken_by = $2::uuid from lax where inbox_work.ctid = any (array(select ctid from inbox_work where consumer = $1${which === 'all' ? '' : ' and taken_by is null'} order by first_at limit $3 for update skip locked))
     returning taken_by::text || '/' || record_id as "workId", record_id as "recordId"`,
});
const takeStatements = { all: takeStatement('all'), untaken: takeStatement('untaken') };

/**
 * takeRecords takes some of the records that wait for a consumer, those that wait longest first; what a taker before left
 * over is among them, unless only those are wanted that nobody has taken.
 */
export async function takeRecords(database: Database, consumer: string, takenBy: string, most: number, which: 'all' | 'untaken' = 'all'): Promise<TakenRecord[]> {
  return execute<TakenRecord & Record<string, unknown>>(database, takeStatements[which], [consumer, takenBy, most]);
}

const finishStatement = {
  name: 'inbox-finish',
  text: `
    with ${notAwaited}, free as materialized (
      select ${KEY} from inbox_work where consumer = $1 and taken_by::text || '/' || record_id = any($2::text[]) for update skip locked
    )
    delete from inbox_work w using lax, free f where ${sameKey('w', 'f')} and w.taken_by::text || '/' || w.record_id = any($2::text[])`,
};

/** finishRecords forgets records that were taken and have not been told of again since. */
export async function finishRecords(database: Database, consumer: string, workIds: readonly string[]): Promise<void> {
  await execute(database, finishStatement, [consumer, workIds]);
}

/** isNeglected says whether something waits for a consumer that nobody has taken within so long, milliseconds, or that was taken long ago and is still there. */
export async function isNeglected(database: Database, consumer: string, afterMs: number): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `select from inbox_work where consumer = $1 and (taken_by is null and last_at <= now() - $2::double precision * interval '1 millisecond' or first_at <= now() - interval '10 seconds') limit 1`, [consumer, afterMs],
  );
  return (rowCount ?? 0) > 0;
}

/** waitingConsumers are the consumers for which something has waited for at least so long, milliseconds. */
export async function waitingConsumers(database: Database, olderThanMs: number): Promise<string[]> {
  const { rows } = await database.pool.query<{ consumer: string }>("select distinct consumer from inbox_work where first_at <= now() - $1::double precision * interval '1 millisecond'", [olderThanMs]);
  return rows.map(({ consumer }) => consumer);
}

/** forgetAbandonedWork removes what waits for syncs and handoffs that are no longer in force, or no longer follow webhooks; a sync that is paused keeps it. */
export async function forgetAbandonedWork(kysely: Database['kysely']): Promise<void> {
  await sql`with abandoned as materialized (
    select consumer, system, object, record_id from inbox_work w where not exists (
      select from definitions d where d.retired_at is null and d.kind in ('sync', 'handoff') and d.kind || '/' || d.name = w.consumer and (d.kind = 'handoff' or (d.body #>> '{when,realtime}')::boolean)
    ) for update skip locked
  ) delete from inbox_work w using abandoned a where (w.consumer, w.system, w.object, w.record_id) = (a.consumer, a.system, a.object, a.record_id)`.execute(kysely);
}

/** forgetEvents removes events older than so many days; the same event coming after that would be taken as a new one. */
export async function forgetEvents(database: Database, days: number): Promise<number> {
  const { rowCount } = await database.pool.query("delete from inbox_events where received_at < now() - $1::integer * interval '1 day'", [days]);
  return rowCount ?? 0;
}
