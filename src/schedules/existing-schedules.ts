import { ScheduleNotFoundError, type ScheduleClient, type ScheduleDescription } from '@temporalio/client';
import { ownedSchedulePrefix } from '../contracts/ids.js';
import type { ExistingSchedule } from './compare-schedules.js';
import type { ScheduleShape, ScheduleTimes } from './desired-schedule.js';

/** ownershipMemo marks a schedule as made by `apply`; Temporal never lets a schedule's memo be changed afterwards. */
export const ownershipMemo = { crosswalk: 'apply' } as const;

/** DescribedSchedule is an existing schedule with what it has done and will do next. */
export interface DescribedSchedule extends ExistingSchedule {
  readonly nextAt: Date | null;
  readonly lastAt: Date | null;
  /** The next times; empty while it is paused. */
  readonly nextTimes: readonly Date[];
  /** The last starts that the server keeps, oldest first. */
  readonly starts: readonly { readonly at: Date; readonly workflowId: string; readonly temporalRunId: string }[];
  /** Workflow ids of what it has started and still runs. */
  readonly underWay: readonly string[];
  readonly overlapped: number;
  readonly missed: number;
}

/** listOwnedIds lists the schedules whose ids begin as ours do. The list lags behind changes by up to a few seconds. */
export async function listOwnedIds(client: ScheduleClient): Promise<string[]> {
  const ids: string[] = [];
  for await (const { scheduleId } of client.list()) if (scheduleId.startsWith(ownedSchedulePrefix)) ids.push(scheduleId);
  return ids;
}

/**
 * describeSchedules reads schedules by their ids; ids that are not there are left out. A change that the server has only
 * just accepted may be missing for a moment, while the schedule is at something else.
 */
export async function describeSchedules(client: ScheduleClient, ids: Iterable<string>): Promise<DescribedSchedule[]> {
  const found = await Promise.all([...new Set(ids)].map(async (id) => {
    try {
      return [described(await client.getHandle(id).describe())];
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return [];
      throw error;
    }
  }));
  return found.flat();
}

function described(description: ScheduleDescription): DescribedSchedule {
  const { scheduleId, memo, state, info } = description;
  return {
    id: scheduleId,
    owned: scheduleId.startsWith(ownedSchedulePrefix) && memo?.['crosswalk'] === ownershipMemo.crosswalk,
    shape: shapeOf(description),
    paused: state.paused,
    note: state.note ?? '',
    nextAt: state.paused ? null : (info.nextActionTimes[0] ?? null),
    lastAt: info.recentActions.at(-1)?.takenAt ?? null,
    nextTimes: state.paused ? [] : info.nextActionTimes,
    starts: info.recentActions.map(({ takenAt, action: { workflow } }) => ({ at: takenAt, workflowId: workflow.workflowId, temporalRunId: workflow.firstExecutionRunId })),
    underWay: info.runningActions.map(({ workflow }) => workflow.workflowId),
    overlapped: info.numActionsSkippedOverlap,
    missed: info.numActionsMissedCatchupWindow,
  };
}

function shapeOf({ spec, policies, action }: ScheduleDescription): ScheduleShape {
  return {
    times: timesOf(spec),
    jitterMs: spec.jitter ?? 0,
    catchUpMs: policies.catchupWindow,
    overlap: policies.overlap ?? '',
    workflowType: action.workflowType,
    workflowId: action.workflowId ?? '',
    taskQueue: action.taskQueue,
    args: action.args ?? [],
  };
}

function timesOf(spec: ScheduleDescription['spec']): ScheduleTimes {
  const { intervals = [], calendars = [], skip = [], startAt, endAt, timezone } = spec;
  const other: ScheduleTimes = { kind: 'other', text: JSON.stringify({ intervals, calendars, skip, startAt, endAt, timezone }) };
  if (startAt !== undefined || endAt !== undefined || intervals.length + Math.min(1, calendars.length) !== 1) return other;
  const [interval] = intervals;
  if (interval !== undefined) return interval.offset > 0 || skip.length > 0 ? other : { kind: 'every', everyMs: interval.every };
  const [calendar, ...nights] = calendars;
  const times = calendar === undefined ? undefined : daily(calendar, timezone ?? '');
  const [instead, without] = [nights.map(onceAt), skip.map(onceAt)];
  if (times === undefined || !instead.every((night) => night !== undefined) || !without.every((night) => night !== undefined)) return other;
  return { ...times, ...(instead.length === 0 ? {} : { instead }), ...(without.length === 0 ? {} : { without }) };
}

const months: readonly string[] = ['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE', 'JULY', 'AUGUST', 'SEPTEMBER', 'OCTOBER', 'NOVEMBER', 'DECEMBER'];

type Calendar = NonNullable<ScheduleDescription['spec']['calendars']>[number];

/** Reads a calendar that names one minute of one day, as a local time; undefined for any other. */
function onceAt({ second, minute, hour, dayOfMonth, month, year }: Calendar): string | undefined {
  const [at] = month;
  const parts = [single(year), at === undefined || month.length !== 1 || at.start !== at.end ? undefined : months.indexOf(at.start) + 1, single(dayOfMonth), single(hour), single(minute)];
  if (single(second) !== 0 || parts.includes(undefined)) return undefined;
  const [y = '', mo = '', d = '', h = '', mi = ''] = parts.map((part) => String(part).padStart(2, '0'));
  return `${y}-${mo}-${d}T${h}:${mi}`;
}

/** Reads a calendar that names one time of every day; undefined for any other. */
function daily({ second, minute, hour, dayOfMonth, month, year, dayOfWeek }: Calendar, timeZone: string): Extract<ScheduleTimes, { readonly kind: 'daily' }> | undefined {
  const everyDay = covers(dayOfMonth, 1, 31) && covers(month, 'JANUARY', 'DECEMBER') && covers(dayOfWeek, 'SUNDAY', 'SATURDAY') && year.length === 0;
  const at = { hour: single(hour), minute: single(minute), second: single(second) };
  if (!everyDay || at.hour === undefined || at.minute === undefined || at.second !== 0) return undefined;
  return { kind: 'daily', hour: at.hour, minute: at.minute, timeZone };
}

interface Span<Unit> {
  readonly start: Unit;
  readonly end: Unit;
  readonly step: number;
}

function covers<Unit>(spans: readonly Span<Unit>[], start: Unit, end: Unit): boolean {
  return spans.length === 1 && spans[0]?.start === start && spans[0].end === end && spans[0].step === 1;
}

function single(spans: readonly Span<number>[]): number | undefined {
  const [span] = spans;
  return spans.length === 1 && span !== undefined && span.start === span.end ? span.start : undefined;
}
