import { ApplicationFailure } from '@temporalio/workflow';
import type { HandoffResult, StepAttempt, StepOutline, StepPlace, StepResult } from '../src/contracts/handoff.js';
import { stepPath } from '../src/contracts/ids.js';
import { areAllThatIsLeft, endsParallelWay } from '../src/domain/handoff/step-order.js';
import { onceHandoff, onceOptions } from './activity-options.js';

/** Characters of a summary; the server takes 400 bytes, and a character has at most four. */
const LONGEST_SUMMARY = 100;

interface Together {
  readonly steps: StepOutline[];
  readonly places: StepPlace[];
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

  /** `begins`: nothing has been done or looked up for the handoff's steps yet. */
  constructor(private readonly runId: string, private readonly outline: readonly StepOutline[], private begins: boolean) {}

  /** goesOn says that a step was gone into in another way. */
  goesOn(): void {
    this.begins = false;
  }

  /** attempt makes the first attempt at a step; throws what another attempt may mend. */
  async attempt(step: StepOutline, place: StepPlace): Promise<StepResult> {
    const together: Together | Gathering = endsParallelWay(this.outline, step.name) ? (this.gathering ??= this.gather()) : { steps: [], places: [] };
    together.steps.push(step);
    const position = together.places.push(place) - 1;
    const attempt = (await ('attempts' in together ? together.attempts : this.send(together)))[position];
    if (attempt === undefined) throw ApplicationFailure.retryable(`Nothing was said of step "${stepPath(place)}".`);
    if (attempt.failure === undefined) return attempt;
    const { message, type, nonRetryable, waitMs } = attempt.failure;
    throw ApplicationFailure.create({ message, nonRetryable, ...(type === undefined ? {} : { type }), ...(waitMs === undefined ? {} : { nextRetryDelay: waitMs }) });
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

  private async send({ steps, places }: Together): Promise<readonly StepAttempt[]> {
    const { begins } = this;
    this.begins = false;
    const titles = steps.map(({ title }) => title).join(' · ');
    const summary = titles.length > LONGEST_SUMMARY ? `${titles.slice(0, LONGEST_SUMMARY - 1)}…` : titles;
    const { attempts, closed } = await onceHandoff.carryOutSteps.executeWithOptions({ ...onceOptions, summary }, [{ runId: this.runId, places, begins, closes: areAllThatIsLeft(this.outline, steps) }]);
    if (closed !== null) this.closed = closed;
    return attempts;
  }
}
