/**
 * WriteState is where a write stands: looked at but never sent; sent, answer not in; done; refused by the system;
 * found not to have been executed; not known and waiting for a person.
 */
export type WriteState = 'planned' | 'sent' | 'acknowledged' | 'refused' | 'not-executed' | 'unknown';

/** DeadLetterStage is where a record failed. */
export type DeadLetterStage = 'read' | 'map' | 'match' | 'write';

/** FieldProblem is what is wrong with one field of a record. */
export interface FieldProblem {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}
