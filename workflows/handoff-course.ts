import { ActivityFailure, ApplicationFailure, condition, isCancellation, patched, rootCause, workflowInfo } from '@temporalio/workflow';
import { failureTypes } from '../src/contracts/failures.js';
import { stepPath } from '../src/contracts/ids.js';
import type { OpenedHandoff, StepDecision, StepInput, StepMemo, StepOutline, StepPlace, StepResult, StepState } from '../src/contracts/handoff.js';
import { actionsAtOnce } from '../src/domain/handoff/step-order.js';
import { HandoffWalk, type WalkEnd, type WalkHost } from '../src/domain/handoff/walk.js';
import { localHandoff, localOptions, onceHandoff, onceOptions, stepOptions, stepsOfHandoff } from './activity-options.js';
import { atOnce } from './at-once.js';
import { askPeople, tellPeople } from './handoff-people.js';
import type { HandoffDesk } from './handoff-desk.js';
import type { StepsTogether } from './steps-together.js';

/** The longest that one condition waits; a longer wait is waited for in parts. */
const LONGEST_TIMER_MS = 30 * 86_400_000;

/** Handoffs that had become long in a wait before 2026-11-28 wait on in the same execution. */
const LONG_WAIT_PATCH = 'handoffCourse/2026-11-28-long-wait';

/** HandoffCourse does durably what the steps of a handoff say. It holds no values: activities look at them in the store. */
export class HandoffCourse implements WalkHost {
  private readonly walk = new HandoffWalk(this);

  /** `notesAll`: as handoffs have always done that open their own run. Without `together`, each action is attempted by a local activity of its own. */
  constructor(private readonly run: OpenedHandoff, private readonly desk: HandoffDesk, private readonly carryOn: () => Promise<never>, readonly notesAll: boolean, private readonly stepsTogether: StepsTogether | undefined) {}

  /** follow goes through steps in order, until the handoff is over. */
  follow(steps: readonly StepOutline[]): Promise<void> {
    return this.walk.follow(steps);
  }

  get over(): WalkEnd | undefined {
    return this.desk.over;
  }

  set over(end: WalkEnd | undefined) {
    this.desk.over = end;
  }

  remembered(path: string): StepMemo | undefined {
    return this.desk.memo[path];
  }

  note(path: string, memo: StepMemo): void {
    this.desk.memo[path] = { ...this.desk.memo[path], ...memo };
  }

  enter(place: StepPlace, title: string): void {
    this.desk.enter(place, title);
  }

  leave(place: StepPlace): void {
    this.desk.leave(place);
  }

  decide(step: StepOutline, place: StepPlace): Promise<StepMemo> {
    return localHandoff.decideStep.executeWithOptions({ ...localOptions, summary: `${step.title}: decide` }, [this.input(place)]);
  }

  async act(step: StepOutline, place: StepPlace): Promise<StepState> {
    const { timeoutMs } = step;
    const beganMs = Date.now();
    const leftMs = (): number => (timeoutMs ?? Infinity) - (Date.now() - beganMs);
    const once = (): Promise<StepResult> =>
      (this.stepsTogether !== undefined && timeoutMs === undefined
        ? this.stepsTogether.attempt(step, place)
        : onceHandoff.carryOutStep.executeWithOptions({ ...onceOptions, summary: step.title, ...(timeoutMs === undefined ? {} : { scheduleToCloseTimeout: timeoutMs }) }, [this.input(place)]));
    const durably = (): Promise<StepResult> =>
      stepsOfHandoff.carryOutStep.executeWithOptions({ ...stepOptions, summary: step.title, ...(timeoutMs === undefined ? {} : { scheduleToCloseTimeout: Math.max(leftMs(), 1) }) }, [this.input(place)]);
    this.noteUndoable(step, place);
    this.desk.busy += 1;
    try {
      return (await atOnce({ activity: 'carryOutStep', once, durably, isOver: () => leftMs() <= 0 })).state;
    } finally {
      this.desk.busy -= 1;
    }
  }

  // Noted beforehand: a step that runs out of time may have written something all the same.
  private noteUndoable(step: StepOutline, place: StepPlace): void {
    if (step.undo && !this.desk.undoable.some((known) => stepPath(known) === stepPath(place))) this.desk.undoable.push(place);
  }

  together(step: StepOutline, at: readonly number[]): Promise<void> | undefined {
    const actions = this.stepsTogether === undefined ? [] : actionsAtOnce(step) ?? [];
    if (actions.length === 0 || actions.some(({ name, timeoutMs }) => timeoutMs !== undefined || this.remembered(stepPath({ name, at })) !== undefined)) return undefined;
    return this.attemptTogether(actions, actions.map(({ name }) => ({ name, at })));
  }

  // What did not succeed is gone into again, by the way that the step stands in.
  private async attemptTogether(steps: readonly StepOutline[], places: readonly StepPlace[]): Promise<void> {
    for (const [position, step] of steps.entries()) {
      const place = places[position];
      if (place === undefined) continue;
      this.noteUndoable(step, place);
      this.enter(place, step.title);
    }
    this.desk.busy += steps.length;
    try {
      for (const place of (await this.stepsTogether?.attemptAll(steps, places)) ?? []) this.note(stepPath(place), { done: true });
    } finally {
      this.desk.busy -= steps.length;
      for (const place of places) this.leave(place);
    }
  }

  async wait(step: StepOutline, place: StepPlace, untilMs: number): Promise<StepState> {
    const came = (): string | undefined => step.events?.find((event) => this.desk.events.includes(event));
    const mayEnd = (): boolean => this.desk.over !== undefined || came() !== undefined;
    const mayCarryOn = (): boolean => workflowInfo().continueAsNewSuggested && this.desk.busy === 0 && !this.desk.parked;
    while (!mayEnd() && Date.now() < untilMs) {
      if (mayCarryOn()) await this.carryOn();
      // Each event makes the history longer, also one that nobody waits for.
      await condition(() => mayEnd() || (mayCarryOn() && patched(LONG_WAIT_PATCH)), Math.min(untilMs - Date.now(), LONGEST_TIMER_MS), { summary: step.title });
    }
    await localHandoff.recordStep({ ...this.input(place), state: 'done', event: came() ?? null });
    return 'done';
  }

  ask(step: StepOutline, place: StepPlace): Promise<StepState> {
    return askPeople(this.desk, this.input(place), step.title);
  }

  tell(step: StepOutline, place: StepPlace): Promise<StepState> {
    return tellPeople(this.desk, this.input(place), step.title);
  }

  record(place: StepPlace, state: StepState): Promise<void> {
    return localHandoff.recordStep({ ...this.input(place), state });
  }

  // A way that fails lets the others come to the end of their step, so that nothing is cut off in the middle of a write.
  async ways(ways: readonly (() => Promise<void>)[]): Promise<void> {
    const ends = await Promise.allSettled(ways.map((way) => way()));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed === undefined) return;
    if (failed.reason instanceof Error) throw failed.reason;
    throw ApplicationFailure.nonRetryable(String(failed.reason), failureTypes.handoffFailed);
  }

  failureMessage(error: unknown): string | undefined {
    // What a local activity throws may come without the ActivityFailure around it.
    if (isCancellation(error) || !(error instanceof ActivityFailure || error instanceof ApplicationFailure)) return undefined;
    return rootCause(error) ?? error.message;
  }

  async person(place: StepPlace): Promise<StepDecision> {
    await localHandoff.parkHandoff({ runId: this.run.runId, parked: true });
    const decision = await this.desk.decision(stepPath(place));
    if (!this.desk.parked) await localHandoff.parkHandoff({ runId: this.run.runId, parked: false });
    return decision;
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

  private input(place: StepPlace): StepInput {
    this.stepsTogether?.goesOn();
    return { runId: this.run.runId, ...place };
  }
}
