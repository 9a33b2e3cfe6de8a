import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../src/contracts/failures.js';
import { retryDelayMs } from '../src/domain/retry-schedule.js';
import type { Trouble } from './sync/trouble.js';

/** RetrySituation is what decides whether and when an activity is tried again. */
export interface RetrySituation {
  /** Declared delays of the system, milliseconds. */
  readonly scheduleMs: readonly number[];
  /** Attempts that failed with trouble since the run last came further, this one included; crashes do not use up the schedule. */
  readonly attempts: number;
}

/** CRASH_LIMIT is how many attempts may end without a word, at one and the same place, before the run gives up. */
export const CRASH_LIMIT = 12;

/** isLastAttempt says that the declared schedule ends with this attempt. */
export function isLastAttempt({ scheduleMs, attempts }: RetrySituation): boolean {
  return attempts > scheduleMs.length;
}

/** isPatient says that trouble is no failed attempt: waiting for a limit to pass, for another write to end, or for a person who authorizes an account. */
export function isPatient(trouble: Trouble): boolean {
  return trouble.kind === 'busy' || trouble.kind === 'limited' || trouble.kind === 'disconnected';
}

/**
 * troubleFailure turns the trouble that stopped a window into the failure that tells Temporal what to do: this file is
 * the one place that decides what is retried. The delay is the greater of Retry-After and the declared schedule.
 */
export function troubleFailure(trouble: Trouble, situation: RetrySituation): ApplicationFailure {
  if (trouble.kind === 'refused') return ApplicationFailure.nonRetryable(trouble.message, failureTypes.systemRefused);
  if (!isPatient(trouble) && isLastAttempt(situation)) {
    return ApplicationFailure.nonRetryable(`${sentence(trouble.message)} Gave up after ${situation.attempts} attempts.`, failureTypes.systemUnavailable);
  }
  return ApplicationFailure.create({
    message: trouble.message,
    type: failureTypes.systemUnavailable,
    nonRetryable: false,
    nextRetryDelay: delayMs(situation, trouble.retryAfterMs),
  });
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

// A patient wait may last longer than the schedule; its last delay then goes on.
function delayMs({ scheduleMs, attempts }: RetrySituation, retryAfterMs: number | null): number {
  return retryDelayMs(Math.min(attempts, scheduleMs.length), scheduleMs, retryAfterMs ?? undefined) ?? Math.max(retryAfterMs ?? 0, 5_000);
}

/** noProgress is the failure of a run whose attempts keep dying at the same place. */
export function noProgress(attempts: number, place: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `The run came no further in ${attempts} attempts; the worker was lost each time at ${place}. Look at the worker's log for what happened there.`,
    failureTypes.noProgress,
  );
}

/** definitionUnusable is the failure of a run whose definition cannot be used; the message says what to do. */
export function definitionUnusable(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, failureTypes.definitionUnusable);
}

/** planUnusable is the failure of a plan that cannot be made or applied as it was asked for; the message says what to do. */
export function planUnusable(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, failureTypes.planUnusable);
}

/**
 * handoffNotThere is the failure of a step whose handoff is not stored: opening it does not wait for the disk, so a crash of
 * PostgreSQL can take it back. The event that began it is then still there, and opens it again.
 */
export function handoffNotThere(runId: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: `There is no handoff ${runId} in this database. If PostgreSQL has just crashed, it is opened again within a minute; if an older backup was restored, end this workflow.`,
    type: failureTypes.systemUnavailable, nonRetryable: false, nextRetryDelay: HANDOFF_NOT_THERE_MS,
  });
}

const HANDOFF_NOT_THERE_MS = 5_000;

/** notifierDelaysMs are the delays between the attempts to tell people by one channel, milliseconds; with the last of them it gives up. */
export const notifierDelaysMs: readonly number[] = [2_000, 10_000, 30_000, 120_000, 600_000];

/** notDelivered is the failure of a notification that a channel has not taken yet; it is tried again after the declared delay, or later where the channel asks for it. */
export function notDelivered(reason: string, attempts: number, retryAfterMs = 0): ApplicationFailure {
  return ApplicationFailure.create({
    message: `The channel did not take the notification: ${reason}.`, type: failureTypes.systemUnavailable, nonRetryable: false,
    nextRetryDelay: Math.max(notifierDelaysMs[Math.min(attempts, notifierDelaysMs.length) - 1] ?? 0, retryAfterMs),
  });
}

/** decisionUnknown is the failure of an answer that names a decision which is not stored. */
export function decisionUnknown(id: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`There is no decision ${id}. Decide with "crosswalk conflicts resolve" or over the API, which store it first.`, failureTypes.decisionUnknown);
}

/**
 * superseded ends an attempt that another one has taken over from. Temporal pays no heed to it where it has given the
 * attempt up itself. Where it has not, the one that took over is a worker that was frozen and woke up with an old task, so
 * the run goes on with another attempt.
 */
export function superseded(): ApplicationFailure {
  return ApplicationFailure.create({ message: 'Another attempt of this run has taken over.', type: failureTypes.superseded, nonRetryable: false });
}

/** approvalUnknown is the failure of an approval that is not stored; no retry can help. */
export function approvalUnknown(approvalId: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`There is no approval ${approvalId.slice(0, 60)}. Store it before its workflow starts.`, failureTypes.badInput);
}
