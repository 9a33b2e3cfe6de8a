import { ApplicationFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { FailedAttempt, StepAttempt, StepPlace, StepsInput, StepsResult } from '../../src/contracts/handoff.js';
import { lookAtHandoff, type HandoffLook } from '../../src/store/handoff-look.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { carryOutStep } from './carry-out-step.js';
import type { HandoffDependencies } from './dependencies.js';
import type { Hold } from './first-attempts.js';
import { finishHandoff } from './handoff-lifecycle.js';

/**
 * carryOutSteps makes one attempt at each of some steps at the same time, and says of each what became of it. Where they are
 * the last ones of their handoff and all were done, it closes the handoff.
 */
export async function carryOutSteps(dependencies: HandoffDependencies, { runId, places, begins, closes }: StepsInput, { signal }: Pick<Heartbeat, 'signal'>): Promise<StepsResult> {
  const begun = begins ? dependencies.firstAttempts?.take(runId, places, signal) : undefined;
  const attempts = await (begun ?? attemptSteps(dependencies, { runId, places, signal }));
  const closed = closes && attempts.every(({ state }) => state === 'done' || state === 'skipped');
  return { attempts, closed: closed ? await finishHandoff(dependencies, { runId, state: 'succeeded', message: null }) : null };
}

/** AskedSteps is steps of a handoff that are attempted together. */
export interface AskedSteps {
  readonly runId: string;
  readonly places: readonly StepPlace[];
  readonly signal: AbortSignal;
  /** How the handoff stands, where that is known. */
  readonly look?: HandoffLook;
  /** Holds what is to be sent; without it, it is sent at once. */
  readonly hold?: Hold;
}

/** attemptSteps makes one attempt at each of some steps at the same time; a failure of one is no failure of the others. */
export async function attemptSteps(dependencies: HandoffDependencies, { runId, places, signal, hold, look }: AskedSteps): Promise<readonly StepAttempt[]> {
  const known = look ?? (await lookAtHandoff(dependencies.database, runId));
  return Promise.all(places.map(async (place): Promise<StepAttempt> => {
    try {
      return await carryOutStep(dependencies, { runId, ...place }, { signal, ...(known === undefined ? {} : { look: known }), ...(hold === undefined ? {} : { hold }) });
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }));
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
