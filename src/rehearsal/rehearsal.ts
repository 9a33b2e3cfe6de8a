import type { ApprovalState } from '../contracts/approval.js';
import type { Condition } from '../contracts/condition.js';
import type { WriteKind } from '../contracts/connector.js';
import type { HandoffStepKind } from '../contracts/handoff-definition.js';
import type { JsonObject } from '../contracts/json.js';
import type { ObjectReference } from '../contracts/sync-definition.js';

/** ApprovalEnd is how an approval can end. */
export type ApprovalEnd = Exclude<ApprovalState, 'open'>;

/** RehearsalChoices is what is taken to happen while a handoff is tested. */
export interface RehearsalChoices {
  /** How approvals end, by the name of their step; the others are approved. */
  readonly approvals: ReadonlyMap<string, ApprovalEnd>;
  /** Events that come; with `step`, while that step waits, without it before the first wait that listens to them. */
  readonly events: readonly { readonly step?: string; readonly event: string }[];
  /** Values that are taken to be at a place, as `/member/status`, whatever is known of it. */
  readonly values: ReadonlyMap<string, JsonObject[string]>;
}

/** RehearsedWrite is a write that was planned and not sent. */
export interface RehearsedWrite extends ObjectReference {
  readonly kind: WriteKind;
  readonly id: string;
  readonly fields: JsonObject;
  /** Values of the fields as they are; null for a create. */
  readonly before: JsonObject | null;
}

/** RehearsedStep is one going through a step. */
export interface RehearsedStep {
  readonly path: string;
  readonly name: string;
  readonly title: string;
  readonly kind: HandoffStepKind;
  /** How many steps it stands within. */
  readonly depth: number;
  state: 'running' | 'done' | 'skipped' | 'failed';
  /** When it would be gone into, epoch milliseconds. */
  readonly atMs: number;
  /** Why it failed. */
  message?: string;
  /** The condition for which it is skipped. */
  unmet?: Condition;
  write?: RehearsedWrite;
  /** The record that was read, or that `ensure` found. */
  found?: ObjectReference & { readonly id: string };
  wait?: { readonly untilMs: number; readonly event: string | null };
  approval?: { readonly title: string; readonly shown: JsonObject; readonly requestedBy: string | null; readonly approvers: readonly string[]; readonly quorum: number; readonly state: ApprovalEnd; readonly chosen: boolean };
  notice?: { readonly title: string; readonly body: string; readonly severity: string; readonly department: string | null; readonly channels: readonly string[] };
  /** Way of a branch, from 0, with its condition; -1 where none was gone. */
  way?: { readonly index: number; readonly condition: Condition | null };
  /** Turns of a list. */
  turns?: number;
  readonly notes: string[];
}

/** Rehearsal is what a handoff would do for one record. */
export interface Rehearsal {
  /** Whether the record begins the handoff, by the condition of its trigger. */
  readonly begins: boolean;
  readonly steps: readonly RehearsedStep[];
  readonly state: 'succeeded' | 'parked' | 'compensated';
  readonly message: string | null;
  /** Paths of steps that would be undone, the first first. */
  readonly undone: readonly string[];
  /** When it would end, epoch milliseconds. */
  readonly endsAtMs: number;
}
