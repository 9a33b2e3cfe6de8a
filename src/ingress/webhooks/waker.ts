/** WakerOptions is what a waker works with. */
export interface WakerOptions {
  /** Starts or signals the workflow of a consumer. */
  readonly wake: (consumer: string) => Promise<void>;
  /** Consumers for which something has waited for some time, such as after a restart. */
  readonly missed: () => Promise<readonly string[]>;
  /** Waits until it is clear whether a consumer has to be woken at all; false where somebody has taken its events meanwhile. Default: at once, yes. */
  readonly isNeeded?: (consumer: string) => Promise<boolean>;
  readonly onFailure: (consumer: string, error: unknown) => void;
  readonly everyMs: number;
}

/** After a failed wake, milliseconds; the last one goes on. */
const WAITS_MS = [500, 1_000, 5_000, 15_000] as const;

/**
 * Signals of one consumer that may follow each other at once, and the time after which one more may, milliseconds. A
 * workflow that is woken takes all that waits, so more than these tell it nothing; Temporal calls off a workflow task during
 * which more than 100 come.
 */
const BURST = 10;
const REFILL_MS = 200;

/** Waker wakes consumers: one signal at a time for each, however many events there were meanwhile, again after a failure until it succeeds. */
export class Waker {
  private readonly underWay = new Set<string>();
  private readonly again = new Set<string>();
  /** When each consumer's burst would be whole again. */
  private readonly wholeAtMs = new Map<string, number>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly looking: NodeJS.Timeout;
  private isStopped = false;

  constructor(private readonly options: WakerOptions) {
    this.looking = setInterval(() => { void this.look(); }, options.everyMs);
    this.looking.unref();
  }

  /** wake asks for consumers to be woken and does not wait. */
  wake(consumers: Iterable<string>): void {
    for (const consumer of consumers) {
      if (this.underWay.has(consumer)) this.again.add(consumer);
      else void this.signal(consumer, 0);
    }
  }

  /** look wakes the consumers for which something has waited too long. */
  async look(): Promise<void> {
    try {
      this.wake(await this.options.missed());
    } catch {
      // The database does not answer; the next look finds the same.
    }
  }

  /** stop ends the looking; signals that are under way are let go of, since what they announce is stored. */
  stop(): void {
    this.isStopped = true;
    clearInterval(this.looking);
    for (const timer of this.timers) clearTimeout(timer);
  }

  private async signal(consumer: string, failures: number): Promise<void> {
    if (this.isStopped) return;
    this.underWay.add(consumer);
    try {
      if ((await this.options.isNeeded?.(consumer)) !== false) await this.options.wake(consumer);
    } catch (error) {
      if (failures === 0) this.options.onFailure(consumer, error);
      this.after(WAITS_MS[Math.min(failures, WAITS_MS.length - 1)] ?? 0, () => { void this.signal(consumer, failures + 1); });
      return;
    }
    this.after(this.pauseMs(consumer), () => {
      this.underWay.delete(consumer);
      if (this.again.delete(consumer)) void this.signal(consumer, 0);
    });
  }

  // The generic cell rate algorithm: how far the next signal is ahead of an even pace, beyond what may come at once.
  private pauseMs(consumer: string): number {
    const now = Date.now();
    const wholeAtMs = Math.max(this.wholeAtMs.get(consumer) ?? 0, now) + REFILL_MS;
    this.wholeAtMs.set(consumer, wholeAtMs);
    return wholeAtMs - now - BURST * REFILL_MS;
  }

  private after(waitMs: number, does: () => void): void {
    if (waitMs <= 0) {
      does();
      return;
    }
    if (this.isStopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      does();
    }, waitMs);
    this.timers.add(timer);
  }
}
