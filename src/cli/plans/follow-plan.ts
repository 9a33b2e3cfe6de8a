import type { PlanHandle } from '../../client/crosswalk-client.js';
import { readRun, totalCounts } from '../../store/runs.js';
import { failedRun } from '../runs/failed-run.js';
import { followRun } from '../runs/follow-run.js';
import { progressText, progressWords } from '../runs/progress-text.js';
import type { CommandContext } from '../run-command.js';
import { exitCodes } from '../exit-codes.js';
import { ProgressDisplay } from '../terminal/progress-display.js';
import type { Report } from '../terminal/report.js';
import type { PlanResult } from '../../contracts/plan.js';

/** FollowedPlan says what is followed, and how its end is reported. */
export interface FollowedPlan {
  readonly handle: PlanHandle;
  /** What is followed, for people. */
  readonly name: string;
  /** How many writes there are to make; null where nobody knows. */
  readonly expected: number | null;
  /** The command that follows it again. */
  readonly again: string;
  readonly ended: (result: PlanResult) => Promise<Report>;
}

/** followPlan shows the progress of a workflow that makes or applies a plan, and reports its end. */
export async function followPlan({ session, terminal, signal }: CommandContext, { handle, name, expected, again, ended }: FollowedPlan): Promise<Report> {
  const database = await session.database();
  const url = session.workflowUrl(handle.workflowId, handle.temporalRunId);
  terminal.note(`${handle.started ? 'Started' : 'Attached to'} ${handle.workflowId}${url === null ? '' : `  ${url}`}`);
  const display = new ProgressDisplay(terminal.errors);
  const end = await followRun({
    handle, signal,
    readCounts: async (runId) => totalCounts(database, await readRun(database, runId)),
    expect: () => Promise.resolve(expected),
    show: (progress) => { display.show((style) => progressText(progress, style), () => `${name}: ${progressWords(progress)}`); },
  });
  display.clear();
  if (end.kind === 'detached') return letGo(handle, again);
  if (end.kind === 'failed') return failedRun(database, { handle: { sync: name, workflowId: handle.workflowId, temporalRunId: handle.temporalRunId }, error: end.error, runId: end.runId, url });
  return ended({ ...end.result, planId: handle.planId });
}

function letGo({ planId, workflowId, temporalRunId, started }: PlanHandle, again: string): Report {
  return {
    data: { planId, workflowId, temporalRunId, started, detached: true },
    text: () => `Let go of ${workflowId}, which goes on.\nSee it again with: ${again}`,
    exitCode: exitCodes.interrupted,
  };
}
