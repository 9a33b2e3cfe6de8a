import type { ScheduleClient } from '@temporalio/client';
import { msNumberToTs, tsToDate } from '@temporalio/common/lib/time.js';
import { MOST_RUNS, type StartedBackfill } from '../contracts/schedule-view.js';
import { findSchedule, ScheduleRefused } from './find-schedule.js';

/** TimeRange is a range of time, both ends within it. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

/** matchingTimes asks the Temporal server at which times within a range a schedule starts a run, before jitter is added. */
export async function matchingTimes(client: ScheduleClient, id: string, { from, to }: TimeRange): Promise<Date[]> {
  const { startTime } = await client.workflowService.listScheduleMatchingTimes({
    namespace: client.options.namespace, scheduleId: id, startTime: msNumberToTs(from.getTime()), endTime: msNumberToTs(to.getTime()),
  });
  return startTime.map(tsToDate);
}

/** planBackfill says what a backfill would start, without starting it. Throws ScheduleRefused for a range without times, in the future, or with too many. */
export async function planBackfill(client: ScheduleClient, name: string, range: TimeRange): Promise<StartedBackfill> {
  const { from, to } = range;
  if (!(from < to)) throw new ScheduleRefused('The range is empty: "from" has to be before "to".', 'not so');
  if (to.getTime() > Date.now()) throw new ScheduleRefused('The range ends in the future; times to come start their runs by themselves.', 'not so');
  const { id } = await findSchedule(client, name);
  const times = await matchingTimes(client, id, range);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) throw new ScheduleRefused(`${id} has no time between ${from.toISOString()} and ${to.toISOString()}.`, 'not so');
  // The server names no more than a thousand times, and keeps no more waiting for a schedule.
  if (times.length > MOST_RUNS) throw new ScheduleRefused(`${id} has more than ${MOST_RUNS} times between ${from.toISOString()} and ${to.toISOString()}. Give a shorter range.`, 'not so');
  return { id, runs: times.length, first, last };
}

/**
 * backfillSchedule starts a run for each time within a past range, one after another: the overlap policy of a schedule,
 * which skips, would let all but the first go.
 */
export async function backfillSchedule(client: ScheduleClient, { id }: StartedBackfill, { from, to }: TimeRange): Promise<void> {
  await client.getHandle(id).backfill({ start: from, end: to, overlap: 'BUFFER_ALL' });
}
