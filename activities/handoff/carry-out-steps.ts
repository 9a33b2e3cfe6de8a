import { ApplicationFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { FailedAttempt, StepAttempt, StepsInput, StepsResult } from '../../src/contracts/handoff.js';
import { lookAtHandoff, takeFirstLook } from '../../src/store/handoff-look.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { carryOutStep } from './carry-out-step.js';
import type { HandoffDependencies } from './dependencies.js';
import { finishHandoff } from './handoff-lifecycle.js';

/**
 * carryOutSteps makes one attempt at each of some steps at the same time, and says of each what became of it. Where they are
 * the last ones of their handoff and all were done, it closes the handoff.
 */
export async function carryOutSteps(dependencies: HandoffDependencies, { runId, places, begins, closes }: StepsInput, heartbeat: Heartbeat): Promise<StepsResult> {
  const { database } = dependencies;
  const look = (begins ? takeFirstLook(database, runId) : undefined) ?? (await lookAtHandoff(database, runId));
  const attempts = await Promise.all(places.map(async (place): Promise<StepAttempt> => {
    try {
      return await carryOutStep(dependencies, { runId, ...place }, heartbeat, look);
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }));
  const closed = closes && attempts.every(({ state }) => state === 'done' || state === 'skipped');
  return { attempts, closed: closed ? await finishHandoff(dependencies, { runId, state: 'succeeded', message: null }) : null };
}

function failureOf(error: unknown): FailedAttempt {
  if (!(error instanceof ApplicationFailure)) return { message: error instanceof Error ? error.message : String(error), nonRetryable: false };
  const { message, type, nonRetryable, nextRetryDelay } = error;
  return {
    message, nonRetryable: nonRetryable === true,
    ...(typeof type === 'string' ? { type } : {}),
    ...(nextRetryDelay === undefined || nextRetryDelay === null ? {} : { waitMs: msToNumber(nextRetryDelay) }),
  };
}
