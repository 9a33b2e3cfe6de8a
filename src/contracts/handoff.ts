import type { ApprovalState } from './approval.js';
import type { HandoffStepKind, StepFailureRule } from './handoff-definition.js';
import type { ObjectReference } from './sync-definition.js';

/** HandoffRecord names the record that a handoff is about. */
export interface HandoffRecord extends ObjectReference {
  readonly id: string;
}

/** HandoffInput starts a handoff: which one, about which record, and the key that tells its triggers apart. */
export interface HandoffInput {
  readonly handoff: string;
  readonly record: HandoffRecord;
  readonly key: string;
  /** The run that was opened for it; without it the workflow opens one. */
  readonly runId?: string;
  /** What it is pinned to, where whoever starts it has opened its run. */
  readonly opened?: OpenedHandoff;
  /** Set when a handoff goes on after continue-as-new. */
  readonly continued?: ContinuedHandoff;
}

/** ContinuedHandoff is what the next execution of a handoff has to know; values are in the store. */
export interface ContinuedHandoff {
  readonly runId: string;
  readonly memo: Readonly<Record<string, StepMemo>>;
  readonly events: readonly string[];
  readonly undoable: readonly StepPlace[];
}

/** StepMemo is what was decided of a step, so that it is decided once. */
export interface StepMemo {
  readonly skipped?: boolean;
  readonly done?: boolean;
  readonly choice?: number;
  readonly count?: number;
  /** Epoch milliseconds. */
  readonly untilMs?: number;
}

/** HandoffState is where a handoff stands; `parked` waits for a person. */
export type HandoffState = 'running' | 'parked' | 'succeeded' | 'compensated' | 'failed' | 'stopped';

/** HandoffResult is what a handoff came to. */
export interface HandoffResult {
  readonly runId: string;
  readonly handoff: string;
  readonly state: HandoffState;
  readonly message: string | null;
}

/** HandoffProgress is the answer to the `progress` query of a handoff. */
export interface HandoffProgress {
  readonly runId: string | null;
  readonly at: readonly string[];
  /** Paths of steps that wait for a person. */
  readonly waiting: readonly string[];
}

/** StepOutline is the shape of a step, without values and conditions: what a workflow needs to know of it. */
export interface StepOutline {
  readonly name: string;
  readonly title: string;
  readonly kind: HandoffStepKind;
  readonly onFailure: StepFailureRule;
  readonly undo: boolean;
  /** Whether something has to be looked up before the step is gone into. */
  readonly decides: boolean;
  readonly timeoutMs?: number;
  readonly events?: readonly string[];
  readonly ways?: readonly (readonly StepOutline[])[];
}

/** StepPlace is one going through a step: its name and, within lists, the position in each. */
export interface StepPlace {
  readonly name: string;
  readonly at: readonly number[];
}

/** StepState is where a step stands; `unknown` means that nobody can tell whether its write was executed. */
export type StepState = 'running' | 'done' | 'skipped' | 'failed' | 'unknown' | 'undone';

/** StepDecision is what a person says about a step that waits for one. */
export type StepDecision = 'retry' | 'skip' | 'fail';

/** SettleStep is the signal by which a person's decision reaches the workflow. */
export interface SettleStep {
  readonly path: string;
  readonly decision: StepDecision;
}

/** StepInput names the step of a run. */
export interface StepInput extends StepPlace {
  readonly runId: string;
}

/** StepResult is what became of a step. */
export interface StepResult {
  readonly state: StepState;
}

/** FailedAttempt says why an attempt at a step failed, and whether and when another may be made. */
export interface FailedAttempt {
  readonly message: string;
  readonly type?: string;
  readonly nonRetryable: boolean;
  /** The least time until the next, milliseconds. */
  readonly waitMs?: number;
}

/** StepAttempt is what became of one attempt at a step. */
export type StepAttempt = (StepResult & { readonly failure?: undefined }) | { readonly state?: undefined; readonly failure: FailedAttempt };

/** StepsInput names steps of a run that are attempted at the same time. */
export interface StepsInput {
  readonly runId: string;
  readonly places: readonly StepPlace[];
  /** Nothing has been done or looked up for the handoff's steps before. */
  readonly begins: boolean;
  /** The handoff is over when they are done. */
  readonly closes: boolean;
}

/** StepsResult is what became of each step, in their order, and of the handoff where they closed it. */
export interface StepsResult {
  readonly attempts: readonly StepAttempt[];
  readonly closed: HandoffResult | null;
}

/** OpenHandoffInput asks for a handoff to be opened. */
export interface OpenHandoffInput extends Omit<HandoffInput, 'continued' | 'opened'> {
  readonly runId: string;
  readonly workflowId: string;
}

/** OpenedHandoff is a handoff that is pinned to the definitions in force when it was opened. */
export interface OpenedHandoff {
  readonly runId: string;
  readonly definitionVersion: number;
  readonly title: string;
  readonly steps: readonly StepOutline[];
  /** Why there is nothing to be done; absent: there is. */
  readonly over?: string;
  /** Set where actions are attempted by `carryOutSteps`; not set in histories that began with one local activity for each. */
  readonly together?: true;
}

/** AskedApproval is a question that is stored; null where the step is skipped. */
export interface AskedApproval {
  readonly approvalId: string | null;
}

/** ToldPeople is a notification that is stored; null where the step is skipped. */
export interface ToldPeople {
  readonly notificationId: string | null;
}

/** TriggerInput asks which records begin a handoff. */
export interface TriggerInput {
  readonly handoff: string;
  readonly recordIds: readonly string[];
}

/** FoundTriggers is the handoffs to be started, and how many records are none of this handoff's business. */
export interface FoundTriggers {
  readonly starts: readonly HandoffInput[];
  readonly left: number;
}

/** TriggerResult is what looking at records came to. */
export interface TriggerResult {
  readonly handoff: string;
  readonly workflowIds: readonly string[];
  readonly started: number;
  /** Handoffs that had been started before. */
  readonly known: number;
  /** Records for which the trigger's condition does not hold, or that are not there. */
  readonly left: number;
}

/** HandoffActivities are the activities of handoffs; workflows know them by this interface only. */
export interface HandoffActivities {
  openHandoff(input: OpenHandoffInput): Promise<OpenedHandoff>;
  /** carryOutStep reads or writes a record; a repeat of what was done before gives its result again. */
  carryOutStep(input: StepInput): Promise<StepResult>;
  /** carryOutSteps makes one attempt at each of some actions; where they are the last, and were done, it closes the handoff. */
  carryOutSteps(input: StepsInput): Promise<StepsResult>;
  /** decideStep looks at the values of the handoff: whether to go into a step, which way, how often, until when. */
  decideStep(input: StepInput): Promise<StepMemo>;
  askApproval(input: StepInput): Promise<AskedApproval>;
  tellPeople(input: StepInput): Promise<ToldPeople>;
  recordStep(input: StepInput & { readonly state: StepState; readonly event?: string | null; readonly approval?: ApprovalState }): Promise<void>;
  undoStep(input: StepInput): Promise<StepResult>;
  parkHandoff(input: { readonly runId: string; readonly parked: boolean }): Promise<void>;
  finishHandoff(input: { readonly runId: string; readonly state: HandoffState; readonly message: string | null }): Promise<HandoffResult>;
  findTriggers(input: TriggerInput): Promise<FoundTriggers>;
  /** startTriggered looks at the events that wait for a handoff and starts what they begin; says whether there may be more. */
  startTriggered(input: { readonly handoff: string }): Promise<{ readonly more: boolean; readonly started: number; readonly left: number }>;
}
