import type { StepInput, StepMemo } from '../../src/contracts/handoff.js';
import { decideStep as decide } from '../../src/domain/handoff/decide-step.js';
import { StepProblem } from '../../src/domain/handoff/step-problem.js';
import { endStep } from '../../src/store/handoff-steps.js';
import { definitionUnusable } from '../failure.js';
import type { HandoffDependencies } from './dependencies.js';
import { enterStep, loadStep } from './handoff-context.js';

/** decideStep looks at the values of a handoff: whether a step is gone into, which way, how often, until when. */
export async function decideStep({ database }: HandoffDependencies, input: StepInput): Promise<StepMemo> {
  const context = await loadStep(database, input);
  const { step, values, definition, handoff, path } = context;
  if (!(await enterStep(context))) {
    await endStep(database, handoff.id, path, { state: 'skipped' });
    return { skipped: true };
  }
  try {
    return decide(step, values, Date.now(), definition.timeZone);
  } catch (error) {
    throw error instanceof StepProblem ? definitionUnusable(error.message) : error;
  }
}
