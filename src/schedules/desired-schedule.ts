import { scheduleId, type ScheduleKind } from '../contracts/ids.js';
import { taskQueue, workflowTypes } from '../contracts/names.js';
import type { SyncDefinition, WhenDefinition } from '../contracts/sync-definition.js';
import { lengthText } from './times-text.js';
import { dailyTimes } from './skipped-times.js';

/** ScheduleTimes is when a schedule starts runs; `other` stands for times that nobody but a person can have set. */
export type ScheduleTimes =
  | { readonly kind: 'every'; readonly everyMs: number }
  /** `instead` are local times, as 2027-03-28T03:30, for the nights on which the clocks skip the time of day or have it twice, `without` those at which nothing starts; absent: there are none. */
  | { readonly kind: 'daily'; readonly hour: number; readonly minute: number; readonly timeZone: string; readonly instead?: readonly string[]; readonly without?: readonly string[] }
  | { readonly kind: 'other'; readonly text: string };

/** ScheduleShape is all of a schedule that a definition decides, in a form in which equal schedules are equal. */
export interface ScheduleShape {
  readonly times: ScheduleTimes;
  readonly jitterMs: number;
  /** How late a start that was missed is still made up for. */
  readonly catchUpMs: number;
  readonly overlap: string;
  readonly workflowType: string;
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly args: readonly unknown[];
}

/** DesiredSchedule is a schedule that a definition asks for. */
export interface DesiredSchedule {
  readonly id: string;
  readonly sync: string;
  readonly kind: ScheduleKind;
  readonly shape: ScheduleShape;
  readonly paused: boolean;
  readonly note: string;
}

/** REALTIME_EVERY_MS is how often a sync that says `realtime` without `every` looks for what no webhook announced. */
export const REALTIME_EVERY_MS = 5 * 60_000;

/** noteOfOwned is what the Temporal UI shows beside a schedule that `apply` keeps. */
export const noteOfOwned = 'Owned by Crosswalk: made from the definitions by "crosswalk apply", which undoes other changes and keeps a pause.';

/** noteOfPaused is the note of a schedule that its definition holds back. */
export const noteOfPaused = `${noteOfOwned} Paused, because the definition says "rollout: { mode: paused }".`;

const LEAST_CATCH_UP_MS = 10_000; // Temporal refuses less.
const MOST_JITTER_MS = 30_000;
// A night's read that was missed is made up for in the early morning, not in the middle of the working day.
const FULL_READ_CATCH_UP_MS = 6 * 3_600_000;

/** Sweep is an interval that holds in place of the declared one for a time, and why. */
export interface Sweep {
  readonly everyMs: number;
  readonly reason: string;
}

/** desiredSchedules is every schedule that a set of syncs asks for, in the order of the syncs; `sweeps` are the intervals that hold for a time, by sync. */
export function desiredSchedules(syncs: readonly SyncDefinition[], sweeps: ReadonlyMap<string, Sweep> = new Map()): DesiredSchedule[] {
  return syncs.flatMap((sync) => {
    const everyMs = intervalMs(sync.when);
    const { fullRead } = sync.when;
    return [
      ...(everyMs === undefined ? [] : [swept(every(sync, everyMs), sync, everyMs, sweeps.get(sync.sync))]),
      ...(fullRead === undefined ? [] : [daily(sync, fullRead)]),
    ];
  });
}

/** intervalMs is how often a sync reads changes, in whole seconds; undefined where it does not by itself. */
export function intervalMs({ everyMs, realtime }: WhenDefinition): number | undefined {
  if (everyMs === undefined) return realtime ? REALTIME_EVERY_MS : undefined;
  // Temporal counts intervals in seconds.
  return Math.max(1, Math.round(everyMs / 1000)) * 1000;
}

/** sweptMs is how often a sync reads changes with a sweep that holds for a time; undefined where the declared interval holds. */
export function sweptMs({ when, strategy }: SyncDefinition, sweep: Sweep | undefined): number | undefined {
  const baseMs = intervalMs(when);
  return sweep === undefined || baseMs === undefined || !when.realtime || strategy === null || sweep.everyMs >= baseMs ? undefined : sweep.everyMs;
}

function swept(declared: DesiredSchedule, sync: SyncDefinition, baseMs: number, sweep: Sweep | undefined): DesiredSchedule {
  const everyMs = sweptMs(sync, sweep);
  if (everyMs === undefined || sweep === undefined) return declared;
  const tightened = every(sync, everyMs);
  return tightened.paused ? tightened : { ...tightened, note: `${noteOfOwned} Tightened from every ${lengthText(baseMs)} to every ${lengthText(everyMs)} for a time: ${sweep.reason}.` };
}

function every(sync: SyncDefinition, everyMs: number): DesiredSchedule {
  return desired(sync, 'every', 'incremental', {
    times: { kind: 'every', everyMs },
    jitterMs: Math.min(MOST_JITTER_MS, Math.floor(everyMs / 10_000) * 1000),
    catchUpMs: Math.max(LEAST_CATCH_UP_MS, everyMs),
  });
}

function daily(sync: SyncDefinition, at: NonNullable<WhenDefinition['fullRead']>): DesiredSchedule {
  return desired(sync, 'full-read', 'full', { times: dailyTimes(at), jitterMs: MOST_JITTER_MS, catchUpMs: FULL_READ_CATCH_UP_MS });
}

function desired(sync: SyncDefinition, kind: ScheduleKind, mode: 'incremental' | 'full', when: Pick<ScheduleShape, 'times' | 'jitterMs' | 'catchUpMs'>): DesiredSchedule {
  const paused = sync.rollout.mode === 'paused';
  return {
    id: scheduleId(sync.sync, kind),
    sync: sync.sync,
    kind,
    shape: {
      ...when,
      // A run that takes longer than the interval is not overtaken by the next.
      overlap: 'SKIP',
      workflowType: workflowTypes.scheduledSync,
      workflowId: `scheduled/${sync.sync}/${kind}`,
      taskQueue,
      args: [{ sync: sync.sync, mode }],
    },
    paused,
    note: paused ? noteOfPaused : noteOfOwned,
  };
}

/** scheduleRemarks says in plain sentences where schedules differ from what a reader of the definitions may expect. */
export function scheduleRemarks(syncs: readonly SyncDefinition[], sweeps: ReadonlyMap<string, Sweep> = new Map()): string[] {
  return syncs.flatMap((definition) => remarksOf(definition, sweeps.get(definition.sync)));
}

function remarksOf(definition: SyncDefinition, sweep: Sweep | undefined): string[] {
  const { sync, when, rollout } = definition;
  const [baseMs, everyMs] = [intervalMs(when), sweptMs(definition, sweep)];
  return [
    ...(everyMs === undefined || baseMs === undefined ? [] : [`${sync}: swept every ${lengthText(everyMs)} for a time, in place of every ${lengthText(baseMs)}: ${sweep?.reason ?? ''}.`]),
    ...(when.realtime && when.everyMs === undefined ? [`${sync}: runs when webhooks announce changes, and every 5m to find what none announced.`] : []),
    ...(intervalMs(when) === undefined && when.fullRead === undefined ? [`${sync}: has no schedule; it runs when somebody starts it.`] : []),
    ...(rollout.mode === 'paused' ? [`${sync}: its schedules are paused by its definition; "crosswalk sync ${sync}" still runs it.`] : []),
  ];
}
