import type { JsonObject } from './json.js';

/** ApprovalState is where an approval stands. */
export type ApprovalState = 'open' | 'approved' | 'rejected' | 'expired' | 'cancelled';

/** ApprovalPolicy says who may answer an approval, how many must, and what happens while nobody does. */
export interface ApprovalPolicy {
  /** Persons, and teams as `team:NAME`, that may answer. */
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

/** Decision is what a person answers. */
export type Decision = 'approve' | 'reject';

/** ApprovalAnswer is the payload of the signals `approve` and `reject`; a comment is stored beforehand under the decision's id. */
export interface ApprovalAnswer {
  /** Chosen by who answers, so that repeats are harmless; at most 100 characters. */
  readonly decisionId: string;
  readonly person: string;
  /** Hash of what the person was shown. */
  readonly hash: string;
}

/** DecideInput is the payload of the update `decide`. */
export interface DecideInput extends ApprovalAnswer {
  readonly decision: Decision;
}

/** AnswerVerdict is what becomes of an answer; all but `accepted` and `repeated` change nothing and are refusals. */
export type AnswerVerdict = 'accepted' | 'repeated' | 'own-request' | 'no-approver' | 'stale' | 'answered-before' | 'closed';

/** ApprovalStanding answers the query `standing` and the update `decide`. */
export interface ApprovalStanding {
  readonly state: ApprovalState;
  readonly hash: string | null;
  /** Persons whose approval of what is now shown counts; somebody else may have given it in their place. */
  readonly approvedBy: readonly string[];
  readonly missing: number;
}

/** DecideResult tells who answered by the update what became of the answer. */
export interface DecideResult extends ApprovalStanding {
  readonly verdict: AnswerVerdict;
}

/** StartedApproval is what the workflow needs of a stored approval. */
export interface StartedApproval {
  readonly hash: string;
  readonly policy: ApprovalPolicy;
  readonly requestedBy: string | null;
  /** When the question was put, epoch milliseconds. */
  readonly openedAtMs: number;
}

/** Capacity is a person as one who may answer. */
export interface Capacity {
  /** The one name that the person is counted under. */
  readonly person: string;
  /** Whether the person asked for what is to be approved. */
  readonly isRequester: boolean;
  /** Entries of the policy, persons or teams, that the person comes under. */
  readonly under: readonly string[];
}

/** Answerer is who answers: as themselves, or in place of those who delegated to them. */
export interface Answerer extends Capacity {
  readonly standsInFor: readonly Capacity[];
}

/** RecordAnswerInput is an answer with what became of it. */
export interface RecordAnswerInput {
  readonly approvalId: string;
  readonly decisionId: string;
  readonly person: string;
  readonly decision: Decision;
  readonly verdict: AnswerVerdict;
  /** Person in whose place the answer was given; null: none. */
  readonly onBehalfOf: string | null;
}

/** TellApproversInput is something that people are told, named once for each approval, such as `reminder-1`. */
export interface TellApproversInput {
  readonly approvalId: string;
  readonly event: string;
  /** Entries of the policy, persons or teams, that are told. */
  readonly told: readonly string[];
  /** Persons who have answered and are left in peace. */
  readonly answered: readonly string[];
}

/** ToldApprovers is the stored notifications that are to be delivered. */
export interface ToldApprovers {
  readonly notificationIds: readonly string[];
}

/** ApprovalActivities are the activities of the workflow `approval`. */
export interface ApprovalActivities {
  startApproval(input: ApprovalInput): Promise<StartedApproval>;
  /** findAnswerer looks up as whom a person may answer at this moment. */
  findAnswerer(input: { readonly approvalId: string; readonly person: string }): Promise<Answerer>;
  recordAnswer(input: RecordAnswerInput): Promise<void>;
  /** tellApprovers notes what people are told and stores the notifications. */
  tellApprovers(input: TellApproversInput): Promise<ToldApprovers>;
  finishApproval(input: ApprovalResult): Promise<ApprovalResult>;
}
