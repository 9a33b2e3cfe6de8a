import type { ActionStep, HandoffDefinition, HandoffStep } from '../contracts/handoff-definition.js';
import type { StepDecision, StepMemo, StepOutline, StepPlace, StepState } from '../contracts/handoff.js';
import { stepPath } from '../contracts/ids.js';
import type { JsonObject } from '../contracts/json.js';
import { SystemError } from '../contracts/system-error.js';
import { decideStep, entersStep } from '../domain/handoff/decide-step.js';
import { stepChain } from '../domain/handoff/outline.js';
import { performAction, type ActionTarget, type WantedWrite, type WriteEnd } from '../domain/handoff/perform-action.js';
import { questionOf } from '../domain/handoff/question.js';
import { StepProblem } from '../domain/handoff/step-problem.js';
import { fillText, handoffValues, textOf, type StepOutput } from '../domain/handoff/values.js';
import type { WalkEnd, WalkHost } from '../domain/handoff/walk.js';
import { compileSetter, type MutableJsonObject } from '../domain/json-pointer.js';
import type { Placeholders } from './placeholders.js';
import type { PlanningConnector } from './planning-connector.js';
import type { RehearsalChoices, RehearsedStep } from './rehearsal.js';
import { unknownPlaces } from './unknown-places.js';

/** RehearsalSurroundings is what a handoff is tested with. */
export interface RehearsalSurroundings {
  readonly definition: HandoffDefinition;
  /** The record as its system gives it, with its id. */
  readonly trigger: JsonObject;
  /** connectorOf gives the planning connector of a system; throws StepProblem where the system has none. */
  readonly connectorOf: (system: string) => PlanningConnector;
  readonly placeholders: Placeholders;
  readonly choices: RehearsalChoices;
  readonly signal: AbortSignal;
}

/** HandoffRehearsal does only for show what the steps of a handoff say: it reads, plans writes, and takes waits and answers for granted. */
export class HandoffRehearsal implements WalkHost {
  readonly notesAll = true;
  over: WalkEnd | undefined;
  parked = false;
  readonly steps: RehearsedStep[] = [];
  readonly undoable: string[] = [];
  private readonly memo = new Map<string, StepMemo>();
  private readonly outputs: StepOutput[] = [];
  private readonly came = new Set<string>();

  /** `nowMs` is the time of the test's own clock, which its waits move on. */
  constructor(private readonly around: RehearsalSurroundings, public nowMs: number) {}

  remembered(path: string): StepMemo | undefined {
    return this.memo.get(path);
  }

  note(path: string, memo: StepMemo): void {
    this.memo.set(path, { ...this.memo.get(path), ...memo });
  }

  enter(place: StepPlace, title: string): void {
    const chain = this.chain(place);
    const kind = this.step(place).kind;
    this.steps.push({ path: stepPath(place), name: place.name, title, kind, depth: chain.length - 1, state: 'running', atMs: this.nowMs, notes: [] });
  }

  leave(): void {
    // What a step came to stays on show.
  }

  async decide(_outline: StepOutline, place: StepPlace): Promise<StepMemo> {
    if (!this.enters(place)) return { skipped: true };
    const step = this.step(place);
    const values = this.values(place);
    const memo = decideStep(step, values, this.nowMs, this.around.definition.timeZone);
    const shown = this.shown(place);
    if (step.kind === 'branch') {
      const when = step.ways[memo.choice ?? -1]?.when;
      shown.way = { index: memo.choice ?? -1, condition: when ?? null };
      this.warn(place, step.ways.flatMap((way) => (way.when === undefined ? [] : [way.when])), values);
    }
    if (memo.count !== undefined) shown.turns = memo.count;
    return memo;
  }

  async act(_outline: StepOutline, place: StepPlace): Promise<StepState> {
    if (!this.enters(place)) return 'skipped';
    const step = this.step(place);
    if (step.kind !== 'action') return 'skipped';
    const values = this.values(place);
    const shown = this.shown(place);
    const end = await performAction({ ...step, fields: this.around.placeholders.standIn(step.fields, values) }, { values, timeZone: this.around.definition.timeZone }, this.target(step, shown));
    if (end.kind !== 'done') {
      shown.message = end.message;
      return this.ended(place, 'failed');
    }
    if (shown.write === undefined) shown.found = { ...step.object, id: textOf(end.output, '/id') ?? '' };
    else if (step.undo !== undefined) this.undoable.push(shown.path);
    this.keep(shown.path, end.output);
    return this.ended(place, 'done');
  }

  async wait(outline: StepOutline, place: StepPlace, untilMs: number): Promise<StepState> {
    for (const { step, event } of this.around.choices.events) if (step === undefined || step === place.name) this.came.add(event);
    const event = outline.events?.find((name) => this.came.has(name)) ?? null;
    const shown = this.shown(place);
    shown.wait = { untilMs, event };
    if (event === null) this.nowMs = Math.max(this.nowMs, untilMs);
    this.keep(shown.path, { event });
    return this.ended(place, 'done');
  }

  async ask(_outline: StepOutline, place: StepPlace): Promise<StepState> {
    const step = this.step(place);
    if (!this.enters(place) || step.kind !== 'approval') return 'skipped';
    const chosen = this.around.choices.approvals.get(place.name);
    const state = chosen ?? 'approved';
    const shown = this.shown(place);
    const values = this.values(place);
    shown.approval = { ...questionOf({ ...step, fields: this.around.placeholders.standIn(step.fields, values) }, values, this.around.definition.timeZone), approvers: step.approvers, quorum: step.quorum, state, chosen: chosen !== undefined };
    // Nobody can say when people answer; a question that lapses does so at its time.
    if (state === 'expired') this.nowMs += step.expireAfterMs;
    this.keep(shown.path, { state });
    return this.ended(place, 'done');
  }

  async tell(_outline: StepOutline, place: StepPlace): Promise<StepState> {
    const step = this.step(place);
    if (!this.enters(place) || step.kind !== 'notify') return 'skipped';
    const values = this.values(place);
    const { severity, department, channels } = step;
    this.shown(place).notice = { title: fillText(step.text, values), body: fillText(step.body, values), severity, department, channels };
    return this.ended(place, 'done');
  }

  async record(place: StepPlace, state: StepState): Promise<void> {
    this.ended(place, state === 'done' || state === 'skipped' ? state : 'failed');
  }

  // One way after the other, each from the same time on: they are shown one below the other, and end when the last does.
  async ways(ways: readonly (() => Promise<void>)[]): Promise<void> {
    const beganMs = this.nowMs;
    let endedMs = beganMs;
    for (const way of ways) {
      this.nowMs = beganMs;
      await way();
      endedMs = Math.max(endedMs, this.nowMs);
    }
    this.nowMs = endedMs;
  }

  failureMessage(error: unknown): string | undefined {
    if (this.around.signal.aborted || !(error instanceof StepProblem || error instanceof SystemError)) return undefined;
    const shown = this.steps.findLast(({ state }) => state === 'running');
    if (shown !== undefined) shown.message = error.message;
    return error.message;
  }

  async person(): Promise<StepDecision> {
    this.parked = true;
    return 'fail';
  }

  private target(step: ActionStep, shown: RehearsedStep): ActionTarget {
    const { system, object } = step.object;
    const { signal, connectorOf } = this.around;
    const connector = connectorOf(system);
    return {
      get: (id) => connector.get(object, id, signal),
      find: (field, value) => connector.find(object, field, value, signal),
      hasWrites: () => Promise.resolve(false),
      keepBefore: () => Promise.resolve(),
      send: async (wanted: WantedWrite): Promise<WriteEnd> => {
        const { kind, id, fields, expectedVersion, before } = wanted;
        const [result] = await connector.write(object, [{ kind, id, fields, expectedVersion, idempotencyKey: shown.path }], signal);
        const known = result?.id ?? id ?? '';
        shown.write = { system, object, kind, id: known, fields, before: before ?? null };
        return { kind: 'done', id: known };
      },
    };
  }

  private enters(place: StepPlace): boolean {
    const step = this.step(place);
    if (step.when === undefined) return true;
    const values = this.values(place);
    this.warn(place, [step.when], values);
    if (entersStep(step, values)) return true;
    this.shown(place).unmet = step.when;
    this.ended(place, 'skipped');
    return false;
  }

  private warn(place: StepPlace, conditions: Parameters<typeof unknownPlaces>[0], values: JsonObject): void {
    for (const unknown of unknownPlaces(conditions, values, this.around.placeholders)) {
      this.shown(place).notes.push(`${unknown} is not known before the record is made, and is taken for empty. Say what it is with --value ${unknown}=VALUE.`);
    }
  }

  private keep(path: string, output: JsonObject): void {
    this.outputs.push({ path, output });
  }

  private values(place: StepPlace): JsonObject {
    const key = this.around.placeholders.make(`key of ${stepPath(place)}`);
    const values = handoffValues({ trigger: this.around.trigger, outputs: this.outputs }, this.chain(place), place.at, key);
    if (this.around.choices.values.size === 0) return values;
    const changed = JSON.parse(JSON.stringify(values)) as MutableJsonObject;
    // A value of a step that was not gone through yet would make the step look done.
    for (const [at, value] of this.around.choices.values) if (Object.hasOwn(changed, at.split('/')[1] ?? '')) compileSetter(at)(changed, value);
    return changed;
  }

  private chain({ name }: StepPlace): readonly HandoffStep[] {
    return stepChain(this.around.definition, name) ?? [];
  }

  private step(place: StepPlace): HandoffStep {
    const step = this.chain(place).at(-1);
    if (step === undefined) throw new StepProblem(`There is no step "${place.name}".`);
    return step;
  }

  private shown(place: StepPlace): RehearsedStep {
    const path = stepPath(place);
    const shown = this.steps.findLast((step) => step.path === path);
    if (shown === undefined) throw new StepProblem(`Step "${path}" was not begun.`);
    return shown;
  }

  private ended<State extends 'done' | 'skipped' | 'failed'>(place: StepPlace, state: State): State {
    this.shown(place).state = state;
    return state;
  }
}
