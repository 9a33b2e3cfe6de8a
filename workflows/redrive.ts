import { ApplicationFailure } from '@temporalio/workflow';
import { failureTypes } from '../src/contracts/failures.js';
import type { SyncInput, SyncResult } from '../src/contracts/sync-workflow.js';
import { sync } from './sync.js';

/**
 * redrive tries dead letters again: their records go through the same steps as in a run of their sync. Its id names the
 * letter or the group, so that two people who press at once cause one redrive.
 */
export async function redrive(input: Omit<SyncInput, 'mode'>): Promise<SyncResult> {
  if (input.selection === undefined) throw ApplicationFailure.nonRetryable('A redrive has to say which dead letters are meant.', failureTypes.badInput);
  return sync({ ...input, mode: 'redrive' });
}
