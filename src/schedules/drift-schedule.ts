import { driftWorkflowId, scheduleId } from '../contracts/ids.js';
import { taskQueue, workflowTypes } from '../contracts/names.js';
import type { SyncDefinition } from '../contracts/sync-definition.js';
import { isTwoWay } from '../contracts/sync-definition.js';
import { noteOfOwned, type DesiredSchedule } from './desired-schedule.js';
import { dailyTimes } from './skipped-times.js';

// After the complete reads of the night, which most syncs have at 02:00, and before people come to work.
const AT = { hour: 4, minute: 30, timeZone: 'UTC' } as const;
const JITTER_MS = 10 * 60_000;
// A look that is late is as good, as long as it is still the day.
const CATCH_UP_MS = 12 * 3_600_000;

/** desiredDriftSchedules is the daily look at every system whose records some sync maps, by name. */
export function desiredDriftSchedules(syncs: readonly SyncDefinition[]): DesiredSchedule[] {
  const systems = new Set(syncs.flatMap((sync) => [sync.from.system, ...(isTwoWay(sync) ? [sync.to.system] : [])]));
  return [...systems].toSorted().map((system): DesiredSchedule => ({
    id: scheduleId(system, 'drift'), sync: system, kind: 'drift', paused: false, note: noteOfOwned,
    shape: {
      times: dailyTimes(AT), jitterMs: JITTER_MS, catchUpMs: CATCH_UP_MS, overlap: 'SKIP', workflowType: workflowTypes.watchDrift,
      workflowId: `${driftWorkflowId(system)}/scheduled`, taskQueue, args: [{ system }],
    },
  }));
}
