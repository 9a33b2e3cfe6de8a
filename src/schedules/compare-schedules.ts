import { isDeepStrictEqual } from 'node:util';
import { noteOfPaused, type DesiredSchedule, type ScheduleShape } from './desired-schedule.js';

/** ExistingSchedule is a schedule as the Temporal server has it. */
export interface ExistingSchedule {
  readonly id: string;
  /** Whether `apply` made it. */
  readonly owned: boolean;
  /** Null where it is nothing that `apply` could have made. */
  readonly shape: ScheduleShape | null;
  readonly paused: boolean;
  readonly note: string;
}

/** ScheduleChange is what has to be done about one schedule. */
export interface ScheduleChange {
  readonly id: string;
  /** `taken`: a schedule of this name exists that `apply` did not make, and leaves alone. */
  readonly change: 'create' | 'update' | 'delete' | 'unchanged' | 'taken';
  readonly desired: DesiredSchedule | null;
  /** State to set, for `create` and `update`. */
  readonly state: { readonly paused: boolean; readonly note: string };
  /** The note of a person who paused it; such a pause is kept. */
  readonly pausedByHand: string | null;
  /** Parts that differ, for `update`. */
  readonly differences: readonly string[];
}

/** compareSchedules says what turns the existing schedules into the desired ones; what `apply` does not own stays. */
export function compareSchedules(desired: readonly DesiredSchedule[], existing: readonly ExistingSchedule[]): ScheduleChange[] {
  const wanted = new Set(desired.map(({ id }) => id));
  const changes = desired.map((schedule) => changeOf(schedule, existing.find(({ id }) => id === schedule.id)));
  const gone = existing.filter(({ id, owned }) => owned && !wanted.has(id));
  return [...changes, ...gone.map(({ id, paused, note }): ScheduleChange => ({ id, change: 'delete', desired: null, state: { paused, note }, pausedByHand: null, differences: [] }))];
}

function changeOf(desired: DesiredSchedule, existing: ExistingSchedule | undefined): ScheduleChange {
  const { id, paused, note } = desired;
  const plain = { id, desired, state: { paused, note }, pausedByHand: null, differences: [] };
  if (existing === undefined) return { ...plain, change: 'create' };
  if (!existing.owned) return { ...plain, change: 'taken' };
  // Whoever pauses a schedule in the Temporal UI has a reason, and an apply is no answer to it.
  const byHand = existing.paused && existing.note !== noteOfPaused;
  const state = byHand ? { paused: true, note: existing.note } : { paused, note };
  const differences = [...shapeDifferences(desired.shape, existing.shape), ...stateDifferences(state, existing)];
  return { id, desired, state, pausedByHand: byHand && !paused ? existing.note : null, differences, change: differences.length > 0 ? 'update' : 'unchanged' };
}

const parts: readonly (readonly [keyof ScheduleShape, string])[] = [
  ['times', 'times'], ['jitterMs', 'jitter'], ['catchUpMs', 'catch-up window'], ['overlap', 'overlap policy'], ['workflowType', 'workflow type'],
  ['workflowId', 'workflow id'], ['taskQueue', 'task queue'], ['args', 'input'],
];

function shapeDifferences(desired: ScheduleShape, existing: ScheduleShape | null): string[] {
  if (existing === null) return ['action'];
  return parts.filter(([part]) => !isDeepStrictEqual(desired[part], existing[part])).map(([, name]) => name);
}

function stateDifferences(wanted: ScheduleChange['state'], existing: ExistingSchedule): string[] {
  if (wanted.paused !== existing.paused) return [wanted.paused ? 'paused by its definition' : 'no longer paused by its definition'];
  // The note of a schedule that runs is what a person wrote last, unless it tells of a pause that has ended.
  return existing.note === noteOfPaused && wanted.note !== noteOfPaused ? ['note'] : [];
}
