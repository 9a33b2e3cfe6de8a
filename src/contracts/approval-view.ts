import type { AnswerVerdict, ApprovalPolicy, ApprovalState, Decision } from './approval.js';
import type { JsonObject } from './json.js';

/** ApprovalView is a question to people as the API gives it. */
export interface ApprovalView {
  readonly id: string;
  /** Run that asks; null where none does. */
  readonly runId: string | null;
  readonly title: string;
  readonly shown: JsonObject;
  /** Hash of the title and of what is shown, which an answer is bound to. */
  readonly hash: string;
  readonly policy: ApprovalPolicy;
  readonly requestedBy: string | null;
  readonly department: string | null;
  readonly state: ApprovalState;
  readonly openedAt: Date;
  readonly expiresAt: Date;
  readonly closedAt: Date | null;
}

/** AnswerView is an answer as it was judged, refused ones too. */
export interface AnswerView {
  readonly decisionId: string;
  readonly person: string;
  /** Person in whose place it was given; null: none. */
  readonly onBehalfOf: string | null;
  readonly decision: Decision;
  readonly verdict: AnswerVerdict;
  readonly comment: string | null;
  readonly at: Date;
}

/** ApprovalDetail is a question with everything that happened to it. */
export interface ApprovalDetail extends ApprovalView {
  readonly answers: readonly AnswerView[];
  readonly events: readonly { readonly event: string; readonly told: readonly string[]; readonly at: Date }[];
}
