import { isTwoWay } from '../../src/contracts/sync-definition.js';
import { syncConsumer } from '../../src/contracts/ids.js';
import type { RealtimeActivities } from '../../src/contracts/realtime-workflow.js';
import { describeTaken } from '../../src/store/announced-records.js';
import { activeDefinitions } from '../../src/store/definitions.js';
import { finishWork, takeWork } from '../../src/store/inbox.js';
import { newId } from '../../src/store/new-id.js';
import { syncNumber } from '../../src/store/names.js';
import { readCursor } from '../../src/store/runs.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import { finishRun, startRun } from '../sync/run-lifecycle.js';
import { syncWindow } from '../sync/sync-window.js';

/** So many records are read one by one; more come faster, and within the sync's limits, as pages of what has changed. */
const FEW = 20;

/**
 * carryAnnounced takes what waits for a sync, and carries a few records over by their ids; it leaves everything else, and
 * what fails, to a run of the sync. Where a worker ends before the workflow knows of its attempts they are made again, with
 * the same input and with what has been announced meanwhile; so each attempt takes under an id of its own and has a run of
 * its own, or the repeat would find its run done and forget what is new.
 */
export async function carryAnnounced(dependencies: SyncDependencies, { sync, takenBy, workflowId }: Parameters<RealtimeActivities['carryAnnounced']>[0]): Promise<'nothing' | 'carried' | 'left'> {
  const { database } = dependencies;
  const [attempt, runId] = [newId(), newId()];
  const leave = async (): Promise<'left'> => {
    await takeWork(database, syncConsumer(sync), takenBy);
    return 'left';
  };
  if (await takeWork(database, syncConsumer(sync), attempt) === 0) return 'nothing';
  if (!(await canBeReadById(dependencies, sync, attempt))) return leave();
  await startRun(dependencies, { runId, sync, mode: 'incremental', allowRemovals: false, workflowId, announced: { takenBy: attempt } });
  const heartbeat = { signal: new AbortController().signal, report: () => undefined };
  try {
    for (let done = false; !done;) ({ done } = await syncWindow(dependencies, { runId }, heartbeat));
  } catch (error) {
    await finishRun(dependencies, { runId, state: 'failed', message: `${error instanceof Error ? error.message : String(error)} A run of the sync tries it again.` });
    return leave();
  }
  await finishRun(dependencies, { runId, state: 'succeeded', message: null });
  await finishWork(database, attempt);
  return 'carried';
}

async function canBeReadById({ database }: SyncDependencies, name: string, takenBy: string): Promise<boolean> {
  const sync = (await activeDefinitions(database, 'sync')).find((candidate) => candidate.name === name)?.body;
  if (sync === undefined || isTwoWay(sync) || sync.rollout.mode !== 'live') return false;
  const source = (await activeDefinitions(database, 'system')).find((candidate) => candidate.name === sync.from.system)?.body.objects[sync.from.object];
  if (source?.get === undefined || source.since === undefined) return false;
  const { sinceMs, indexedAt } = await readCursor(database, await syncNumber(database, name));
  // Before the first complete read everything is new, and new records are looked for at the target first.
  if (sinceMs === null || (sync.match.length > 0 && indexedAt === null)) return false;
  const { records, named, busy } = await describeTaken(database, takenBy, { name, ...sync.from });
  return named && !busy && records <= FEW;
}
