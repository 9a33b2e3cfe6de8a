import { WorkflowFailedError } from '@temporalio/client';
import { rootCause } from '@temporalio/common';
import type { SyncHandle } from '../../client/crosswalk-client.js';
import type { Database } from '../../store/database.js';
import { readRun } from '../../store/runs.js';
import { exitCodes } from '../exit-codes.js';
import { explainError } from '../explain-error.js';
import type { Report } from '../terminal/report.js';
import { wrapped } from '../terminal/wrap.js';
import { countsTable } from './counts-table.js';

/** FailedRun is a run that failed; its id is null where it never came to be known. */
export interface FailedRun {
  readonly handle: Pick<SyncHandle, 'sync' | 'workflowId' | 'temporalRunId'>;
  readonly error: unknown;
  readonly runId: string | null;
  readonly url: string | null;
}

/** failedRun reports a run that failed: why, and how far it had come. */
export async function failedRun(database: Database, { handle, error, runId, url }: FailedRun): Promise<Report> {
  const { sync, workflowId, temporalRunId } = handle;
  const run = runId === null ? undefined : await readRun(database, runId).catch(() => undefined);
  // Temporal's own error says only that the workflow failed; why is in its cause.
  const { message } = explainError(run?.message ?? rootCause(error instanceof WorkflowFailedError ? error.cause : error) ?? error);
  return {
    data: { sync, workflowId, temporalRunId, state: 'failed', message, counts: run?.counts ?? null, url },
    text: (style) => [
      style.colors.red(`${sync} failed.`),
      wrapped(message, style),
      ...(run === undefined ? [] : ['', countsTable(run.counts, run.mode, style), '', 'The next run continues from where this one ended.']),
      ...(url === null ? [] : ['', style.colors.dim(url)]),
    ].join('\n'),
    exitCode: exitCodes.failed,
  };
}
