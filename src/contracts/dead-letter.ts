import type { JsonObject } from './json.js';
import type { DeadLetterStage, FieldProblem } from './ledger.js';

/** LetterState is where a dead letter stands. */
export type LetterState = 'open' | 'resolved' | 'discarded';

/** LetterAction is what somebody did to a dead letter; `retried` is what Crosswalk did by itself. */
export type LetterAction = 'edited' | 'edit-dropped' | 'previewed' | 'redriven' | 'retried' | 'discarded';

/** LetterEvent is one entry of a dead letter's history. */
export interface LetterEvent {
  readonly at: Date;
  readonly by: string;
  readonly action: LetterAction;
  readonly runId: string | null;
  /** The reason of a discard, or what else there is to say; null where there is nothing. */
  readonly note: string | null;
}

/** LetterEdit is the edited copy of a record that a redrive uses in place of the source's. */
export interface LetterEdit {
  readonly payload: JsonObject;
  /** Version of the source record that it was made from; null where the object has none. */
  readonly version: string | null;
  readonly by: string;
  readonly at: Date;
}

/** LetterCause is what the open letters of one group have in common. */
export interface LetterCause {
  readonly sync: string;
  readonly stage: DeadLetterStage;
  readonly code: string;
  /** Short id of the cause, 16 hex digits. */
  readonly group: string;
}

/** LetterGroup is the open letters that share a cause. */
export interface LetterGroup extends LetterCause {
  readonly count: number;
  readonly newestAt: Date;
  /** The reason as the newest letter tells it, and the record that it is about. */
  readonly example: string;
  readonly exampleId: string;
}

/** PreviewedProblem is why a record would be parked again. */
export interface PreviewedProblem {
  readonly sourceId: string;
  readonly stage: DeadLetterStage;
  readonly code: string;
  readonly message: string;
  readonly problems: readonly FieldProblem[];
}

/** PreviewedWrite is a write that a redrive would send. */
export interface PreviewedWrite {
  readonly kind: 'create' | 'update' | 'archive' | 'delete';
  readonly sourceId: string;
  readonly externalId: string | null;
  readonly reason: string;
  readonly before: JsonObject | null;
  readonly after: JsonObject;
}

/** LetterPreview is what a redrive would come to; nothing of it has been sent. */
export interface LetterPreview {
  readonly runId: string;
  readonly definitionVersion: number;
  readonly writes: readonly PreviewedWrite[];
  readonly problems: readonly PreviewedProblem[];
}

