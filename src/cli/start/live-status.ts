import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../store/database.js';
import { syncOverview, type SyncOverview } from '../../store/sync-overview.js';
import { ProgressDisplay } from '../terminal/progress-display.js';

/** showLiveStatus keeps one line up to date with where the syncs stand, until the signal is aborted. */
export async function showLiveStatus(database: Database, stream: NodeJS.WriteStream, signal: AbortSignal): Promise<void> {
  const display = new ProgressDisplay(stream);
  let last = '';
  while (!signal.aborted) {
    const line = await syncOverview(database).then(statusLine, () => 'the database does not answer');
    if (line !== last || stream.isTTY) display.show((style) => line.slice(0, Math.max(20, style.columns - 1)), () => line);
    last = line;
    await sleep(2_000, undefined, { signal }).catch(() => undefined);
  }
  display.clear();
}

/** statusLine says in one line what the syncs are doing. */
export function statusLine(syncs: readonly SyncOverview[]): string {
  return syncs.map(({ sync, lastRun, linked, openDeadLetters }) => {
    const state = lastRun === null ? 'not run yet' : lastRun.state === 'running' ? `running, ${lastRun.counts.read} read` : lastRun.state;
    return `${sync}: ${state}, ${linked} linked${openDeadLetters > 0 ? `, ${openDeadLetters} dead letters` : ''}`;
  }).join('  |  ');
}
