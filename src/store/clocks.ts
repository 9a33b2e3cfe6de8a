import type { Database } from './database.js';

/** ClockDifference is how far a clock is from the database's; positive where it is ahead. */
export interface ClockDifference {
  readonly clock: string;
  readonly aheadMs: number;
  readonly measuredAt: Date;
}

/** CLOCKS_APART_MS is from how far apart clocks are worth a person's attention: webhooks are refused at five minutes, and runs leave out the newest half minute. */
export const CLOCKS_APART_MS = 5_000;

/** measureClock compares a process's clock with the database's and stores the difference; it is right to half of what the question takes. */
export async function measureClock(database: Database, clock: string, now: () => number = Date.now): Promise<number> {
  const before = now();
  const { rows: [row] } = await database.pool.query<{ ms: number }>('select (extract(epoch from clock_timestamp()) * 1000)::double precision as ms');
  const aheadMs = Math.round((before + now()) / 2 - (row?.ms ?? before));
  await store(database, clock, aheadMs);
  return aheadMs;
}

/** recordClock stores how far a clock is from the database's, by what it showed a moment ago, epoch milliseconds. */
export async function recordClock(database: Database, clock: string, shownMs: number): Promise<number> {
  const { rows: [row] } = await database.pool.query<{ ms: number }>('select (extract(epoch from clock_timestamp()) * 1000)::double precision as ms');
  const aheadMs = Math.round(shownMs - (row?.ms ?? shownMs));
  await store(database, clock, aheadMs);
  return aheadMs;
}

const MOST_MS = 2_000_000_000;

async function store(database: Database, clock: string, aheadMs: number): Promise<void> {
  await database.pool.query(
    `insert into clock_differences as c (clock, ahead_ms) values ($1, $2) on conflict (clock) do update
     set ahead_ms = excluded.ahead_ms, measured_at = now(), told = c.told and abs(excluded.ahead_ms) >= $3`, [clock, Math.max(-MOST_MS, Math.min(MOST_MS, aheadMs)), CLOCKS_APART_MS],
  );
}

/** clockDifferences are the differences that were measured within the last day, the largest first. */
export async function clockDifferences(database: Database): Promise<ClockDifference[]> {
  return (await database.pool.query<ClockDifference>('select clock, ahead_ms as "aheadMs", measured_at as "measuredAt" from clock_differences where measured_at > now() - interval \'1 day\' order by abs(ahead_ms) desc limit 100')).rows;
}

/** takeUntoldClocks are the clocks that have come to be apart and that nobody was told of; each is given once, until it has been right in between. */
export async function takeUntoldClocks(database: Database): Promise<ClockDifference[]> {
  return (await database.pool.query<ClockDifference>(
    'update clock_differences set told = true where not told and abs(ahead_ms) >= $1 and measured_at > now() - interval \'1 hour\' returning clock, ahead_ms as "aheadMs", measured_at as "measuredAt"', [CLOCKS_APART_MS],
  )).rows;
}
