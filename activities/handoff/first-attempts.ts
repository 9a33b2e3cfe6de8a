import type { StepAttempt, StepPlace } from '../../src/contracts/handoff.js';
import { stepPath } from '../../src/contracts/ids.js';

/** Hold says, when a write is recorded, whether it may be sent; it may take its time. */
export type Hold = () => Promise<boolean>;

/** Begin makes attempts at steps that hold their writes back until they may go on, and end where `signal` says so. */
export type Begin = (hold: Hold, signal: AbortSignal) => Promise<readonly StepAttempt[]>;

interface Held {
  readonly paths: string;
  readonly attempts: Promise<readonly StepAttempt[]>;
  readonly goOn: (may: boolean) => void;
  readonly abort: AbortController;
}

/**
 * FirstAttempts begins the first steps of handoffs while Temporal still stores that they were started. Each is held where its
 * write is recorded and not sent: it is the workflow that has it sent. Where no workflow asks for it, the write is recorded as
 * not executed, and whoever comes to the step later begins anew.
 * With many at a time Temporal is slower than that, and what is gained by it is lost again, so no more are begun than so many.
 */
export class FirstAttempts {
  private readonly held = new Map<string, Held>();

  /** A workflow asks for its first steps within milliseconds of its start; the wait, milliseconds, is for one that never comes. */
  constructor(private readonly giveUpAfterMs = 2_000, private readonly most = 8) {}

  /** begin makes first attempts at steps of a handoff that this process has just opened, unless as many are held already as may be. */
  begin(runId: string, places: readonly StepPlace[], begin: Begin): void {
    if (this.held.size >= this.most) return;
    const abort = new AbortController();
    let decide: (may: boolean) => void = nothing;
    const mayGoOn = new Promise<boolean>((resolve) => { decide = resolve; });
    const timer = setTimeout(() => { this.callOff(runId); }, this.giveUpAfterMs);
    const goOn = (may: boolean): void => {
      clearTimeout(timer);
      this.held.delete(runId);
      decide(may);
    };
    const attempts = begin(() => mayGoOn, abort.signal);
    // Whoever takes them hears of what they fail with; where nobody does, it is no matter.
    attempts.catch(() => undefined);
    this.held.set(runId, { paths: pathsOf(places), goOn, abort, attempts });
  }

  /** take has the steps that were begun go on, and gives what becomes of them; undefined where none were, or others. */
  take(runId: string, places: readonly StepPlace[], signal: AbortSignal): Promise<readonly StepAttempt[]> | undefined {
    const held = this.held.get(runId);
    if (held === undefined) return undefined;
    const isAsked = held.paths === pathsOf(places) && !signal.aborted;
    if (isAsked) signal.addEventListener('abort', () => { held.abort.abort(signal.reason); }, { once: true });
    held.goOn(isAsked);
    return isAsked ? held.attempts : undefined;
  }

  /** callOff ends the first attempts of a handoff without anything being sent. */
  callOff(runId: string): void {
    this.held.get(runId)?.goOn(false);
  }

  /** close calls all attempts off and waits for their ends. */
  async close(): Promise<void> {
    const all = [...this.held.values()];
    for (const { goOn } of all) goOn(false);
    await Promise.allSettled(all.map(({ attempts }) => attempts));
  }
}

const nothing = (): void => undefined;

function pathsOf(places: readonly StepPlace[]): string {
  return places.map(stepPath).join('\n');
}
