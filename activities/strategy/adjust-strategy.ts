import type { ScheduleClient } from '@temporalio/client';
import { scheduleId } from '../../src/contracts/ids.js';
import type { NewNotification } from '../../src/contracts/notification.js';
import { defaultStrategyRule, type StrategyInput, type SweepDecision } from '../../src/contracts/strategy.js';
import type { SyncDefinition } from '../../src/contracts/sync-definition.js';
import { measureRealtime } from '../../src/domain/realtime-measure.js';
import { decideSweep } from '../../src/domain/sweep-rule.js';
import { changeSweep } from '../../src/schedules/change-sweep.js';
import { intervalMs } from '../../src/schedules/desired-schedule.js';
import { lengthText } from '../../src/schedules/times-text.js';
import { activeDefinitions } from '../../src/store/definitions.js';
import { newId } from '../../src/store/new-id.js';
import { recordNotification } from '../../src/store/notifications.js';
import { findSweepState, forgetSmallRuns, recordMeasure, writtenChanges } from '../../src/store/realtime-measures.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import { tellOfClocks } from './tell-of-clocks.js';

/** Each measure looks back so far, or over four sweeps where those are longer apart. */
const LOOK_BACK_MS = 3_600_000;

/** adjustStrategy measures how real-time did, lets the sweeps of a sync come more or less often where that is due, and stores what people are told of it. */
export async function adjustStrategy({ database, logger }: SyncDependencies, schedules: () => ScheduleClient, { sync: name }: StrategyInput): Promise<{ readonly notificationIds: readonly string[] }> {
  const notificationIds = await tellOfClocks(database);
  const sync = (await activeDefinitions(database, 'sync')).find((candidate) => candidate.name === name)?.body;
  const baseMs = sync === undefined ? undefined : intervalMs(sync.when);
  if (sync === undefined || baseMs === undefined || !sync.when.realtime) return { notificationIds };
  await forgetSmallRuns(database, name);
  const since = new Date(Date.now() - Math.max(LOOK_BACK_MS, 4 * baseMs));
  const state = await findSweepState(database, name);
  // What happened before the last change is no evidence on the interval that holds since.
  const whole = state === undefined || state.reason === '' || state.since <= since;
  const from = whole ? since : state.since;
  const measure = measureRealtime(await writtenChanges(database, { name, ...sync.from }, from));
  const rule = sync.strategy === undefined ? defaultStrategyRule : sync.strategy;
  const before = { everyMs: state?.everyMs ?? baseMs, calm: state?.calm ?? 0 };
  if (rule === null) {
    await recordMeasure(database, name, measure, { change: 'keep', next: { everyMs: baseMs, calm: 0 }, reason: '' });
    return { notificationIds };
  }
  const decision = decideSweep(baseMs, rule, before, { ...measure, whole });
  if (decision.change !== 'keep') await changeSweep(schedules(), sync, { everyMs: decision.next.everyMs, reason: decision.reason });
  await recordMeasure(database, name, measure, decision);
  if (decision.change === 'keep') return { notificationIds };
  const notification = notificationOf(sync, baseMs, before.everyMs, decision);
  logger.info({ sync: name, schedule: scheduleId(name, 'every'), everyMs: decision.next.everyMs, baseMs, change: decision.change }, notification.title);
  await recordNotification(database, notification);
  return { notificationIds: [...notificationIds, notification.id] };
}

function notificationOf({ sync, owner }: SyncDefinition, baseMs: number, beforeMs: number, { change, next, reason }: SweepDecision): NewNotification {
  const title = `${sync} is swept every ${lengthText(next.everyMs)} ${change === 'tighten' ? 'now' : 'again'}, not every ${lengthText(beforeMs)}`;
  const end = next.everyMs < baseMs ? ` Its definition says every ${lengthText(baseMs)}, to which it returns by itself.` : ' That is what its definition says.';
  return { id: newId(), severity: change === 'tighten' ? 'warning' : 'info', department: owner ?? null, channels: [], title, body: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.${end}`, groupKey: `strategy/${sync}`, link: null };
}
