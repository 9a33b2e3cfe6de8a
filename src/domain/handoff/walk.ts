import type { StepDecision, StepMemo, StepOutline, StepPlace, StepState } from '../../contracts/handoff.js';
import { stepPath } from '../../contracts/ids.js';

/** StepFailure is why a step came to no good end; `unknown` says that nobody can tell whether its write was executed. */
export interface StepFailure {
  readonly state: 'failed' | 'unknown';
  readonly message: string;
}

/** WalkEnd is why a handoff is over before its last step: an `end` was reached, or a step failed. */
export interface WalkEnd {
  readonly kind: 'end' | 'failure';
  readonly message: string;
}

/** WalkHost does what the steps of a handoff say: durably in a workflow, or only for show in a test. */
export interface WalkHost {
  over: WalkEnd | undefined;
  /** Whether the end of a step is recorded also where nothing was recorded of its beginning. */
  readonly notesAll: boolean;
  /** What was decided of a step before; undefined where nothing was. */
  remembered(path: string): StepMemo | undefined;
  note(path: string, memo: StepMemo): void;
  /** enter shows that the handoff is at a step now, and leave that it is no longer. */
  enter(place: StepPlace, title: string): void;
  leave(place: StepPlace): void;
  decide(step: StepOutline, place: StepPlace): Promise<StepMemo>;
  act(step: StepOutline, place: StepPlace): Promise<StepState>;
  wait(step: StepOutline, place: StepPlace, untilMs: number): Promise<StepState>;
  ask(step: StepOutline, place: StepPlace): Promise<StepState>;
  tell(step: StepOutline, place: StepPlace): Promise<StepState>;
  record(place: StepPlace, state: StepState): Promise<void>;
  /** together makes the first attempts at all that a step has side by side, where it can do so at once, and notes what is done by them; undefined where it cannot. */
  together?(step: StepOutline, at: readonly number[]): Promise<void> | undefined;
  /** ways goes several ways at once and ends when all of them have. */
  ways(ways: readonly (() => Promise<void>)[]): Promise<void>;
  /** failureMessage is what a thrown value says of a step that failed by it; undefined where it is no failure of the step. */
  failureMessage(error: unknown): string | undefined;
  /** person waits until a person has decided about a step that failed. */
  person(place: StepPlace, failure: StepFailure): Promise<StepDecision>;
}

// In a workflow each promise costs a stack trace, so what only passes a result on is no asynchronous function of its own.

/** HandoffWalk goes through the steps of a handoff by their outline; the one place that says in which order, and what follows a failure. */
export class HandoffWalk {
  constructor(private readonly host: WalkHost) {}

  /** follow goes through steps in order, until the handoff is over. */
  async follow(steps: readonly StepOutline[], at: readonly number[] = []): Promise<void> {
    for (const step of steps) {
      if (this.host.over !== undefined) return;
      await this.step(step, { name: step.name, at });
    }
  }

  private async step(step: StepOutline, place: StepPlace): Promise<void> {
    const path = stepPath(place);
    if (this.host.remembered(path)?.done === true) return;
    for (;;) {
      const failure = await this.attempt(step, place);
      if (failure === undefined || this.host.over !== undefined) break;
      const choice = await this.afterFailure(step, place, failure);
      if (choice !== 'retry') break;
    }
    if (this.host.over?.kind !== 'failure') this.host.note(path, { done: true });
  }

  /** Gives why the step failed; undefined where it did not. */
  private async attempt(step: StepOutline, place: StepPlace): Promise<StepFailure | undefined> {
    this.host.enter(place, step.title);
    try {
      const state = await this.stateAfter(step, place);
      return state === 'failed' || state === 'unknown' ? { state, message: state === 'failed' ? 'was refused' : 'has a write of which nobody knows whether it was executed' } : undefined;
    } catch (error) {
      const message = this.host.failureMessage(error);
      if (message === undefined) throw error;
      await this.host.record(place, 'failed');
      return { state: 'failed', message };
    } finally {
      this.host.leave(place);
    }
  }

  private stateAfter(step: StepOutline, place: StepPlace): Promise<StepState> {
    if (step.kind === 'action') return this.host.act(step, place);
    return step.decides ? this.decideAndGoIn(step, place) : this.goIn(step, place, {});
  }

  private async decideAndGoIn(step: StepOutline, place: StepPlace): Promise<StepState> {
    const memo = await this.decide(step, place);
    return memo.skipped === true ? 'skipped' : this.goIn(step, place, memo);
  }

  private async goIn(step: StepOutline, place: StepPlace, memo: StepMemo): Promise<StepState> {
    switch (step.kind) {
      case 'action':
        return this.host.act(step, place);
      case 'wait':
        return this.host.wait(step, place, memo.untilMs ?? 0);
      case 'approval':
        return this.host.ask(step, place);
      case 'notify':
        return this.host.tell(step, place);
      case 'branch':
        await this.follow(step.ways?.[memo.choice ?? -1] ?? [], place.at);
        return this.done(step, place);
      case 'parallel': {
        const together = this.host.together?.(step, place.at);
        if (together !== undefined) await together;
        const left = (step.ways ?? []).filter((way) => way.some(({ name }) => this.host.remembered(stepPath({ name, at: place.at }))?.done !== true));
        if (left.length > 0) await this.host.ways(left.map((way) => () => this.follow(way, place.at)));
        return this.done(step, place);
      }
      case 'forEach':
        for (let turn = 0; turn < (memo.count ?? 0); turn += 1) await this.follow(step.ways?.[0] ?? [], [...place.at, turn]);
        return this.done(step, place);
      case 'end':
        this.host.over = { kind: 'end', message: step.title };
        return this.done(step, place);
    }
  }

  // What was decided once is not decided again: in a new execution the values may have moved on.
  private async decide(step: StepOutline, place: StepPlace): Promise<StepMemo> {
    const path = stepPath(place);
    const known = this.host.remembered(path);
    if (known !== undefined) return known;
    const decided = await this.host.decide(step, place);
    this.host.note(path, decided);
    return decided;
  }

  private async done(step: StepOutline, place: StepPlace): Promise<StepState> {
    if (step.decides || this.host.notesAll) await this.host.record(place, this.host.over?.kind === 'failure' ? 'failed' : 'done');
    return 'done';
  }

  private async afterFailure(step: StepOutline, place: StepPlace, failure: StepFailure): Promise<'retry' | 'over'> {
    // Nobody but a person can say what became of an unknown write, so it waits whatever the definition says.
    const rule = failure.state === 'unknown' ? 'park' : step.onFailure;
    if (rule === 'continue') return 'over';
    if (rule === 'park') {
      const decision = await this.host.person(place, failure);
      if (decision === 'retry') {
        if (failure.state === 'failed') await this.host.record(place, 'running');
        return 'retry';
      }
      if (decision === 'skip') {
        await this.host.record(place, 'skipped');
        return 'over';
      }
    }
    this.host.over = { kind: 'failure', message: `Step "${stepPath(place)}" ${failure.message}` };
    return 'over';
  }
}
