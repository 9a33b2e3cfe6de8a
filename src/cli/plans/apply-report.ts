import { WorkflowNotFoundError } from '@temporalio/client';
import { applyPlanWorkflowId } from '../../contracts/ids.js';
import { messageNames } from '../../contracts/names.js';
import type { PlanResult } from '../../contracts/plan.js';
import { lettersOfRun } from '../../store/run-letters.js';
import { countRefusals, readRefusals } from '../../store/plan-refusals.js';
import { whyNotApplicable, type Plan } from '../../store/plans.js';
import { readRun } from '../../store/runs.js';
import { badInput, CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import { plannedTotal } from '../runs/plan-text.js';
import { endedRunText, exitCodeOf } from '../runs/run-report.js';
import type { RunSignal } from '../runs/signal-run.js';
import type { Report } from '../terminal/report.js';
import { findPlan } from './find-plan.js';
import { followPlan } from './follow-plan.js';
import { refusedText } from './plans-text.js';

/** How many reasons, and how many records that no longer fit, are shown at the end. */
const SHOWN = 10;

/** ApplyOptions is how a plan is applied. */
export interface ApplyOptions {
  readonly detach?: boolean;
  readonly signal?: RunSignal | undefined;
}

/** applyReport is what `crosswalk plans apply` does; throws CommandError for a plan that cannot be applied as it stands. */
export async function applyReport(context: CommandContext, id: string, { detach, signal }: ApplyOptions): Promise<Report> {
  const { session } = context;
  const plan = await findPlan(await session.database(), id);
  if (signal !== undefined) return signalPlan(context, plan, signal);
  const why = whyNotApplicable(plan);
  if (why !== null) throw badInput(why);
  const handle = await (await session.crosswalk()).applyPlan(plan.id);
  const again = `crosswalk plans apply ${plan.id}`;
  if (detach === true) return { data: { ...handle, detached: true }, text: () => `${handle.started ? 'Started' : 'Already under way:'} ${handle.workflowId}.\nWatch it with: ${again}\nStop it with:  ${again} --stop` };
  return followPlan(context, { handle, name: plan.title, expected: plannedTotal(plan.counts), again, ended: (result) => endedReport(context, result) });
}

async function endedReport({ session }: CommandContext, result: PlanResult): Promise<Report> {
  const database = await session.database();
  const run = await readRun(database, result.runId);
  const [letters, refused, refusals] = await Promise.all([lettersOfRun(database, run, SHOWN), countRefusals(database, run.id), readRefusals(database, run.id, { limit: SHOWN })]);
  const ended = { result, durationMs: (run.finishedAt ?? new Date()).getTime() - run.startedAt.getTime(), letters, workflowId: run.workflowId, url: null };
  return {
    data: { ...ended, refused, refusals },
    text: (style) => [
      endedRunText(ended, style), ...refusedText(refused, refusals, style),
      ...(result.state === 'succeeded' ? ['', `Take it back with: crosswalk undo ${result.runId}`] : []),
    ].join('\n'),
    exitCode: exitCodeOf(result.state, false),
  };
}

async function signalPlan({ session }: CommandContext, { id }: Plan, signal: RunSignal): Promise<Report> {
  const workflowId = applyPlanWorkflowId(id);
  try {
    await (await session.temporal()).workflow.getHandle(workflowId).signal(messageNames[signal]);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new CommandError(`The plan ${id} is not being applied, so there is nothing to ${signal}.`, { exitCode: exitCodes.failed, cause: error });
  }
  return { data: { planId: id, workflowId, signal }, text: () => `Asked ${workflowId} to ${signal}; it does so before its next part.` };
}
