import type { ApplicationFailure } from '@temporalio/common';
import { countFailure, readRun, settleAttempt } from '../../src/store/runs.js';
import { isPatient, troubleFailure } from '../failure.js';
import type { RunContext } from './run-context.js';
import type { Trouble } from './trouble.js';

/** attemptFailure is what an attempt at a run fails with after trouble, by the declared schedule of the system that caused it. */
export async function attemptFailure(context: RunContext, trouble: Trouble): Promise<ApplicationFailure> {
  const { system } = trouble.system === context.source.system.system ? context.source : context.target;
  return troubleFailure(trouble, { scheduleMs: system.retry.scheduleMs, attempts: Math.max(1, await failedAttempts(context, trouble)) });
}

async function failedAttempts({ database, run }: RunContext, trouble: Trouble): Promise<number> {
  if (!isPatient(trouble)) return countFailure(database, run.id, run.epoch);
  await settleAttempt(database, run.id, run.epoch);
  return (await readRun(database, run.id)).failures;
}
