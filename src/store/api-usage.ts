import type { CountRequest, UsageOutcome } from '../contracts/api-usage.js';
import type { Purpose } from '../contracts/budget.js';
import type { Database } from './database.js';

/** UsageHour is how many requests a system got within an hour, on whose behalf, and what came of them. */
export interface UsageHour {
  readonly hour: Date;
  readonly system: string;
  readonly purpose: Purpose;
  readonly outcome: UsageOutcome;
  readonly requests: number;
}

/** How often counts are stored, milliseconds; a worker that is killed loses those since. */
const FLUSH_MS = 5_000;

/** How long counts are kept. */
const KEPT = '90 days';

/** UsageMeter counts requests in memory and stores the counts in one statement every few seconds. */
export class UsageMeter {
  private counts = new Map<string, { system: string; purpose: Purpose; outcome: UsageOutcome; requests: number }>();
  private timer: NodeJS.Timeout | undefined;
  private storing: Promise<void> = Promise.resolve();

  constructor(private readonly database: Database, private readonly onFailure: (error: unknown) => void = () => undefined) {}

  /** count adds one request; it costs a look into a map. */
  readonly count: CountRequest = (system, purpose, outcome) => this.add(system, purpose, outcome, 1);

  private add(system: string, purpose: Purpose, outcome: UsageOutcome, requests: number): void {
    const key = `${system}\0${purpose}\0${outcome}`;
    const known = this.counts.get(key);
    if (known !== undefined) known.requests += requests;
    else this.counts.set(key, { system, purpose, outcome, requests });
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** flush stores what has been counted; where the database does not take it, it is kept for the next time. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.storing = this.storing.then(() => this.store());
    return this.storing;
  }

  private async store(): Promise<void> {
    const taken = [...this.counts.values()];
    this.counts = new Map();
    if (taken.length === 0) return;
    try {
      await this.database.pool.query(
        `insert into api_usage as u (hour, system, purpose, outcome, requests)
         select date_trunc('hour', now(), 'UTC'), j.system, j.purpose, j.outcome, j.requests from jsonb_to_recordset($1::jsonb) as j(system text, purpose text, outcome text, requests bigint)
         order by j.system, j.purpose, j.outcome
         on conflict (hour, system, purpose, outcome) do update set requests = u.requests + excluded.requests`, [JSON.stringify(taken)]);
    } catch (error) {
      this.onFailure(error);
      for (const { system, purpose, outcome, requests } of taken) this.add(system, purpose, outcome, requests);
    }
  }
}

/** usageSince is the counts since a time, the newest hour first. */
export async function usageSince(database: Database, { since, system }: { readonly since: Date; readonly system?: string }): Promise<UsageHour[]> {
  const { rows } = await database.pool.query<Omit<UsageHour, 'requests'> & { requests: string }>(
    `select hour, system, purpose, outcome, requests from api_usage where hour >= date_trunc('hour', $1::timestamptz, 'UTC') and ($2::text is null or system = $2) order by hour desc, system, purpose, outcome`,
    [since, system ?? null]);
  return rows.map((row) => ({ ...row, requests: Number(row.requests) }));
}

/** forgetOldUsage drops counts that nobody compares with any more. */
export async function forgetOldUsage(database: Database): Promise<void> {
  await database.pool.query(`delete from api_usage where hour < now() - interval '${KEPT}'`);
}

/** UsageSpike is a system that got far more requests within the last full hour than in that hour on other days. */
export interface UsageSpike {
  readonly system: string;
  readonly requests: number;
  /** Median of the same hour of the days before. */
  readonly usual: number;
}

/** Fewer requests than these are no spike, whatever is usual. */
const LEAST_REQUESTS = 1_000;
const DAYS_BEFORE = 7;
const LEAST_DAYS = 3;

/**
 * usageSpikes compares the last full hour with the median of the same hour of the seven days before, of which at least
 * three must be known since the system's first request; days without requests count as none.
 */
export async function usageSpikes(database: Database, factor: number): Promise<UsageSpike[]> {
  const { rows } = await database.pool.query<UsageSpike>(
    `with last as (
       select system, sum(requests)::double precision as requests, hour from api_usage where hour = date_trunc('hour', now(), 'UTC') - interval '1 hour' group by system, hour
     ), known as (
       select system, min(hour) as first from api_usage group by system
     ), before as (
       select l.system, d, coalesce((select sum(requests) from api_usage u where u.system = l.system and u.hour = l.hour - make_interval(days => d)), 0)::double precision as requests
       from last l join known k using (system) cross join generate_series(1, ${DAYS_BEFORE}) d where l.hour - make_interval(days => d) >= k.first
     ), usual as (
       select system, percentile_cont(0.5) within group (order by requests) as requests from before group by system having count(*) >= ${LEAST_DAYS}
     )
     select l.system, l.requests, u.requests as usual from last l join usual u using (system)
     where l.requests >= ${LEAST_REQUESTS} and l.requests > $1::double precision * u.requests order by 1`, [factor]);
  return rows;
}

/** refusedSystems are the systems that have refused credentials and answered nothing as asked, in this hour and the one before. */
export async function refusedSystems(database: Database): Promise<string[]> {
  const { rows } = await database.pool.query<{ system: string }>(
    `select system from api_usage where hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour' group by system
     having sum(requests) filter (where outcome = 'unauthorized') > 0 and coalesce(sum(requests) filter (where outcome in ('ok', 'refused')), 0) = 0 order by 1`);
  return rows.map(({ system }) => system);
}
