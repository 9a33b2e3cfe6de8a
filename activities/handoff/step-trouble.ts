import type { ApplicationFailure } from '@temporalio/common';
import { countStepFailure } from '../../src/store/handoff-steps.js';
import { isPatient, troubleFailure } from '../failure.js';
import type { Trouble } from '../sync/trouble.js';
import type { StepContext } from './handoff-context.js';
import type { StepTarget } from './send-once.js';

/** stepTrouble is what an attempt at a step fails with, by the retry schedule of the step or of its system. */
export async function stepTrouble({ database, handoff, path, step }: StepContext, target: Pick<StepTarget, 'system'>, trouble: Trouble): Promise<ApplicationFailure> {
  const attempts = isPatient(trouble) ? 1 : await countStepFailure(database, handoff.id, path, trouble.message);
  return troubleFailure(trouble, { scheduleMs: step.retryMs ?? target.system.retry.scheduleMs, attempts });
}
