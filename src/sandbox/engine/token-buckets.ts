const maxBuckets = 10_000;

interface Bucket {
  tokens: number;
  filledMs: number;
}

/** TokenBuckets limits a rate, for each key on its own: `burst` requests at once, `perSecond` in the long run. */
export class TokenBuckets {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = Math.max(1, burst);
  }

  /** take spends a token and returns 0, or returns the milliseconds until there is one. */
  take(key: string, nowMs: number): number {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= maxBuckets) this.#buckets.clear();
      bucket = { tokens: this.#burst, filledMs: nowMs };
      this.#buckets.set(key, bucket);
    }
    const gained = (Math.max(0, nowMs - bucket.filledMs) / 1000) * this.#perSecond;
    bucket.tokens = Math.min(this.#burst, bucket.tokens + gained);
    bucket.filledMs = nowMs;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return Math.ceil(((1 - bucket.tokens) / this.#perSecond) * 1000);
  }
}
