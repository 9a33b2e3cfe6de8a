import type { SyncHandle } from '../../client/crosswalk-client.js';
import type { SyncMode } from '../../contracts/run.js';
import type { Allowances } from '../../contracts/sync-workflow.js';
import { plannedWrites } from '../../store/ledger.js';
import { readPlan } from '../../store/plans.js';
import { lettersOfRun } from '../../store/run-letters.js';
import { readRun, recentRuns, totalCounts } from '../../store/runs.js';
import { exitCodes } from '../exit-codes.js';
import { planAdvice } from '../plans/plans-text.js';
import type { CommandContext } from '../run-command.js';
import { activeSync } from '../sync-names.js';
import { ProgressDisplay } from '../terminal/progress-display.js';
import type { Report } from '../terminal/report.js';
import { expectedRecords, expectedRecordsRuns } from './expected-records.js';
import { failedRun } from './failed-run.js';
import { followRun } from './follow-run.js';
import { planText, plannedTotal } from './plan-text.js';
import { progressText, progressWords } from './progress-text.js';
import { endedRunText, exitCodeOf, type EndedRun } from './run-report.js';
import { startRun } from './start-run.js';

/** SyncReportOptions is how a run is asked for and reported. */
export interface SyncReportOptions extends Allowances {
  readonly detach?: boolean;
  readonly strict?: boolean;
  /** How many planned writes are shown. */
  readonly limit: number;
}

/** How many causes of dead letters are shown at the end of a run. */
const CAUSES = 5;

/** syncReport runs a sync, or follows its run that is under way, and reports its end. */
export async function syncReport(context: CommandContext, name: string, mode: SyncMode, options: SyncReportOptions): Promise<Report> {
  const { session, terminal } = context;
  const database = await session.database();
  await activeSync(database, name);
  const { allowRemovals = false, allowChanges = false, allowShrink = false } = options;
  const handle = await startRun(await session.crosswalk(), database, { sync: name, mode, allowRemovals, allowChanges, allowShrink });
  const url = session.workflowUrl(handle.workflowId, handle.temporalRunId);
  if (options.detach === true) return detached(handle, mode, url, exitCodes.done);
  terminal.note(`${handle.started ? 'Started' : 'Attached to'} ${handle.workflowId}${url === null ? '' : `  ${url}`}`);
  const display = new ProgressDisplay(terminal.errors);
  const end = await followRun({
    handle,
    readCounts: async (runId) => totalCounts(database, await readRun(database, runId)),
    expect: async (runId) => expectedRecords(await readRun(database, runId), await recentRuns(database, expectedRecordsRuns, name)),
    show: (progress) => { display.show((style) => progressText(progress, style), () => `${name}: ${progressWords(progress)}`); },
    signal: context.signal,
  });
  display.clear();
  if (end.kind === 'detached') return detached(handle, mode, url, exitCodes.interrupted);
  if (end.kind === 'failed') return failedRun(database, { handle, error: end.error, runId: end.runId, url });
  const run = await readRun(database, end.result.runId);
  const ended: EndedRun = {
    result: end.result, durationMs: (run.finishedAt ?? new Date()).getTime() - run.startedAt.getTime(), letters: await lettersOfRun(database, run, CAUSES), workflowId: handle.workflowId, url,
  };
  return mode === 'plan' ? planReport(context, ended, options.limit) : endedReport(ended, options);
}

function endedReport(ended: EndedRun, { strict }: SyncReportOptions): Report {
  const { result, letters } = ended;
  return { data: ended, text: (style) => endedRunText(ended, style), exitCode: exitCodeOf(result.state, strict === true && letters.added + letters.again > 0) };
}

async function planReport({ session }: CommandContext, ended: EndedRun, limit: number): Promise<Report> {
  const database = await session.database();
  const writes = await plannedWrites(database, ended.result.runId, limit);
  const { body } = await activeSync(database, ended.result.sync);
  const total = plannedTotal(ended.result.counts);
  const plan = await readPlan(database, ended.result.runId);
  return {
    data: { ...ended, writes, hash: plan?.hash ?? null },
    text: (style) => [endedRunText(ended, style), '', planText(writes, total, body, style), ...(plan === undefined ? [] : ['', `See it again with: crosswalk plans show ${plan.id}`, ...planAdvice(plan, total)])].join('\n'),
    exitCode: exitCodeOf(ended.result.state, false),
  };
}

function detached({ sync, workflowId, temporalRunId, started }: SyncHandle, mode: SyncMode, url: string | null, exitCode: 0 | 130): Report {
  const command = `crosswalk sync ${sync}${mode === 'backfill' || mode === 'plan' ? ` --${mode}` : ''}`;
  return {
    data: { sync, mode, workflowId, temporalRunId, started, detached: true, url },
    text: (style) => [
      exitCode === exitCodes.done ? `${started ? 'Started' : 'Already under way:'} ${workflowId}.` : `Let go of ${workflowId}; the run goes on.`,
      `Watch it again with: ${command}`,
      `Stop it with:        ${command} --stop`,
      ...(url === null ? [] : [style.colors.dim(url)]),
    ].join('\n'),
    exitCode,
  };
}
