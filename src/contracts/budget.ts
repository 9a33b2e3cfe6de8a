/** Purpose says on whose behalf a request is made: handoffs have a reserved share of a system's rate. */
export type Purpose = 'sync' | 'handoff';

/** Permit is the right to make one request; release it when the answer is in. */
export interface Permit {
  release(): void;
}

/** Budget is the shared right to make requests to one system: rate, concurrency, and the closing after a 429. */
export interface Budget {
  /** acquire waits for a permit; rejects with the signal's reason when aborted. */
  acquire(purpose: Purpose, signal: AbortSignal): Promise<Permit>;
  /** close stops requests from every worker until the time, epoch milliseconds. */
  close(untilMs: number): void;
  /** narrow slows every worker down to a rate until the time, epoch milliseconds; what was said last counts. */
  narrow?(requestsPerSecond: number, untilMs: number): void;
}
