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

/** aboutSoLong is a time within half of the given one: holders that ask in step would let the first of them take all, every time. */
function aboutSoLong(meanMs: number): number {
  return meanMs * (0.5 + Math.random());
}

const leaseStatement = {
  name: 'budget-lease',
  // The row lock makes leases of one system take turns, each on what the one before left. Tokens below the floor are
  // kept for those who may use the reserve.
  text: `
    with member as (
      insert into budget_members (system, worker, seen_at) values ($1, $2, clock_timestamp())
      on conflict (system, worker) do update set seen_at = excluded.seen_at
    ), bucket as (
      select tokens, refilled_at, closed_until from budgets where system = $1 for update
    ), refilled as (
      select least($4::double precision, tokens + extract(epoch from clock_timestamp() - refilled_at) * $3::double precision) as tokens, closed_until from bucket
    ), lease as (
      select tokens, closed_until, greatest(0, least($5::double precision, floor(tokens - $6::double precision))) as granted from refilled
    ), taken as (
      update budgets set tokens = lease.tokens - lease.granted, refilled_at = clock_timestamp() from lease where system = $1
    )
    select granted, extract(epoch from closed_until - clock_timestamp()) * 1000 as "closedMs",
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

  private serve(): void {
    if (this.waiting.length === 0) return;
    const now = Date.now();
    if (now - this.refreshedAtMs >= REFRESH_MS) return this.refreshSoon(0);
    if (now < this.closedUntilMs) return this.refreshSoon(Math.min(this.closedUntilMs - now, REFRESH_MS));
    const share = Math.max(1, Math.floor(this.options.limits.concurrency / this.members));
    const { requestsPerSecond, burst } = this.options.limits;
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
    const rate = limits.requestsPerSecond ?? 0;
    const wanted = Math.max(Math.ceil((rate * REFRESH_MS) / 1000), this.waiting.length);
    const slice = rate === 0 ? 0 : Math.max(1, wanted - Math.floor(this.tokens));
    // Never so high that a full bucket has nothing for a sync.
    const floor = this.waiting.some((entry) => entry.purpose === 'handoff') ? 0 : Math.min(limits.burst * limits.reserve, limits.burst - 1);
    if (this.refreshedAtMs === 0) await execute(database, openStatement, [system, limits.burst]);
    const [row] = await execute<{ granted: number; closedMs: string | null; others: number }>(
      database, leaseStatement, [system, worker, rate, limits.burst, slice, floor],
    );
    if (row === undefined) return;
    this.tokens += row.granted;
    this.members = row.others + 1;
    this.refreshedAtMs = Date.now();
    if (row.closedMs !== null) this.closedUntilMs = Math.max(this.closedUntilMs, Date.now() + Number(row.closedMs));
  }
}
