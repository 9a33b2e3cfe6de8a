import { ActivityFailure, ApplicationFailure, condition, isCancellation, rootCause, workflowInfo } from '@temporalio/workflow';
import { failureTypes } from '../src/contracts/failures.js';
import { stepPath } from '../src/contracts/ids.js';
import type { OpenedHandoff, StepInput, StepMemo, StepOutline, StepPlace, StepResult, StepState } from '../src/contracts/handoff.js';
import { localHandoff, localOptions, onceHandoff, onceOptions, stepOptions, stepsOfHandoff } from './activity-options.js';
import { atOnce } from './at-once.js';
import { askPeople, tellPeople } from './handoff-people.js';
import type { HandoffDesk } from './handoff-desk.js';

/** The longest that one condition waits; a longer wait is waited for in parts. */
const LONGEST_TIMER_MS = 30 * 86_400_000;

/** HandoffCourse goes through the steps of a handoff. It holds no values: activities look at them in the store. */
export class HandoffCourse {
  /** `notesAll`: also the end of steps that have no row to note it in, as handoffs have always done that open their own run. */
  constructor(private readonly run: OpenedHandoff, private readonly desk: HandoffDesk, private readonly carryOn: () => Promise<never>, private readonly notesAll: boolean) {}

  /** follow goes through steps in order, until the handoff is over. */
  async follow(steps: readonly StepOutline[], at: readonly number[] = []): Promise<void> {
    for (const step of steps) {
      if (this.desk.over !== undefined) return;
      await this.step(step, { name: step.name, at });
    }
  }

  private async step(step: StepOutline, place: StepPlace): Promise<void> {
    const path = stepPath(place);
    if (this.desk.memo[path]?.done === true) return;
    for (;;) {
      const failure = await this.attempt(step, place);
      if (failure === undefined || this.desk.over !== undefined) break;
      const choice = await this.afterFailure(step, place, failure);
      if (choice !== 'retry') break;
    }
    if (this.desk.over?.kind !== 'failure') this.note(path, { done: true });
  }

  /** Gives why the step failed; undefined where it did not. */
  private async attempt(step: StepOutline, place: StepPlace): Promise<{ readonly state: 'failed' | 'unknown'; readonly message: string } | undefined> {
    try {
      const state = await this.desk.during(place, step.title, () => this.enter(step, place));
      return state === 'failed' || state === 'unknown' ? { state, message: state === 'failed' ? 'was refused' : 'has a write of which nobody knows whether it was executed' } : undefined;
    } catch (error) {
      // What a local activity throws may come without the ActivityFailure around it.
      if (isCancellation(error) || !(error instanceof ActivityFailure || error instanceof ApplicationFailure)) throw error;
      await localHandoff.recordStep({ ...this.input(place), state: 'failed' });
      return { state: 'failed', message: rootCause(error) ?? error.message };
    }
  }

  private async enter(step: StepOutline, place: StepPlace): Promise<StepState> {
    const memo = step.decides && step.kind !== 'action' ? await this.decide(step, place) : {};
    if (memo.skipped === true) return 'skipped';
    switch (step.kind) {
      case 'action':
        return this.act(step, place);
      case 'wait':
        return this.wait(step, place, memo.untilMs ?? 0);
      case 'approval':
        return askPeople(this.desk, this.input(place), step.title);
      case 'notify':
        return tellPeople(this.desk, this.input(place), step.title);
      case 'branch':
        await this.follow(step.ways?.[memo.choice ?? -1] ?? [], place.at);
        return this.done(step, place);
      case 'parallel':
        await allSettled((step.ways ?? []).map((way) => this.follow(way, place.at)));
        return this.done(step, place);
      case 'forEach':
        for (let turn = 0; turn < (memo.count ?? 0); turn += 1) await this.follow(step.ways?.[0] ?? [], [...place.at, turn]);
        return this.done(step, place);
      case 'end':
        this.desk.over = { kind: 'end', message: step.title };
        return this.done(step, place);
    }
  }

  // What was decided once is not decided again: in a new execution the values may have moved on.
  private async decide(step: StepOutline, place: StepPlace): Promise<StepMemo> {
    const path = stepPath(place);
    const known = this.desk.memo[path];
    if (known !== undefined) return known;
    const decided = await localHandoff.decideStep.executeWithOptions({ ...localOptions, summary: `${step.title}: decide` }, [this.input(place)]);
    this.note(path, decided);
    return decided;
  }

  private async act(step: StepOutline, place: StepPlace): Promise<StepState> {
    const { timeoutMs } = step;
    const beganMs = Date.now();
    const leftMs = (): number => (timeoutMs ?? Infinity) - (Date.now() - beganMs);
    const input = this.input(place);
    const once = (): Promise<StepResult> => onceHandoff.carryOutStep.executeWithOptions({ ...onceOptions, summary: step.title, ...(timeoutMs === undefined ? {} : { scheduleToCloseTimeout: timeoutMs }) }, [input]);
    const durably = (): Promise<StepResult> =>
      stepsOfHandoff.carryOutStep.executeWithOptions({ ...stepOptions, summary: step.title, ...(timeoutMs === undefined ? {} : { scheduleToCloseTimeout: Math.max(leftMs(), 1) }) }, [input]);
    // Noted beforehand: a step that runs out of time may have written something all the same.
    if (step.undo && !this.desk.undoable.some((known) => stepPath(known) === stepPath(place))) this.desk.undoable.push(place);
    const { state } = await this.desk.whileBusy(() => atOnce({ activity: 'carryOutStep', once, durably, isOver: () => leftMs() <= 0 }));
    return state;
  }

  private async wait(step: StepOutline, place: StepPlace, untilMs: number): Promise<StepState> {
    const came = (): string | undefined => step.events?.find((event) => this.desk.events.includes(event));
    const mayEnd = (): boolean => this.desk.over !== undefined || came() !== undefined;
    while (!mayEnd() && Date.now() < untilMs) {
      if (workflowInfo().continueAsNewSuggested && this.desk.busy === 0 && !this.desk.parked) await this.carryOn();
      await condition(mayEnd, Math.min(untilMs - Date.now(), LONGEST_TIMER_MS), { summary: step.title });
    }
    await localHandoff.recordStep({ ...this.input(place), state: 'done', event: came() ?? null });
    return 'done';
  }

  private async afterFailure(step: StepOutline, place: StepPlace, { state, message }: { readonly state: 'failed' | 'unknown'; readonly message: string }): Promise<'retry' | 'over'> {
    // Nobody but a person can say what became of an unknown write, so it waits whatever the definition says.
    const rule = state === 'unknown' ? 'park' : step.onFailure;
    if (rule === 'continue') return 'over';
    if (rule === 'park') {
      await localHandoff.parkHandoff({ runId: this.run.runId, parked: true });
      const decision = await this.desk.decision(stepPath(place));
      if (!this.desk.parked) await localHandoff.parkHandoff({ runId: this.run.runId, parked: false });
      if (decision === 'retry') {
        if (state === 'failed') await localHandoff.recordStep({ ...this.input(place), state: 'running' });
        return 'retry';
      }
      if (decision === 'skip') {
        await localHandoff.recordStep({ ...this.input(place), state: 'skipped' });
        return 'over';
      }
    }
    this.desk.over = { kind: 'failure', message: `Step "${stepPath(place)}" ${message}` };
    return 'over';
  }

  /** undo takes back what was done, in reverse order; gives the steps of which it could not. */
  async undo(): Promise<readonly string[]> {
    const left: string[] = [];
    for (const place of this.desk.undoable.splice(0).toReversed()) {
      try {
        const { state } = await stepsOfHandoff.undoStep.executeWithOptions({ ...stepOptions, summary: `Undo ${stepPath(place)}` }, [this.input(place)]);
        if (state !== 'undone') left.push(stepPath(place));
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        left.push(stepPath(place));
      }
    }
    return left;
  }

  private async done(step: StepOutline, place: StepPlace): Promise<StepState> {
    if (step.decides || this.notesAll) await localHandoff.recordStep({ ...this.input(place), state: this.desk.over?.kind === 'failure' ? 'failed' : 'done' });
    return 'done';
  }

  private note(path: string, memo: StepMemo): void {
    this.desk.memo[path] = { ...this.desk.memo[path], ...memo };
  }

  private input(place: StepPlace): StepInput {
    return { runId: this.run.runId, ...place };
  }
}

// A way that fails lets the others come to the end of their step, so that nothing is cut off in the middle of a write.
async function allSettled(ways: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(ways);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed === undefined) return;
  if (failed.reason instanceof Error) throw failed.reason;
  throw ApplicationFailure.nonRetryable(String(failed.reason), failureTypes.handoffFailed);
}
