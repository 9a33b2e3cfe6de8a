import { scheduleId } from '../contracts/ids.js';
import { taskQueue, workflowTypes } from '../contracts/names.js';
import { noteOfOwned, type DesiredSchedule } from './desired-schedule.js';

// Late checks are worth nothing; the next one sees the same. Temporal refuses less than 10 s.
const CATCH_UP_MS = 10_000;

/** alertsSchedule is the schedule of the check for alerts; `everyMs` is a whole number of seconds. */
export function alertsSchedule(everyMs: number): DesiredSchedule {
  return {
    id: scheduleId('alerts', 'check'), sync: 'alerts', kind: 'check', paused: false, note: noteOfOwned,
    shape: {
      times: { kind: 'every', everyMs }, jitterMs: 0, catchUpMs: CATCH_UP_MS, overlap: 'SKIP', workflowType: workflowTypes.checkAlerts, workflowId: 'alerts/check', taskQueue, args: [],
    },
  };
}
