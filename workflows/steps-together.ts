import { ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { HandoffResult, StepAttempt, StepOutline, StepPlace, StepResult } from '../src/contracts/handoff.js';
import { stepPath } from '../src/contracts/ids.js';
import { areAllThatIsLeft, endsParallelWay } from '../src/domain/handoff/step-order.js';
import { onceHandoff, onceOptions } from './activity-options.js';

/** Characters of a summary; the server takes 400 bytes, and a character has at most four. */
const LONGEST_SUMMARY = 100;

interface AskedTogether {
  readonly steps: readonly StepOutline[];
  readonly places: readonly StepPlace[];
}

interface Together extends AskedTogether {
  readonly steps: StepOutline[];
  readonly places: StepPlace[];
}

/** An attempt, or what kept it from being made. */
interface KnownAttempt {
  readonly attempt?: StepAttempt;
  readonly error?: unknown;
}

interface Gathering extends Together {
  readonly attempts: Promise<readonly StepAttempt[]>;
}

/**
 * StepsTogether makes first attempts at actions: those of parallel ways that begin at the same moment and end their ways, in
 * one local activity. Where a handoff ends with them and all went well, the same activity closes it.
 */
export class StepsTogether {
  /** What the handoff came to, where its last steps closed it. */
  closed: HandoffResult | undefined;
  private gathering: Gathering | undefined;
  /** First attempts that did not succeed, until the walk comes to their steps. */
  private readonly known = new Map<string, KnownAttempt>();

  /** `begins`: nothing has been done or looked up for the handoff's steps yet. */
  constructor(private readonly runId: string, private readonly outline: readonly StepOutline[], private begins: boolean) {}

  /** goesOn says that a step was gone into in another way. */
  goesOn(): void {
    this.begins = false;
  }

  /** attemptAll makes the first attempts at steps that begin now; gives the places of those that are done. What became of the others, `attempt` says. */
  async attemptAll(steps: readonly StepOutline[], places: readonly StepPlace[]): Promise<readonly StepPlace[]> {
    let attempts: readonly StepAttempt[];
    try {
      attempts = await this.send({ steps, places });
    } catch (error) {
      if (isCancellation(error)) throw error;
      for (const place of places) this.known.set(stepPath(place), { error });
      return [];
    }
    return places.filter((place, position) => {
      const attempt = attempts[position];
      if (attempt?.state === 'done' || attempt?.state === 'skipped') return true;
      this.known.set(stepPath(place), attempt === undefined ? {} : { attempt });
      return false;
    });
  }

  /** attempt makes the first attempt at a step; throws what another attempt may mend. */
  async attempt(step: StepOutline, place: StepPlace): Promise<StepResult> {
    const known = this.known.get(stepPath(place));
    if (known !== undefined) {
      this.known.delete(stepPath(place));
      if ('error' in known) throw known.error;
      return resultOf(known.attempt, place);
    }
    const together: Together | Gathering = endsParallelWay(this.outline, step.name) ? (this.gathering ??= this.gather()) : { steps: [], places: [] };
    together.steps.push(step);
    const position = together.places.push(place) - 1;
    return resultOf((await ('attempts' in together ? together.attempts : this.send(together)))[position], place);
  }

  // Ways are gone into one after the other without a pause, so all that begin now are there before the promise goes on.
  private gather(): Gathering {
    const gathered: Together = { steps: [], places: [] };
    const attempts = Promise.resolve().then(() => {
      this.gathering = undefined;
      return this.send(gathered);
    });
    return { ...gathered, attempts };
  }

  private async send({ steps, places }: AskedTogether): Promise<readonly StepAttempt[]> {
    const { begins } = this;
    this.begins = false;
    const titles = steps.map(({ title }) => title).join(' · ');
    const summary = titles.length > LONGEST_SUMMARY ? `${titles.slice(0, LONGEST_SUMMARY - 1)}…` : titles;
    const { attempts, closed } = await onceHandoff.carryOutSteps.executeWithOptions({ ...onceOptions, summary }, [{ runId: this.runId, places, begins, closes: areAllThatIsLeft(this.outline, steps) }]);
    if (closed !== null) this.closed = closed;
    return attempts;
  }
}

function resultOf(attempt: StepAttempt | undefined, place: StepPlace): StepResult {
  if (attempt === undefined) throw ApplicationFailure.retryable(`Nothing was said of step "${stepPath(place)}".`);
  if (attempt.failure === undefined) return attempt;
  const { message, type, nonRetryable, waitMs } = attempt.failure;
  throw ApplicationFailure.create({ message, nonRetryable, ...(type === undefined ? {} : { type }), ...(waitMs === undefined ? {} : { nextRetryDelay: waitMs }) });
}
