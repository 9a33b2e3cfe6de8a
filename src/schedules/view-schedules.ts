import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { ownedSchedulePrefix } from '../contracts/ids.js';
import type { ScheduledOutcome, ScheduledRun, ScheduledWork, ScheduleView } from '../contracts/schedule-view.js';
import { describeSchedules, listOwnedIds, type DescribedSchedule } from './existing-schedules.js';
import { pauseOf } from './pause-note.js';
import { timesText } from './times-text.js';

/** How many times and runs of a schedule are shown. */
const SHOWN = 3;

/** viewSchedules shows the schedules that `apply` keeps, by their ids or all of them, in the order of their ids; those of others are left out. */
export async function viewSchedules(client: Client, ids?: Iterable<string>): Promise<ScheduleView[]> {
  const found = await describeSchedules(client.schedule, ids ?? (await listOwnedIds(client.schedule)));
  const owned = found.filter((schedule) => schedule.owned).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return Promise.all(owned.map((schedule) => viewOf(client, schedule)));
}

async function viewOf(client: Client, schedule: DescribedSchedule): Promise<ScheduleView> {
  const { id, shape, note, nextTimes, starts, overlapped, missed } = schedule;
  const name = id.slice(ownedSchedulePrefix.length);
  const times = shape?.times;
  return {
    id, name, note, overlapped, missed,
    of: name.slice(0, name.lastIndexOf('/')), work: workOf(name),
    times: times === undefined ? 'other times' : timesText(times), timeZone: times?.kind === 'daily' ? times.timeZone : null,
    pause: pauseOf(schedule),
    next: nextTimes.slice(0, SHOWN),
    last: await Promise.all(starts.slice(-SHOWN).toReversed().map((start) => runOf(client, start))),
  };
}

const works: Readonly<Record<string, ScheduledWork>> = { 'every': 'changes', 'full-read': 'complete read', 'reconcile': 'reconciliation', 'quality': 'quality check' };

function workOf(name: string): ScheduledWork {
  return works[name.slice(name.lastIndexOf('/') + 1)] ?? 'changes';
}

const endings: Readonly<Record<string, ScheduledOutcome>> = {
  RUNNING: 'running', FAILED: 'failed', CANCELLED: 'cancelled', TERMINATED: 'terminated', TIMED_OUT: 'timed out', CONTINUED_AS_NEW: 'running',
};

async function runOf(client: Client, start: DescribedSchedule['starts'][number]): Promise<ScheduledRun> {
  const handle = client.workflow.getHandle(start.workflowId, start.temporalRunId);
  try {
    const { status } = await handle.describe();
    return { ...start, outcome: endings[status.name] ?? outcomeOf(await handle.result()) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { ...start, outcome: 'no longer kept' };
    throw error;
  }
}

const states: readonly ScheduledOutcome[] = ['succeeded', 'held', 'stopped', 'failed', 'interrupted'];

// What the workflow returned: nothing where another run was under way, otherwise how the run ended.
function outcomeOf(result: unknown): ScheduledOutcome {
  if (result === null || result === undefined) return 'skipped';
  const state: unknown = typeof result === 'object' && 'state' in result ? result.state : undefined;
  return states.find((known) => known === state) ?? 'succeeded';
}
