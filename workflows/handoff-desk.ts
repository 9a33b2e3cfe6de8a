import { condition, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { stepPath } from '../src/contracts/ids.js';
import type { HandoffInput, StepDecision, StepMemo, StepPlace } from '../src/contracts/handoff.js';
import { eventSignal, handoffProgressQuery, settleSignal } from './messages.js';

/** HandoffDesk holds what a handoff knows between its steps: what was decided, what has come in, what waits for a person. */
export class HandoffDesk {
  readonly memo: Record<string, StepMemo>;
  readonly undoable: StepPlace[];
  readonly events: string[];
  /** Why the handoff is over before its last step: an `end` was reached, or a step failed. */
  over: { readonly kind: 'end' | 'failure'; readonly message: string } | undefined;
  /** Activities and approvals under way: the handoff cannot go on in a new execution meanwhile. */
  busy = 0;
  runId: string | null;
  private readonly at = new Map<string, string>();
  private readonly decisions = new Map<string, StepDecision>();
  private readonly waiting = new Set<string>();

  constructor({ continued }: HandoffInput) {
    this.memo = { ...continued?.memo };
    this.undoable = [...(continued?.undoable ?? [])];
    this.events = [...(continued?.events ?? [])];
    this.runId = continued?.runId ?? null;
    setHandler(eventSignal, (name) => { if (!this.events.includes(name) && this.events.length < 100) this.events.push(name); });
    setHandler(settleSignal, ({ path, decision }) => { if (this.waiting.has(path)) this.decisions.set(path, decision); });
    setHandler(handoffProgressQuery, () => ({ runId: this.runId, at: [...this.at.values()], waiting: [...this.waiting] }));
  }

  /** parked says whether a step waits for a person. */
  get parked(): boolean {
    return this.waiting.size > 0;
  }

  /** enter shows that the handoff is at a step. */
  enter(place: StepPlace, title: string): void {
    this.at.set(stepPath(place), title);
    this.show();
  }

  /** leave shows that the handoff is no longer at a step. */
  leave(place: StepPlace): void {
    this.at.delete(stepPath(place));
    this.show();
  }

  /** whileBusy counts a task that another execution could not take over. */
  async whileBusy<Result>(task: () => Promise<Result>): Promise<Result> {
    this.busy += 1;
    try {
      return await task();
    } finally {
      this.busy -= 1;
    }
  }

  /** decision waits until a person has decided about a step. */
  async decision(path: string): Promise<StepDecision> {
    this.waiting.add(path);
    this.show();
    await condition(() => this.decisions.has(path));
    const decided = this.decisions.get(path) ?? 'retry';
    this.decisions.delete(path);
    this.waiting.delete(path);
    this.show();
    return decided;
  }

  private show(): void {
    const waits = [...this.waiting].map((path) => `waits for a person: ${path}`);
    setCurrentDetails([...this.at.values(), ...waits].join('\n\n'));
  }
}
