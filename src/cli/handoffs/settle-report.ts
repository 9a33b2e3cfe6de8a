import { handoffHandle } from '../../client/handoffs-client.js';
import type { StepDecision } from '../../contracts/handoff.js';
import { settleUnknownStep } from '../../store/settle-step.js';
import { badInput } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { findHandoff } from './find-handoff.js';

/** SettleOptions is what a person says about a step; one of them. */
export interface SettleOptions {
  readonly executed?: string;
  readonly notExecuted?: boolean;
  readonly retry?: boolean;
  readonly skip?: boolean;
  readonly fail?: boolean;
}

/** settleReport hands a person's decision about a step to the handoff that waits for it. */
export async function settleReport({ session }: CommandContext, text: string, path: string, options: SettleOptions): Promise<Report> {
  const database = await session.database();
  const { id, run } = await findHandoff(database, text);
  const decision: StepDecision | undefined = options.skip === true ? 'skip' : options.fail === true ? 'fail' : options.retry === true || options.notExecuted === true || options.executed !== undefined ? 'retry' : undefined;
  if (decision === undefined) throw badInput('Say what to do about the step.', { todo: 'Give one of --executed ID, --not-executed, --retry, --skip, --fail.' });
  const handle = handoffHandle(await session.temporal(), run.workflowId);
  const { waiting } = await handle.progress();
  if (!waiting.includes(path)) throw badInput(`No step "${path}" of ${id} waits for a person.`, { todo: waiting.length === 0 ? 'None waits at present.' : `Waiting: ${waiting.join(', ')}.` });
  if (options.executed !== undefined || options.notExecuted === true) {
    const settled = await settleUnknownStep(database, { runId: id, path, externalId: options.executed ?? null });
    if (!settled) throw badInput(`It is known what became of the write of "${path}".`, { todo: 'Give --retry, --skip or --fail.' });
  }
  await handle.settle({ path, decision });
  return { data: { id, path, decision }, text: () => `${path}: ${decision === 'retry' ? 'the handoff goes on with this step' : decision === 'skip' ? 'the handoff goes on without this step' : 'the handoff is given up'}.`, exitCode: exitCodes.done };
}
