import { TokenBuckets } from './token-buckets.js';

/** Limits are what a simulated system allows. */
export interface Limits {
  /** Null: any rate. */
  readonly requestsPerSecond: number | null;
  /** Requests that may come at once after a pause; absent: as many as a second allows. */
  readonly burst?: number;
  /** Requests that may run at the same time; null: any number. */
  readonly concurrency: number | null;
  /** Every request takes at least this long. */
  readonly latencyMs: number;
}

/** SystemLimits enforces the limits of one system and counts what is running. */
export class SystemLimits {
  readonly #defaults: Limits;
  /** False: the system itself takes tokens, by key, after it has read the request. */
  readonly perSystem: boolean;
  #current: Limits;
  #buckets: TokenBuckets | undefined;
  #running = 0;
  #peak = 0;

  constructor(defaults: Limits, perSystem = true) {
    this.#defaults = defaults;
    this.perSystem = perSystem;
    this.#current = defaults;
    this.#buckets = makeBuckets(defaults);
  }

  get current(): Limits {
    return this.#current;
  }

  /** peak is the highest number of requests that ran at the same time. */
  get peak(): number {
    return this.#peak;
  }

  set(changes: Partial<Limits>): void {
    // A burst belongs to the rate it was given with.
    const { burst, ...kept } = this.#current;
    this.#current = { ...(changes.requestsPerSecond === undefined && burst !== undefined ? this.#current : kept), ...changes };
    this.#buckets = makeBuckets(this.#current);
  }

  reset(): void {
    this.#current = this.#defaults;
    this.#buckets = makeBuckets(this.#defaults);
    this.#peak = this.#running;
  }

  /** enter counts a request in, and says whether it is within the allowed concurrency. */
  enter(): boolean {
    this.#running += 1;
    if (this.#running > this.#peak) this.#peak = this.#running;
    return this.#current.concurrency === null || this.#running <= this.#current.concurrency;
  }

  leave(): void {
    this.#running -= 1;
  }

  /** take returns 0 when the request is within the rate, else the milliseconds to wait. */
  take(key = ''): number {
    return this.#buckets === undefined ? 0 : this.#buckets.take(key, performance.now());
  }
}

function makeBuckets(limits: Limits): TokenBuckets | undefined {
  const rate = limits.requestsPerSecond;
  return rate === null ? undefined : new TokenBuckets(rate, limits.burst ?? rate);
}
