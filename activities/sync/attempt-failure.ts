import type { ApplicationFailure } from '@temporalio/common';
import { readRun, settleAttempt } from '../../src/store/runs.js';
import { isPatient, troubleFailure } from '../failure.js';
import type { RunContext } from './run-context.js';
import type { Trouble } from './trouble.js';

/** attemptFailure is what an attempt at a run fails with after trouble, by the declared schedule of the system that caused it. */
export async function attemptFailure(context: RunContext, trouble: Trouble): Promise<ApplicationFailure> {
  if (isPatient(trouble)) await settleAttempt(context.database, context.run.id, context.run.epoch);
  const run = await readRun(context.database, context.run.id);
  const { system } = trouble.system === context.source.system.system ? context.source : context.target;
  return troubleFailure(trouble, { scheduleMs: system.retry.scheduleMs, attempts: Math.max(1, run.stalls) });
}
