import type { JsonObject } from './json.js';

/** ApprovalState is where an approval stands. */
export type ApprovalState = 'open' | 'approved' | 'rejected' | 'expired' | 'cancelled';

/** ApprovalPolicy says who may answer an approval, how many must, and what happens while nobody does. */
export interface ApprovalPolicy {
  /** Persons and groups that may answer. */
  readonly approvers: readonly string[];
  /** How many different persons must approve; one rejection rejects. */
  readonly quorum: number;
  /** After how long, counted from the question, those who have not answered are reminded; milliseconds, ascending. */
  readonly remindAfterMs: readonly number[];
  /** After how long the question goes to further people; null: never. */
  readonly escalateAfterMs: number | null;
  readonly escalateTo: readonly string[];
  /** After how long the question lapses; milliseconds. */
  readonly expireAfterMs: number;
}

/** NewApproval is a question to people, as it is stored before its workflow starts. */
export interface NewApproval {
  /** UUID, chosen by who asks so that asking twice asks once. */
  readonly id: string;
  /** Run that asks; null where none does. */
  readonly runId: string | null;
  readonly title: string;
  /** What is shown to those who answer; an answer is bound to its hash. */
  readonly shown: JsonObject;
  readonly policy: ApprovalPolicy;
  /** Person who asked for what is to be approved, and so may not approve it; null where no person did. */
  readonly requestedBy: string | null;
  /** Department that is told; null: that of whoever may answer. */
  readonly department: string | null;
}

/** ApprovalInput starts the workflow of an approval that is stored; what is asked stays out of the history. */
export interface ApprovalInput {
  readonly approvalId: string;
}

/** ApprovalResult is how an approval ended. */
export interface ApprovalResult {
  readonly approvalId: string;
  readonly state: Exclude<ApprovalState, 'open'>;
}
