import { setTimeout as sleep } from 'node:timers/promises';
import type { CalendarSpec, ScheduleClient, ScheduleSpec } from '@temporalio/client';
import { scheduleId } from '../contracts/ids.js';
import type { QualityDefinition } from '../contracts/quality-definition.js';
import type { SyncDefinition } from '../contracts/sync-definition.js';
import { compareSchedules, type ScheduleChange } from './compare-schedules.js';
import { alertsSchedule } from './alerts-schedule.js';
import { desiredSchedules, type Sweep, type DesiredSchedule, type ScheduleShape, type ScheduleTimes } from './desired-schedule.js';
import { desiredDriftSchedules } from './drift-schedule.js';
import { desiredQualitySchedules } from './quality-schedule.js';
import { describeSchedules, listOwnedIds, ownershipMemo } from './existing-schedules.js';
import { reconcileSchedules } from './reconcile-schedule.js';

/** QualitySchedules is the quality definitions that ask for schedules, and the names of those that are no longer defined. */
export interface QualitySchedules {
  readonly definitions: readonly QualityDefinition[];
  readonly retired: readonly string[];
}

/** ScheduleSurroundings is what schedules depend on beside the syncs. */
export interface ScheduleSurroundings {
  /** Names of syncs that are no longer defined, so that their schedules are found even where the server's list lags behind. */
  readonly retired?: readonly string[];
  readonly qualities?: QualitySchedules;
  /** Intervals that hold for a time. */
  readonly sweeps?: ReadonlyMap<string, Sweep>;
  /** How often alerts are looked for, milliseconds; absent: no schedule for it. */
  readonly alertsEveryMs?: number | undefined;
  /** Whether the systems that syncs read are looked at once a day; absent: they are not. */
  readonly watchesDrift?: boolean;
}

/** planSchedules says what would make the server's schedules those that the definitions ask for, without changing anything. */
export async function planSchedules(client: ScheduleClient, syncs: readonly SyncDefinition[], { retired = [], qualities = { definitions: [], retired: [] }, sweeps = new Map(), alertsEveryMs, watchesDrift = false }: ScheduleSurroundings = {}): Promise<ScheduleChange[]> {
  const desired = [...desiredSchedules(syncs, sweeps), ...reconcileSchedules(syncs), ...(watchesDrift ? desiredDriftSchedules(syncs) : []), ...desiredQualitySchedules(qualities.definitions), ...(alertsEveryMs === undefined ? [] : [alertsSchedule(alertsEveryMs)])];
  const known = [...syncs.map(({ sync }) => sync), ...retired].flatMap((sync) => [scheduleId(sync, 'every'), scheduleId(sync, 'full-read'), scheduleId(sync, 'reconcile')]);
  const ofDrift = desiredDriftSchedules(syncs).map(({ id }) => id);
  const ofQuality = [...qualities.definitions.map(({ quality }) => quality), ...qualities.retired].map((quality) => scheduleId(quality, 'quality'));
  return compareSchedules(desired, await describeSchedules(client, [...known, ...ofDrift, ...ofQuality, ...(alertsEveryMs === undefined ? [] : [scheduleId('alerts', 'check')]), ...(await listOwnedIds(client))]));
}

/** How long the server may take to show the changes that it has accepted, and how often it is asked, milliseconds. */
const SHOWN_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 50;

/**
 * applySchedules makes planned changes, and waits, at most so many milliseconds, until the server shows them; gives the ids
 * of schedules that do not show their change yet. Planned again once all are shown, there is nothing to do.
 */
export async function applySchedules(client: ScheduleClient, changes: readonly ScheduleChange[], shownWithinMs = SHOWN_WITHIN_MS): Promise<readonly string[]> {
  for (const change of changes) await applyOne(client, change);
  const deadline = Date.now() + shownWithinMs;
  const notShown: string[] = [];
  for (const { id, change, desired } of changes) {
    if (desired !== null && (change === 'create' || change === 'update') && !(await shown(client, id, desired, deadline))) notShown.push(id);
  }
  return notShown;
}

// A schedule takes a change on once it is done with what it was at, which may take the server's time-outs of 5 and 10 s; until then it describes itself as it was before.
async function shown(client: ScheduleClient, id: string, desired: DesiredSchedule, deadline: number): Promise<boolean> {
  for (;;) {
    if (compareSchedules([desired], await describeSchedules(client, [id]))[0]?.change !== 'update') return true;
    if (Date.now() >= deadline) return false;
    await sleep(ASK_EVERY_MS);
  }
}

async function applyOne(client: ScheduleClient, { id, change, desired, state }: ScheduleChange): Promise<void> {
  if (change === 'delete') return client.getHandle(id).delete();
  if (desired === null || change === 'unchanged' || change === 'taken') return;
  const options = scheduleOptions(desired.shape);
  if (change === 'create') await client.create({ ...options, scheduleId: id, memo: { ...ownershipMemo }, state });
  else await client.getHandle(id).update(() => ({ ...options, state }));
}

function scheduleOptions(shape: ScheduleShape) {
  return {
    spec: { ...specOf(shape.times), jitter: shape.jitterMs },
    policies: { overlap: 'SKIP', catchupWindow: shape.catchUpMs },
    action: { type: 'startWorkflow', workflowType: shape.workflowType, workflowId: shape.workflowId, taskQueue: shape.taskQueue, args: [...shape.args] },
  } as const;
}

function specOf(times: ScheduleTimes): ScheduleSpec {
  if (times.kind === 'every') return { intervals: [{ every: times.everyMs }] };
  if (times.kind === 'daily') return { calendars: [{ hour: times.hour, minute: times.minute }, ...(times.instead ?? []).map(onceAt)], skip: (times.without ?? []).map(onceAt), timezone: times.timeZone };
  throw new RangeError('only times that a definition asks for can be applied');
}

const months = ['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE', 'JULY', 'AUGUST', 'SEPTEMBER', 'OCTOBER', 'NOVEMBER', 'DECEMBER'] as const;

function onceAt(localTime: string): CalendarSpec {
  const [year = 0, month = 1, dayOfMonth = 1, hour = 0, minute = 0] = localTime.split(/[-T:]/).map(Number);
  return { year, month: months[month - 1] ?? 'JANUARY', dayOfMonth, hour, minute };
}
