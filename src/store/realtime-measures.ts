import type { RealtimeMeasure, SweepDecision, SweepState } from '../contracts/strategy.js';
import type { WrittenChange } from '../domain/realtime-measure.js';
import type { Database } from './database.js';

/** More changes than this are not looked at for one measure; the newest count. */
const MOST_CHANGES = 2_000;

/** Measures that are kept of each sync: at one a minute, about a day. */
const MOST_MEASURES = 1_500;

/**
 * writtenChanges are the newest changes that a sync's runs have written since a time. Complete reads, backfills and first
 * runs are left out, since what they write is no change that a webhook could have announced.
 */
export async function writtenChanges(database: Database, sync: { readonly name: string; readonly system: string; readonly object: string }, since: Date): Promise<WrittenChange[]> {
  const { rows } = await database.pool.query<WrittenChange>(
    `select w.source_version as version, w.settled_at as "settledAt", (
       select max(e.received_at) from inbox_events e where e.system = $2 and e.object = $3 and e.record_id = w.source_id and e.received_at <= w.settled_at
     ) as "announcedAt"
     from runs r join syncs s on s.id = r.sync_id join writes w on w.run_id = r.id
     where s.name = $1 and r.mode = 'incremental' and r.started_at > $4::timestamptz - interval '1 hour'
       and (r.place ? 'sinceMs' or r.place ? 'sides' or r.place #> '{selection,announced}' = 'true')
       and w.state = 'acknowledged' and w.kind in ('create', 'update') and w.settled_at > $4
     order by w.settled_at desc limit $5`, [sync.name, sync.system, sync.object, since, MOST_CHANGES],
  );
  return rows;
}

/** SweepRow is how often a sync sweeps now, since when and why. */
export interface SweepRow extends SweepState {
  readonly sync: string;
  readonly reason: string;
  readonly since: Date;
}

const sweepColumns = 'sync, every_ms::double precision as "everyMs", calm, reason, since';

/** sweepStates are the syncs whose sweeps have been looked at. */
export async function sweepStates(database: Database): Promise<SweepRow[]> {
  return (await database.pool.query<SweepRow>(`select ${sweepColumns} from sweep_states order by sync`)).rows;
}

/** findSweepState is how often one sync sweeps now; undefined before its first measure. */
export async function findSweepState(database: Database, sync: string): Promise<SweepRow | undefined> {
  return (await database.pool.query<SweepRow>(`select ${sweepColumns} from sweep_states where sync = $1`, [sync])).rows[0];
}

/** recordMeasure stores a measure and what it led to, and forgets the oldest beyond a bound. */
export async function recordMeasure(database: Database, sync: string, { announced, missed, p50Ms, p95Ms }: RealtimeMeasure, { change, next, reason }: SweepDecision): Promise<void> {
  await database.pool.query('insert into realtime_measures (sync, announced, missed, p50_ms, p95_ms, every_ms, change) values ($1, $2, $3, $4, $5, $6, $7)', [sync, announced, missed, p50Ms, p95Ms, next.everyMs, change]);
  await database.pool.query(
    `insert into sweep_states as s (sync, every_ms, calm, reason) values ($1, $2, $3, $4)
     on conflict (sync) do update set every_ms = excluded.every_ms, calm = excluded.calm,
       reason = case when $5 then excluded.reason else s.reason end, since = case when $5 then now() else s.since end`, [sync, next.everyMs, next.calm, reason, change !== 'keep'],
  );
  await database.pool.query('delete from realtime_measures where sync = $1 and at < (select at from realtime_measures where sync = $1 order by at desc offset $2 limit 1)', [sync, MOST_MEASURES - 1]);
}

/** MeasureRow is a measure as it was stored. */
export interface MeasureRow extends RealtimeMeasure {
  readonly sync: string;
  readonly at: Date;
}

/** latestMeasures is the newest measure of every sync. */
export async function latestMeasures(database: Database): Promise<MeasureRow[]> {
  return (await database.pool.query<MeasureRow>('select distinct on (sync) sync, at, announced, missed, p50_ms as "p50Ms", p95_ms as "p95Ms" from realtime_measures order by sync, at desc')).rows;
}

/** Of the batches that changed nothing, so many are kept for each sync. */
const SMALL_RUNS_KEPT = 200;

/**
 * forgetSmallRuns removes the oldest runs of real-time batches of a sync that wrote, parked and linked nothing, so that
 * nothing refers to them; returns how many. What the ledger, a dead letter, a link or a question names stays for good.
 */
export async function forgetSmallRuns(database: Database, sync: string, kept: number = SMALL_RUNS_KEPT): Promise<number> {
  const { rowCount } = await database.pool.query(
    `with old as (
       select r.id from runs r join syncs s on s.id = r.sync_id where s.name = $1 and r.workflow_id like 'realtime/%' and r.state <> 'running'
         and coalesce((r.counts ->> 'created')::bigint, 0) + coalesce((r.counts ->> 'updated')::bigint, 0) + coalesce((r.counts ->> 'parked')::bigint, 0) = 0
       order by r.started_at desc offset $2 limit 5000
     )
     delete from runs r using old where r.id = old.id
       and not exists (select from intents i where i.run_id = r.id) and not exists (select from letter_events e where e.run_id = r.id)
       and not exists (select from selections c where c.run_id = r.id) and not exists (select from plans p where p.run_id = r.id)
       and r.id not in (select run_id from links where run_id in (select id from old))
       and r.id not in (select run_id from dead_letters where run_id in (select id from old))
       and r.id not in (select run_id from conflicts where run_id in (select id from old))
       and r.id not in (select run_id from identity_reviews where run_id in (select id from old))`, [sync, kept],
  );
  return rowCount ?? 0;
}
