import { setMaxListeners } from 'node:events';
import type { Budget, Permit, Purpose } from '../contracts/budget.js';
import type { LimitsDefinition } from '../contracts/system-definition.js';
import { execute, type Database } from './database.js';

/** SharedBudgetOptions is what a shared budget needs to know of its system and its holder. */
export interface SharedBudgetOptions {
  readonly database: Database;
  readonly system: string;
  readonly limits: Pick<LimitsDefinition, 'requestsPerSecond' | 'burst' | 'concurrency' | 'reserve'>;
  /** Id of this worker process. */
  readonly worker: string;
}

/** How often a holder asks again while it is at work, milliseconds: how late it can learn that another worker met a 429. */
const REFRESH_MS = 500;

/** How long a holder without tokens lets some gather before it asks for them, milliseconds: a query for each would be too many. */
const GATHER_MS = 100;

/** How often it is told to the others, at most, that little is left, milliseconds. */
const NARROW_MS = 1_000;

/** aboutSoLong is a time within half of the given one: holders that ask in step would let the first of them take all, every time. */
function aboutSoLong(meanMs: number): number {
  return meanMs * (0.5 + Math.random());
}

const leaseStatement = {
  name: 'budget-lease',
  // The row lock makes leases of one system take turns, each on what the one before left. Of the tokens a share is kept
  // for those who may use the reserve, never so large that a full bucket has nothing for a sync.
  text: `
    with member as (
      insert into budget_members (system, worker, seen_at) values ($1, $2, clock_timestamp())
      on conflict (system, worker) do update set seen_at = excluded.seen_at
    ), bucket as (
      select tokens, refilled_at, closed_until, narrowed_until, case when narrowed_until > clock_timestamp() then narrowed_rate end as narrowed from budgets where system = $1 for update
    ), sized as (
      select *, case when $3::double precision = 0 then coalesce(narrowed, 0) else least($3::double precision, narrowed) end as rate,
        greatest(1, least($4::double precision, narrowed)) as cap from bucket
    ), refilled as (
      select *, least(cap, tokens + extract(epoch from clock_timestamp() - refilled_at) * rate) as filled from sized
    ), lease as (
      select *, greatest(0, least($5::double precision, floor(filled - least(cap * $6::double precision, cap - 1)))) as granted from refilled
    ), taken as (
      update budgets set tokens = lease.filled - lease.granted, refilled_at = clock_timestamp() from lease where system = $1
    )
    select granted, extract(epoch from closed_until - clock_timestamp()) * 1000 as "closedMs",
      narrowed as "narrowedRate", extract(epoch from narrowed_until - clock_timestamp()) * 1000 as "narrowedMs",
      (select count(*) from budget_members where system = $1 and worker <> $2 and seen_at > clock_timestamp() - interval '5 seconds') as others
    from lease`,
};

const openStatement = {
  name: 'budget-open',
  text: 'insert into budgets (system, tokens, refilled_at) values ($1, $2, clock_timestamp()) on conflict do nothing',
};

interface Waiting {
  readonly purpose: Purpose;
  resolve(permit: Permit): void;
}

/**
 * SharedBudget is a budget that all workers of a system share through PostgreSQL. Tokens are leased in slices of about
 * half a second, so that it costs a few queries a second, not one a call. Time is the database's, never a worker's.
 */
export class SharedBudget implements Budget {
  private readonly waiting: Waiting[] = [];
  private tokens = 0;
  private inFlight = 0;
  private members = 1;
  private closedUntilMs = 0;
  private narrowed: { readonly rate: number; readonly untilMs: number } | undefined;
  private toldAtMs = 0;
  private refreshedAtMs = 0;
  private refreshing = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SharedBudgetOptions) {}

  /** acquire waits its turn for a permit; handoffs come before syncs. */
  async acquire(purpose: Purpose, signal: AbortSignal): Promise<Permit> {
    signal.throwIfAborted();
    // One signal stands behind all the requests of a run; many listeners are no leak.
    setMaxListeners(0, signal);
    return new Promise<Permit>((resolve, reject) => {
      const entry: Waiting = { purpose, resolve: (permit) => { signal.removeEventListener('abort', abort); resolve(permit); } };
      const abort = (): void => {
        const position = this.waiting.indexOf(entry);
        if (position >= 0) this.waiting.splice(position, 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      if (purpose === 'handoff') this.waiting.splice(this.waiting.findIndex((other) => other.purpose === 'sync') >>> 0, 0, entry);
      else this.waiting.push(entry);
      this.serve();
    });
  }

  /** close stops every worker's requests until a time; a close that ends earlier than the one in force changes nothing. */
  close(untilMs: number): void {
    this.closedUntilMs = Math.max(this.closedUntilMs, untilMs);
    const seconds = Math.max(0, (untilMs - Date.now()) / 1000);
    this.options.database.pool.query(
      `insert into budgets as b (system, tokens, refilled_at, closed_until) values ($1, 0, clock_timestamp(), clock_timestamp() + make_interval(secs => $2))
       on conflict (system) do update set closed_until = greatest(b.closed_until, excluded.closed_until)`,
      [this.options.system, seconds],
    ).catch(() => undefined); // This worker holds to the close in any case; the others meet the 429 themselves.
  }

  /** narrow slows every worker down until a time; it is told to the others at once where it says something new, and otherwise once a second. */
  narrow(requestsPerSecond: number, untilMs: number): void {
    const before = this.narrowed;
    const isNews = before === undefined || before.untilMs < Date.now() || requestsPerSecond < before.rate / 2;
    this.narrowed = { rate: requestsPerSecond, untilMs };
    this.tokens = Math.min(this.tokens, 1);
    if (!isNews && Date.now() - this.toldAtMs < NARROW_MS) return;
    this.toldAtMs = Date.now();
    this.options.database.pool.query(
      `insert into budgets as b (system, tokens, refilled_at, narrowed_rate, narrowed_until) values ($1, 1, clock_timestamp(), $2, clock_timestamp() + make_interval(secs => $3))
       on conflict (system) do update set narrowed_rate = excluded.narrowed_rate, narrowed_until = excluded.narrowed_until`,
      [this.options.system, requestsPerSecond, Math.max(0, (untilMs - Date.now()) / 1000)],
    ).catch(() => undefined); // This worker holds to it in any case.
  }

  /** Requests a second that hold now; undefined where no rate is held. */
  private rate(): number | undefined {
    const { requestsPerSecond } = this.options.limits;
    if (this.narrowed === undefined || this.narrowed.untilMs <= Date.now()) return requestsPerSecond;
    return Math.min(requestsPerSecond ?? Infinity, this.narrowed.rate);
  }

  private serve(): void {
    if (this.waiting.length === 0) return;
    const now = Date.now();
    if (now - this.refreshedAtMs >= REFRESH_MS) return this.refreshSoon(0);
    if (now < this.closedUntilMs) return this.refreshSoon(Math.min(this.closedUntilMs - now, REFRESH_MS));
    const share = Math.max(1, Math.floor(this.options.limits.concurrency / this.members));
    const { burst } = this.options.limits;
    const requestsPerSecond = this.rate();
    const limited = requestsPerSecond !== undefined;
    while (this.waiting.length > 0 && this.inFlight < share) {
      // Never so long that the bucket runs over meanwhile.
      if (limited && this.tokens < 1) return this.refreshSoon(aboutSoLong(Math.min(REFRESH_MS, Math.max(1000, Math.min(GATHER_MS * requestsPerSecond, burst * 500)) / requestsPerSecond)));
      if (limited) this.tokens -= 1;
      this.inFlight += 1;
      this.waiting.shift()?.resolve(this.permit());
    }
  }

  private permit(): Permit {
    let released = false;
    return {
      release: () => {
        if (released) return;
        released = true;
        this.inFlight -= 1;
        this.serve();
      },
    };
  }

  private refreshSoon(afterMs: number): void {
    if (this.refreshing || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.refresh();
    }, afterMs);
  }

  private async refresh(): Promise<void> {
    this.refreshing = true;
    try {
      await this.lease();
    } catch {
      // Without the database no call may be made at all: the ledger needs it too. Ask again shortly.
      await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
    } finally {
      this.refreshing = false;
      this.serve();
    }
  }

  private async lease(): Promise<void> {
    const { database, system, worker, limits } = this.options;
    const rate = this.rate() ?? 0;
    const wanted = Math.max(Math.ceil((rate * REFRESH_MS) / 1000), this.waiting.length);
    const slice = rate === 0 ? 0 : Math.max(1, wanted - Math.floor(this.tokens));
    const reserve = this.waiting.some((entry) => entry.purpose === 'handoff') ? 0 : limits.reserve;
    if (this.refreshedAtMs === 0) await execute(database, openStatement, [system, limits.burst]);
    const [row] = await execute<{ granted: number; closedMs: string | null; narrowedRate: number | null; narrowedMs: string | null; others: number }>(
      database, leaseStatement, [system, worker, limits.requestsPerSecond ?? 0, limits.burst, slice, reserve],
    );
    if (row === undefined) return;
    if (row.narrowedRate !== null) this.narrowed = { rate: row.narrowedRate, untilMs: Date.now() + Number(row.narrowedMs) };
    // What this worker has told a moment ago may not be stored yet.
    else if (Date.now() - this.toldAtMs >= NARROW_MS) this.narrowed = undefined;
    this.tokens += row.granted;
    this.members = row.others + 1;
    this.refreshedAtMs = Date.now();
    if (row.closedMs !== null) this.closedUntilMs = Math.max(this.closedUntilMs, Date.now() + Number(row.closedMs));
  }
}
