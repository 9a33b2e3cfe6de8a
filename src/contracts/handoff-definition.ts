import type { Condition } from './condition.js';
import type { FieldMapping, ObjectReference } from './sync-definition.js';

/** HandoffDefinition is a process between systems, after validation: durations in milliseconds, defaults filled in. */
export interface HandoffDefinition {
  readonly handoff: string;
  readonly title: string;
  /** Department that answers for the process. */
  readonly owner?: string;
  /** The record that a handoff is about, and what must hold of it for one to begin. */
  readonly trigger: { readonly on: ObjectReference; readonly when?: Condition };
  /** Fields of the record whose values begin a handoff of their own; empty: one handoff for each record, ever. */
  readonly once: readonly string[];
  /** Zone of business hours, and of times that carry none. */
  readonly timeZone: string;
  readonly onFailure: StepFailureRule;
  readonly steps: readonly HandoffStep[];
}

/** StepFailureRule is what happens when a step fails: undo what was done, wait for a person, or go on without it. */
export type StepFailureRule = 'compensate' | 'park' | 'continue';

/** HandoffStep is one step of a handoff. */
export type HandoffStep = ActionStep | WaitStep | ApprovalStep | BranchStep | ParallelStep | ForEachStep | NotifyStep | EndStep;

/** HandoffStepKind is what a step does. */
export type HandoffStepKind = HandoffStep['kind'];

interface StepCommons {
  /** Unique within the definition; later steps find the result of this one under it. */
  readonly name: string;
  readonly title: string;
  /** Condition over the values of the handoff; where it does not hold the step is skipped. */
  readonly when?: Condition;
  readonly onFailure: StepFailureRule;
  /** How long the step may take with all its retries. */
  readonly timeoutMs?: number;
  /** Delays between attempts, in place of those of the system. */
  readonly retryMs?: readonly number[];
}

/** ActionStep reads or writes one record of a system. */
export interface ActionStep extends StepCommons {
  readonly kind: 'action';
  /** `ensure` takes the record that has the value of `by` already, and creates it where there is none. */
  readonly does: 'read' | 'create' | 'ensure' | 'update' | 'archive';
  readonly object: ObjectReference;
  /** Where the id of the record is among the values of the handoff; for `read`, `update` and `archive`. */
  readonly id?: string;
  /** Field that a record of this step is found by when the answer to its creation was lost. */
  readonly by?: string;
  readonly fields: readonly HandoffField[];
  /** How what this step wrote is undone; absent: not at all. */
  readonly undo?: 'delete' | 'archive' | 'restore';
}

/** HandoffField makes one field of a record from the values of the handoff. */
export type HandoffField =
  | { readonly kind: 'mapping'; readonly mapping: FieldMapping }
  /** Text with places such as `{/trigger/name}`. */
  | { readonly kind: 'text'; readonly to: string; readonly text: string }
  /** A list of objects, each made of fields. */
  | { readonly kind: 'items'; readonly to: string; readonly items: readonly (readonly HandoffField[])[] };

/** WaitStep waits for some time, until a time that a field holds, for business hours, or for an event. */
export interface WaitStep extends StepCommons {
  readonly kind: 'wait';
  readonly forMs?: number;
  /** Where the date or date-time to wait for is among the values of the handoff. */
  readonly until?: string;
  /** Waits on until the next time within these hours, Monday to Friday. */
  readonly businessHours?: { readonly fromMinute: number; readonly toMinute: number };
  /** Names of events that end the wait early; the result's `event` is the one that came, null where none did. */
  readonly events: readonly string[];
}

/** ApprovalStep asks people; its result has `state`, `approved` or otherwise. */
export interface ApprovalStep extends StepCommons {
  readonly kind: 'approval';
  readonly text: string;
  /** What is shown to those who answer. */
  readonly fields: readonly HandoffField[];
  /** Who asked for what is to be approved: a place among the values such as `/trigger/changed_by`, or a text with places; absent: no person did. */
  readonly requestedBy?: string;
  readonly approvers: readonly string[];
  readonly quorum: number;
  readonly remindAfterMs: readonly number[];
  readonly escalateAfterMs: number | null;
  readonly escalateTo: readonly string[];
  readonly expireAfterMs: number;
  readonly department: string | null;
}

/** BranchStep goes the first way whose condition holds; a way without one is for everything else. */
export interface BranchStep extends StepCommons {
  readonly kind: 'branch';
  readonly ways: readonly { readonly when?: Condition; readonly steps: readonly HandoffStep[] }[];
}

/** ParallelStep goes several ways at once. */
export interface ParallelStep extends StepCommons {
  readonly kind: 'parallel';
  readonly ways: readonly (readonly HandoffStep[])[];
}

/** ForEachStep goes through its steps once for each value of a list, in order. */
export interface ForEachStep extends StepCommons {
  readonly kind: 'forEach';
  /** Where the list is among the values of the handoff. */
  readonly list: string;
  /** Name under which the steps find the value of their turn. */
  readonly as: string;
  readonly steps: readonly HandoffStep[];
}

/** NotifyStep tells people something. */
export interface NotifyStep extends StepCommons {
  readonly kind: 'notify';
  readonly severity: 'info' | 'warning' | 'critical';
  readonly department: string | null;
  readonly channels: readonly string[];
  readonly text: string;
  readonly body: string;
}

/** EndStep ends the handoff well. */
export interface EndStep extends StepCommons {
  readonly kind: 'end';
}
