import type { SyncHandle } from '../../client/crosswalk-client.js';
import type { Database } from '../../store/database.js';
import { recentRuns } from '../../store/runs.js';
import { exitCodes } from '../exit-codes.js';
import { explainError } from '../explain-error.js';
import { printableLines } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { countsTable } from './counts-table.js';

/** failedRun reports a run that failed: why, and how far it had come. */
export async function failedRun(database: Database, { sync, workflowId, temporalRunId }: SyncHandle, error: unknown, url: string | null): Promise<Report> {
  const explained = explainError(error);
  const run = (await recentRuns(database, 1, sync)).find((candidate) => candidate.workflowId === workflowId && candidate.state === 'failed');
  const reason = run?.message ?? explained.message;
  return {
    data: { sync, workflowId, temporalRunId, state: 'failed', message: reason, counts: run?.counts ?? null, url },
    text: (style) => [
      style.colors.red(`${sync} failed.`),
      printableLines(reason),
      ...(run === undefined ? [] : ['', countsTable(run.counts, run.mode, style), '', 'The next run continues from where this one ended.']),
      ...(url === null ? [] : ['', style.colors.dim(url)]),
    ].join('\n'),
    exitCode: exitCodes.failed,
  };
}
