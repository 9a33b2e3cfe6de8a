import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { rootCause } from '@temporalio/common';
import type { ReconciliationHandle } from '../../client/start-reconciliation.js';
import { reconcileWorkflowId } from '../../contracts/ids.js';
import { messageNames } from '../../contracts/names.js';
import type { ReconcileResult } from '../../contracts/reconcile-workflow.js';
import type { Database } from '../../store/database.js';
import { differenceGroups } from '../../store/reconciliation-differences.js';
import { reconciliationView } from '../../store/reconciliation-view.js';
import { readReconciliation } from '../../store/reconciliations.js';
import { CommandError } from '../command-error.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { explainError } from '../explain-error.js';
import type { CommandContext } from '../run-command.js';
import { activeSync } from '../sync-names.js';
import { ProgressDisplay } from '../terminal/progress-display.js';
import type { Report } from '../terminal/report.js';
import { followReconciliation } from './follow-reconciliation.js';
import { planText, progressLine, summaryText } from './reconciliation-text.js';

/** ReconcileReportOptions is how a reconciliation is asked for and reported. */
export interface ReconcileReportOptions {
  readonly repair?: boolean;
  readonly detach?: boolean;
  readonly strict?: boolean;
  readonly stop?: boolean;
}

/** reconcileReport compares both sides of a sync, or follows the comparison that is under way, and reports its end. */
export async function reconcileReport(context: CommandContext, name: string, options: ReconcileReportOptions): Promise<Report> {
  const { session } = context;
  const database = await session.database();
  await activeSync(database, name);
  if (options.stop === true) return stopReport(context, name);
  const handle = await (await session.crosswalk()).startReconciliation(name, options.repair === true ? { repair: true } : {});
  return followed(context, handle, options);
}

/** repairReport plans the repair of what a reconciliation found before; throws CommandError while another one is under way. */
export async function repairReport(context: CommandContext, sync: string, reconciliationId: string): Promise<Report> {
  const handle = await (await context.session.crosswalk()).startReconciliation(sync, { repairOf: reconciliationId });
  if (!handle.started) throw new CommandError(`A reconciliation of "${sync}" is under way, so the repair was not planned.`, { todo: `Wait for its end with "crosswalk reconcile ${sync}", then plan again.` });
  return followed(context, handle, {});
}

async function followed({ session, terminal, signal }: CommandContext, handle: ReconciliationHandle, options: ReconcileReportOptions): Promise<Report> {
  const url = session.workflowUrl(handle.workflowId, handle.temporalRunId);
  if (options.detach === true) return detached(handle, exitCodes.done);
  terminal.note(`${handle.started ? 'Started' : 'Attached to'} ${handle.workflowId}${url === null ? '' : `  ${url}`}`);
  const display = new ProgressDisplay(terminal.errors);
  const end = await followReconciliation(handle, (progress) => { display.show(() => progressLine(progress), () => `${handle.sync}: ${progressLine(progress)}`); }, signal);
  display.clear();
  if (end.kind === 'detached') return detached(handle, exitCodes.interrupted);
  if (end.kind === 'ended') return endedReport(await session.database(), end.result, options);
  // Temporal's own error says only that the workflow failed; why is in its cause.
  const { message } = explainError(rootCause(end.error instanceof WorkflowFailedError ? end.error.cause : end.error) ?? end.error);
  return { data: { sync: handle.sync, workflowId: handle.workflowId, state: 'failed', message, url }, text: (style) => `${style.colors.red(`The reconciliation of ${handle.sync} failed.`)}\n${message}`, exitCode: exitCodes.failed };
}

async function endedReport(database: Database, { reconciliationId, plan }: ReconcileResult, { strict }: ReconcileReportOptions): Promise<Report> {
  const reconciliation = await readReconciliation(database, reconciliationId);
  const groups = await differenceGroups(database, reconciliationId);
  return {
    data: { reconciliation: reconciliationView(reconciliation), groups, plan },
    text: (style) => [
      summaryText(reconciliation, groups, style),
      ...(plan === null ? [] : ['', planText(plan, style)]),
      ...(groups.length > 0 ? ['', style.colors.dim(`See them one by one with: crosswalk reconciliation ${reconciliationId}`)] : []),
      ...(groups.length > 0 && plan === null ? [style.colors.dim(`Plan their repair with:   crosswalk reconciliation ${reconciliationId} --plan-repair`)] : []),
    ].join('\n'),
    exitCode: exitCodeOf(reconciliation.state, strict === true && reconciliation.alert),
  };
}

function exitCodeOf(state: string, strictAndAlert: boolean): ExitCode {
  if (state === 'succeeded') return strictAndAlert ? exitCodes.held : exitCodes.done;
  return state === 'stopped' ? exitCodes.interrupted : exitCodes.failed;
}

async function stopReport({ session }: CommandContext, sync: string): Promise<Report> {
  const workflowId = reconcileWorkflowId(sync);
  try {
    await (await session.temporal()).workflow.getHandle(workflowId).signal(messageNames.stop);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new CommandError(`No reconciliation of "${sync}" is under way, so there is nothing to stop.`, { todo: 'See "crosswalk reconciliations" for those there were.', cause: error });
  }
  return { data: { sync, workflowId, signal: 'stop' }, text: () => `Asked ${workflowId} to stop. It ends at its next checkpoint.` };
}

function detached({ sync, workflowId, temporalRunId, started }: ReconciliationHandle, exitCode: 0 | 130): Report {
  return {
    data: { sync, workflowId, temporalRunId, started, detached: true },
    text: () => `${exitCode === exitCodes.done ? `${started ? 'Started' : 'Already under way:'} ${workflowId}.` : `Let go of ${workflowId}; it goes on.`}\nWatch it again with: crosswalk reconcile ${sync}`,
    exitCode,
  };
}
