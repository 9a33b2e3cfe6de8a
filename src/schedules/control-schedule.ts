import { setTimeout as sleep } from 'node:timers/promises';
import type { ScheduleClient } from '@temporalio/client';
import { describeSchedules, type DescribedSchedule } from './existing-schedules.js';
import { findSchedule, ScheduleRefused } from './find-schedule.js';
import { noteOfPaused } from './desired-schedule.js';
import { pauseNote, resumeNote } from './pause-note.js';

/** ScheduleDecision is who does something to a schedule, and why. */
export interface ScheduleDecision {
  readonly by: string;
  readonly reason: string;
}

/** pauseSchedule holds a schedule back until somebody resumes it; `apply` keeps the pause. Throws ScheduleRefused. */
export async function pauseSchedule(client: ScheduleClient, name: string, { by, reason }: ScheduleDecision): Promise<string> {
  const { id, paused, note } = await findSchedule(client, name);
  if (paused && note === noteOfPaused) throw new ScheduleRefused(`${id} is paused by its definition already.`, 'not now');
  const next = pauseNote(by, reason);
  await client.getHandle(id).pause(next);
  await shown(client, id, (schedule) => schedule.paused && schedule.note === next);
  return id;
}

/** resumeSchedule lets a paused schedule go on. Throws ScheduleRefused where it is not paused, or its definition pauses it. */
export async function resumeSchedule(client: ScheduleClient, name: string, { by, reason }: ScheduleDecision): Promise<string> {
  const { id, paused, note } = await findSchedule(client, name);
  if (!paused) throw new ScheduleRefused(`${id} is not paused.`, 'not now');
  if (note === noteOfPaused) throw new ScheduleRefused(`${id} is paused by its definition. Change "rollout" there, then run "crosswalk apply".`, 'not now');
  const next = resumeNote(by, reason);
  await client.getHandle(id).unpause(next);
  await shown(client, id, (schedule) => !schedule.paused && schedule.note === next);
  return id;
}

/** TriggeredRun is the run that a trigger started, or the one that was under way and kept it from starting another. */
export interface TriggeredRun {
  readonly id: string;
  readonly started: boolean;
  /** Null where the server did not say within ten seconds. */
  readonly workflowId: string | null;
}

/** triggerSchedule starts what a schedule runs now, unless what it started last is still under way; a pause does not keep it from that. */
export async function triggerSchedule(client: ScheduleClient, name: string): Promise<TriggeredRun> {
  const { id, underWay: [running], starts } = await findSchedule(client, name);
  if (running !== undefined) return { id, started: false, workflowId: running };
  const known = new Set(starts.map(({ workflowId }) => workflowId));
  await client.getHandle(id).trigger('SKIP');
  const newest = (schedule: DescribedSchedule): string | undefined => schedule.starts.findLast(({ workflowId }) => !known.has(workflowId))?.workflowId;
  const after = await shown(client, id, (schedule) => newest(schedule) !== undefined);
  return { id, started: true, workflowId: after === undefined ? null : newest(after) ?? null };
}

/** How long the server may take to show a change that it has accepted, and how often it is asked, milliseconds. */
const SHOWN_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 50;

async function shown(client: ScheduleClient, id: string, holds: (schedule: DescribedSchedule) => boolean): Promise<DescribedSchedule | undefined> {
  for (const deadline = Date.now() + SHOWN_WITHIN_MS; Date.now() < deadline; await sleep(ASK_EVERY_MS)) {
    const [schedule] = await describeSchedules(client, [id]);
    if (schedule === undefined || holds(schedule)) return schedule;
  }
  return undefined;
}
