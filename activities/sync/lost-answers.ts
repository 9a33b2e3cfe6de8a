import { isLastAttempt } from '../failure.js';
import type { RunContext } from './run-context.js';

/** When the answers to so many records are lost again and again, it is the system that is ill and not the records. */
const MANY = 5;

/** LostAnswers counts, within one attempt, how often each record was sent without an answer and found not to have been executed. */
export class LostAnswers {
  private readonly times = new Map<string, number>();
  private readonly isLast: boolean;

  constructor({ target, attempts }: Pick<RunContext, 'target' | 'attempts'>) {
    this.isLast = isLastAttempt({ scheduleMs: target.system.retry.scheduleMs, attempts });
  }

  add(sourceIds: readonly string[]): void {
    for (const id of sourceIds) this.times.set(id, (this.times.get(id) ?? 0) + 1);
  }

  /** hopeless is the records that are not to be sent again: on the last attempt, those that came to nothing twice. */
  hopeless(): ReadonlySet<string> {
    const ids = [...this.times].filter(([, times]) => times > 1).map(([id]) => id);
    return new Set(this.isLast && ids.length < MANY ? ids : []);
  }
}
