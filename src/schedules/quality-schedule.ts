import { qualityWorkflowId, scheduleId } from '../contracts/ids.js';
import { taskQueue, workflowTypes } from '../contracts/names.js';
import type { QualityDefinition } from '../contracts/quality-definition.js';
import { dailyTimes } from './skipped-times.js';
import { noteOfOwned, type DesiredSchedule } from './desired-schedule.js';

const JITTER_MS = 30_000;
// Figures of a day are worth having late, as long as it is still the day.
const CATCH_UP_MS = 12 * 3_600_000;

/** desiredQualitySchedules is the schedule of every quality definition that names a time, in their order. */
export function desiredQualitySchedules(definitions: readonly QualityDefinition[]): DesiredSchedule[] {
  return definitions.flatMap(({ quality, when }): DesiredSchedule[] => (when === undefined ? [] : [{
    id: scheduleId(quality, 'quality'),
    sync: quality,
    kind: 'quality',
    shape: {
      times: dailyTimes(when),
      jitterMs: JITTER_MS,
      catchUpMs: CATCH_UP_MS,
      overlap: 'SKIP',
      workflowType: workflowTypes.quality,
      workflowId: `${qualityWorkflowId(quality)}/scheduled`,
      taskQueue,
      args: [{ quality }],
    },
    paused: false,
    note: noteOfOwned,
  }]));
}

/** qualityRemarks says of each quality definition without a time that it does not run by itself. */
export function qualityRemarks(definitions: readonly QualityDefinition[]): string[] {
  return definitions.flatMap(({ quality, when }) => (when === undefined ? [`${quality}: has no schedule; "crosswalk quality run ${quality}" checks it.`] : []));
}
