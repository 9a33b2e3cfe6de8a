import type { ScheduleClient } from '@temporalio/client';
import type { SyncDefinition } from '../contracts/sync-definition.js';
import { applySchedules } from './apply-schedules.js';
import { compareSchedules } from './compare-schedules.js';
import { desiredSchedules, type Sweep } from './desired-schedule.js';
import { describeSchedules } from './existing-schedules.js';

/** Milliseconds that the server has to show the change; the look after the next sweep sees it in any case. */
const SHOWN_WITHIN_MS = 10_000;

/** changeSweep makes a sync's schedule read changes at another interval than its definition says, or at that one again; a pause stays as it is. */
export async function changeSweep(client: ScheduleClient, sync: SyncDefinition, sweep: Sweep): Promise<void> {
  const desired = desiredSchedules([sync], new Map([[sync.sync, sweep]])).filter(({ kind }) => kind === 'every');
  const existing = await describeSchedules(client, desired.map(({ id }) => id));
  // Only `apply` makes schedules: one that is missing was removed by somebody.
  await applySchedules(client, compareSchedules(desired, existing).filter(({ change }) => change === 'update'), SHOWN_WITHIN_MS);
}
