import { ActivityFailure, ApplicationFailure, isCancellation, sleep } from '@temporalio/workflow';

/** Attempts are two ways to the same end, of which the second may repeat what the first has done. */
export interface Attempts<Result> {
  /** What both do, for messages: the type of the activity. */
  readonly activity: string;
  /** One attempt within the workflow task. */
  readonly once: () => Promise<Result>;
  /** An activity, with heartbeats and retries. */
  readonly durably: () => Promise<Result>;
  /** Says that there is no time left for another attempt. */
  readonly isOver?: () => boolean;
}

/**
 * atOnce makes one attempt within the workflow task, which costs no task of its own, and leaves what did not succeed to an
 * activity, after the wait that the failure asks for. What cannot succeed is thrown as an ActivityFailure, as the activity would.
 */
export async function atOnce<Result>({ activity, once, durably, isOver = () => false }: Attempts<Result>): Promise<Result> {
  try {
    return await once();
  } catch (error) {
    // What a local activity throws may come without the ActivityFailure around it.
    const cause = error instanceof ActivityFailure ? error.cause : error;
    if (isCancellation(error) || !(error instanceof ActivityFailure || cause instanceof ApplicationFailure)) throw error;
    const isFinal = isOver() || (cause instanceof ApplicationFailure && cause.nonRetryable === true);
    if (isFinal) throw error instanceof ActivityFailure ? error : new ActivityFailure('Activity task failed', activity, undefined, 'NON_RETRYABLE_FAILURE', undefined, error instanceof Error ? error : undefined);
    const waitFor = cause instanceof ApplicationFailure ? cause.nextRetryDelay : undefined;
    if (waitFor !== undefined && waitFor !== null) await sleep(waitFor);
  }
  return durably();
}
