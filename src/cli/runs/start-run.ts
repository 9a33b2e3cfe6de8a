import type { CrosswalkClient, SyncHandle } from '../../client/crosswalk-client.js';
import type { SyncMode } from '../../contracts/run.js';
import type { Allowances } from '../../contracts/sync-workflow.js';
import type { Database } from '../../store/database.js';
import { readRun } from '../../store/runs.js';
import { CommandError } from '../command-error.js';

/** WantedRun is the run that a person asks for. */
export interface WantedRun extends Required<Allowances> {
  readonly sync: string;
  readonly mode: SyncMode;
}

/**
 * startRun starts a run, or attaches to the one that is under way. Throws CommandError where that one does less than
 * was asked for, so that nobody takes its end for the end of a full read.
 */
export async function startRun(client: CrosswalkClient, database: Database, { sync, mode, ...allowances }: WantedRun): Promise<SyncHandle> {
  const handle = await client.startSync(sync, { mode, ...allowances });
  const allowsMore = Object.values(allowances).includes(true);
  if (handle.started || (mode !== 'full' && !allowsMore)) return handle;
  const underWay = await handle.progress().then(async ({ runId }) => (runId === null ? undefined : (await readRun(database, runId)).mode), () => undefined);
  if (underWay === mode && !allowsMore) return handle;
  throw new CommandError(
    `${underWay === undefined ? 'Another' : underWay === 'full' ? 'A full' : 'An incremental'} run of "${sync}" is under way, so the run that you ask for was not started.`,
    { todo: `Wait for its end with "crosswalk sync ${sync}", or end it with "crosswalk sync ${sync} --stop", then start again.` },
  );
}
