import type { ScheduleClient } from '@temporalio/client';
import { ownedSchedulePrefix, scheduleId, type ScheduleKind } from '../contracts/ids.js';
import { describeSchedules, type DescribedSchedule } from './existing-schedules.js';

/** ScheduleRefused is thrown where something cannot be done with a schedule; its message says why and what to do. */
export class ScheduleRefused extends Error {
  override readonly name = 'ScheduleRefused';
  constructor(message: string, readonly kind: 'unknown' | 'not now' | 'not so') {
    super(message);
  }
}

const kinds: readonly ScheduleKind[] = ['every', 'full-read', 'reconcile', 'quality', 'drift'];

/**
 * findSchedule is the schedule of a name: its id, its id without the prefix, or the name of a definition that has one
 * schedule only. Throws ScheduleRefused where there is none of ours, or several.
 */
export async function findSchedule(client: ScheduleClient, name: string): Promise<DescribedSchedule> {
  const plain = name.startsWith(ownedSchedulePrefix) ? name.slice(ownedSchedulePrefix.length) : name;
  const found = await describeSchedules(client, plain.includes('/') ? [`${ownedSchedulePrefix}${plain}`] : kinds.map((kind) => scheduleId(plain, kind)));
  const [schedule, ...others] = found.filter(({ owned }) => owned);
  if (schedule === undefined) {
    const foreign = found.length > 0 ? `The schedule "${name.slice(0, 120)}" was not made by Crosswalk, so it is left alone.` : `There is no schedule "${name.slice(0, 120)}".`;
    throw new ScheduleRefused(`${foreign} See "crosswalk schedules" for those there are.`, 'unknown');
  }
  if (others.length > 0) throw new ScheduleRefused(`"${plain}" has several schedules. Say which: ${[schedule, ...others].map(({ id }) => id.slice(ownedSchedulePrefix.length)).join(', ')}.`, 'not so');
  return schedule;
}
