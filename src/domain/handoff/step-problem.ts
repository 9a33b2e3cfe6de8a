/** StepProblem says why a step cannot be done with the values that a handoff has; another attempt would not mend it. */
export class StepProblem extends Error {
  override readonly name = 'StepProblem';
}
