import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, RetryState } from '@temporalio/common';
import { expect, test } from 'vitest';
import { failedRun } from '../../../src/cli/runs/failed-run.js';
import { plainStyle } from '../../../src/cli/terminal/style.js';
import type { Database } from '../../../src/store/database.js';

const handle = { sync: 'contacts-to-mailing', workflowId: 'sync/contacts-to-mailing', temporalRunId: 'run' };
/** A run whose id is not known is not looked up. */
const unused = {} as Database;

test('a run that failed before anybody could ask where it stands is reported with the reason of its activity', async () => {
  const reason = 'crm: POST /auth/login was answered with 400 Bad Request.';
  const activity = new ActivityFailure('Activity task failed', 'syncWindow', '1', RetryState.NON_RETRYABLE_FAILURE, 'worker', ApplicationFailure.nonRetryable(reason));
  const error = new WorkflowFailedError('Workflow execution failed', activity, RetryState.NON_RETRYABLE_FAILURE);
  const { data, text, exitCode } = await failedRun(unused, { handle, error, runId: null, url: null });
  expect(data).toMatchObject({ state: 'failed', message: reason });
  expect(text(plainStyle)).toContain(reason);
  expect(exitCode).toBe(1);
});
