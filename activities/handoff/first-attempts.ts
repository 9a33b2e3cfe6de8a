import type { StepAttempt, StepPlace } from '../../src/contracts/handoff.js';
import { stepPath } from '../../src/contracts/ids.js';

/** Hold says, when a write is recorded, whether it may be sent; it may take its time. */
export type Hold = () => Promise<boolean>;

/** Begin makes attempts at steps that hold their writes back until they may go on, and end where `signal` says so. */
export type Begin = (hold: Hold, signal: AbortSignal) => Promise<readonly StepAttempt[]>;

interface Begun {
  readonly paths: string;
  readonly attempts: Promise<readonly StepAttempt[]>;
  /** Whether what is recorded may be sent; only what is said first counts. */
  readonly decide: (maySend: boolean) => void;
  readonly forget: () => void;
  readonly abort: AbortController;
}

/**
 * FirstAttempts begins the first steps of handoffs while Temporal still stores that they were started. Each is held where its
 * write is recorded and not sent, until Temporal has stored it; the workflow then takes what becomes of them. Where Temporal
 * does not say so in time, the write is recorded as not executed, and whoever comes to the step later begins anew.
 */
export class FirstAttempts {
  private readonly begun = new Map<string, Begun>();

  /**
   * Temporal stores a start, and the workflow asks for its first steps, within milliseconds; the wait, milliseconds, is for a
   * workflow that never comes.
   */
  constructor(private readonly giveUpAfterMs = 2_000, private readonly most = 8) {}

  /** begin makes first attempts at steps of a handoff that this process has just opened, unless as many are under way already as may be. */
  begin(runId: string, places: readonly StepPlace[], begin: Begin): void {
    if (this.begun.size >= this.most) return;
    const abort = new AbortController();
    let decide: Begun['decide'] = nothing;
    const maySend = new Promise<boolean>((resolve) => { decide = resolve; });
    const timer = setTimeout(() => { this.callOff(runId); }, this.giveUpAfterMs);
    const forget = (): void => {
      clearTimeout(timer);
      this.begun.delete(runId);
    };
    const attempts = begin(() => maySend, abort.signal);
    // Whoever takes them hears of what they fail with; where nobody does, it is no matter.
    attempts.catch(() => undefined);
    this.begun.set(runId, { paths: pathsOf(places), attempts, decide, forget, abort });
  }

  /** decide has the writes of a handoff sent, or calls them off: `isStarted` says that Temporal has stored the start, and that its first task is this process's. */
  decide(runId: string, isStarted: boolean): void {
    if (isStarted) this.begun.get(runId)?.decide(true);
    else this.callOff(runId);
  }

  /** take gives what becomes of the steps that were begun; undefined where none were, or others. */
  take(runId: string, places: readonly StepPlace[], signal: AbortSignal): Promise<readonly StepAttempt[]> | undefined {
    const begun = this.begun.get(runId);
    if (begun === undefined) return undefined;
    begun.forget();
    const isAsked = begun.paths === pathsOf(places) && !signal.aborted;
    if (isAsked) signal.addEventListener('abort', () => { begun.abort.abort(signal.reason); }, { once: true });
    begun.decide(isAsked);
    return isAsked ? begun.attempts : undefined;
  }

  /** close calls all attempts off and waits for their ends. */
  async close(): Promise<void> {
    const all = [...this.begun.entries()];
    for (const [runId] of all) this.callOff(runId);
    await Promise.allSettled(all.map(([, { attempts }]) => attempts));
  }

  // What has been sent already goes on to its end.
  private callOff(runId: string): void {
    const begun = this.begun.get(runId);
    begun?.forget();
    begun?.decide(false);
  }
}

const nothing = (): void => undefined;

function pathsOf(places: readonly StepPlace[]): string {
  return places.map(stepPath).join('\n');
}
