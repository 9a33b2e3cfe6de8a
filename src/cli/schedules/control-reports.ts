import { FEW_RUNS } from '../../contracts/schedule-view.js';
import { backfillSchedule, planBackfill } from '../../schedules/backfill-schedule.js';
import { pauseSchedule, resumeSchedule, triggerSchedule } from '../../schedules/control-schedule.js';
import { ScheduleRefused } from '../../schedules/find-schedule.js';
import { viewSchedules } from '../../schedules/view-schedules.js';
import { badInput, CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import { personOf } from '../letters/person.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { counted, moment } from '../terminal/wording.js';
import { scheduleText } from './schedules-text.js';

/** HoldOptions is who pauses or resumes, and why. */
export interface HoldOptions {
  readonly reason?: string;
  readonly by?: string;
}

/** holdReport pauses or resumes a schedule, and shows it. */
export async function holdReport({ session }: CommandContext, action: 'pause' | 'resume', name: string, options: HoldOptions): Promise<Report> {
  const client = await session.temporal();
  const decision = { by: personOf(options), reason: (options.reason ?? '').trim().slice(0, 500) };
  if (action === 'pause' && decision.reason === '') throw badInput('Say why it is paused, with --reason.');
  const id = await refusals(() => (action === 'pause' ? pauseSchedule : resumeSchedule)(client.schedule, name, decision));
  const [schedule] = await viewSchedules(client, [id]);
  return { data: { schedule: schedule ?? null }, text: (style) => (schedule === undefined ? '' : scheduleText(schedule, style)) };
}

/** triggerReport starts what a schedule runs now. */
export async function triggerReport({ session }: CommandContext, name: string): Promise<Report> {
  const triggered = await refusals(async () => triggerSchedule((await session.temporal()).schedule, name));
  const { id, started, workflowId } = triggered;
  const found = workflowId ?? 'a workflow that the server has not named yet';
  return { data: triggered, text: () => (started ? `Started ${found} for ${id}.` : `Nothing was started: ${found} of ${id} is still under way.`), exitCode: started ? exitCodes.done : exitCodes.held };
}

/** BackfillOptions is which past times are made up for. */
export interface BackfillOptions {
  readonly from: string;
  readonly to: string;
  readonly yes?: boolean;
}

/** backfillReport starts a run for each past time within a range; above a few it only says how many, unless told to go on. */
export async function backfillReport({ session }: CommandContext, name: string, options: BackfillOptions): Promise<Report> {
  const range = { from: timeOf('--from', options.from), to: timeOf('--to', options.to) };
  const { schedule } = await session.temporal();
  const planned = await refusals(() => planBackfill(schedule, name, range));
  const { id, runs, first, last } = planned;
  const what = `${counted(runs, 'run')} of ${id}, one after another, for the times from ${moment(first)} to ${moment(last)}`;
  if (runs > FEW_RUNS && options.yes !== true) throw badInput(`It would start ${what}.`, { todo: `Repeat it with --yes to start them. Up to ${FEW_RUNS} start without.` });
  await backfillSchedule(schedule, planned, range);
  return { data: planned, text: () => `Started ${what}.\nWatch them with: crosswalk schedules` };
}

// A time without a zone would mean another moment on another computer.
function timeOf(option: string, text: string): Date {
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? new Date(text) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) throw badInput(`${option} is no time: ${text.slice(0, 60)}`, { todo: 'Write a day in UTC, as 2026-11-23, or a time with its zone, as 2026-11-23T02:00:00+01:00.' });
  return time;
}

async function refusals<Result>(task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof ScheduleRefused)) throw error;
    throw new CommandError(error.message, { exitCode: error.kind === 'not now' ? exitCodes.failed : exitCodes.usage, cause: error });
  }
}
