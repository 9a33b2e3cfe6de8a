import { scheduleId } from '../contracts/ids.js';
import { taskQueue, workflowTypes } from '../contracts/names.js';
import { defaultReconcileRule, type SyncDefinition } from '../contracts/sync-definition.js';
import { dailyTimes } from './skipped-times.js';
import { noteOfOwned, noteOfPaused, type DesiredSchedule } from './desired-schedule.js';

// Most syncs keep the default time; without a spread their first pages would all be asked for at once.
const JITTER_MS = 5 * 60_000;
const CATCH_UP_MS = 6 * 3_600_000;

/** reconcileSchedules is the schedule of every sync's daily reconciliation, in the order of the syncs; those that say `off` have none. */
export function reconcileSchedules(syncs: readonly SyncDefinition[]): DesiredSchedule[] {
  return syncs.flatMap(({ sync, reconcile = defaultReconcileRule, rollout }) => {
    if (reconcile.at === null) return [];
    const paused = rollout.mode === 'paused';
    return [{
      id: scheduleId(sync, 'reconcile'), sync, kind: 'reconcile', paused, note: paused ? noteOfPaused : noteOfOwned,
      shape: {
        times: dailyTimes(reconcile.at), jitterMs: JITTER_MS, catchUpMs: CATCH_UP_MS, overlap: 'SKIP',
        workflowType: workflowTypes.scheduledReconcile, workflowId: `scheduled/${sync}/reconcile`, taskQueue, args: [{ sync }],
      },
    }];
  });
}
