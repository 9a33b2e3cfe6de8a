/** ResolveConflictInput starts the workflow in which a conflict is resolved; the values stay in the database. */
export interface ResolveConflictInput {
  readonly conflictId: string;
  readonly sync: string;
}

/** ConflictDecision names a stored decision; saying it again is harmless. */
export interface ConflictDecision {
  /** UUID of the decision. */
  readonly decisionId: string;
}

/** DecisionOutcome is what became of a decision: it stands, or the conflict is decided already or has other values by now, so that it has to be looked at again. */
export type DecisionOutcome = 'decided' | 'outdated';

/** ResolveConflictResult is how the resolving of a conflict ended; `written` says that both sides hold the chosen value. */
export interface ResolveConflictResult {
  readonly conflictId: string;
  readonly outcome: DecisionOutcome | 'nobody decided';
  readonly written: boolean;
}

/** ConflictActivities are the activities around conflicts; workflows know them by this interface only. */
export interface ConflictActivities {
  decideConflict(input: ConflictDecision): Promise<DecisionOutcome>;
  /** isConflictClosed says whether a run has carried the decision out. */
  isConflictClosed(input: { readonly conflictId: string }): Promise<boolean>;
}
