import { WorkflowNotFoundError } from '@temporalio/client';
import { syncWorkflowId } from '../../contracts/ids.js';
import { messageNames } from '../../contracts/names.js';
import type { SyncMode } from '../../contracts/run.js';
import { CommandError } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { activeSync } from '../sync-names.js';
import type { Report } from '../terminal/report.js';

/** RunSignal is what a person can ask of a run that is under way. */
export type RunSignal = 'pause' | 'resume' | 'stop';

const said: Readonly<Record<RunSignal, string>> = {
  pause: 'It pauses at its next checkpoint; --resume lets it go on.', resume: 'It goes on.', stop: 'It ends at its next checkpoint, and the next run continues from there.',
};

/** signalRun asks something of a run that is under way; throws CommandError where none is. */
export async function signalRun({ session }: CommandContext, sync: string, mode: SyncMode, signal: RunSignal): Promise<Report> {
  const workflowId = syncWorkflowId(sync, mode);
  const client = await session.temporal();
  try {
    await client.workflow.getHandle(workflowId).signal(messageNames[signal]);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    // The name may be wrong; then that is what to say.
    await activeSync(await session.database(), sync);
    throw new CommandError(`No run of "${sync}" is under way as ${workflowId}, so there is nothing to ${signal}.`, { todo: 'See "crosswalk status" for what runs.', cause: error });
  }
  return { data: { sync, workflowId, signal }, text: () => `Asked ${workflowId} to ${signal}. ${said[signal]}` };
}
