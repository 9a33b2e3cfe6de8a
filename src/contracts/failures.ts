/** failureTypes are the stable `type` strings of the failures that activities throw. */
export const failureTypes = {
  /** A system does not answer as it should; it is tried again on the system's declared schedule. */
  systemUnavailable: 'SystemUnavailable',
  /** A system refused the credentials or the whole request; no retry can help. */
  systemRefused: 'SystemRefused',
  /** The definition, or a secret it names, is missing or cannot be used. */
  definitionUnusable: 'DefinitionUnusable',
  /** Another attempt of the same run has taken over. */
  superseded: 'Superseded',
  /** The run came no further for too many attempts. */
  noProgress: 'NoProgress',
  /** A plan cannot be made or applied as it was asked for. */
  planUnusable: 'PlanUnusable',
  /** A decision that a workflow was told about is not stored. */
  decisionUnknown: 'DecisionUnknown',
  /** A step of a handoff failed, and the handoff with it. */
  handoffFailed: 'HandoffFailed',
  /** A workflow was started with an input that it cannot use. */
  badInput: 'BadInput',
} as const;

/** FailureType is one of the stable failure types. */
export type FailureType = (typeof failureTypes)[keyof typeof failureTypes];
