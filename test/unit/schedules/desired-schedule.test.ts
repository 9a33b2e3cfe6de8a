import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { desiredSchedules, noteOfOwned, noteOfPaused, scheduleRemarks, type DesiredSchedule } from '../../../src/schedules/desired-schedule.js';
import { syncUnderTest } from './sync-under-test.js';

const minute = 60_000;
const berlin = { hour: 2, minute: 0, timeZone: 'Europe/Berlin' };

function only(schedules: readonly DesiredSchedule[]): DesiredSchedule {
  expect(schedules).toHaveLength(1);
  return schedules[0] as DesiredSchedule;
}

describe('desiredSchedules', () => {
  test('an interval starts incremental runs and skips a start while the one before runs', () => {
    const schedule = only(desiredSchedules([syncUnderTest({ when: { realtime: false, everyMs: 15 * minute } })]));
    expect(schedule).toEqual({
      id: 'crosswalk/contacts-to-mailing/every',
      sync: 'contacts-to-mailing',
      kind: 'every',
      paused: false,
      note: noteOfOwned,
      shape: {
        times: { kind: 'every', everyMs: 15 * minute },
        jitterMs: 30_000,
        catchUpMs: 15 * minute,
        overlap: 'SKIP',
        workflowType: 'scheduledSync',
        workflowId: 'scheduled/contacts-to-mailing/every',
        taskQueue: 'crosswalk',
        args: [{ sync: 'contacts-to-mailing', mode: 'incremental' }],
      },
    });
  });

  test('a full read keeps the time of day and the zone as they are written, so that it follows daylight saving', () => {
    const { id, shape } = only(desiredSchedules([syncUnderTest({ when: { realtime: false, fullRead: berlin } })]));
    expect(id).toBe('crosswalk/contacts-to-mailing/full-read');
    expect(shape.times).toMatchObject({ kind: 'daily', ...berlin, instead: expect.arrayContaining(['2031-03-30T03:00']) });
    expect(shape.args).toEqual([{ sync: 'contacts-to-mailing', mode: 'full' }]);
    expect(shape.workflowId).toBe('scheduled/contacts-to-mailing/full-read');
  });

  test.each([
    ['an interval and a full read', { realtime: false, everyMs: minute, fullRead: berlin }, ['every', 'full-read']],
    ['real-time alone, which falls back to an interval', { realtime: true }, ['every']],
    ['real-time with an interval, which stands', { realtime: true, everyMs: minute }, ['every']],
    ['nothing', { realtime: false }, []],
  ])('%s', (_, when, kinds) => {
    expect(desiredSchedules([syncUnderTest({ when })]).map(({ kind }) => kind)).toEqual(kinds);
  });

  test('real-time without an interval runs every five minutes, and a remark says so', () => {
    const sync = syncUnderTest({ when: { realtime: true } });
    expect(only(desiredSchedules([sync])).shape.times).toEqual({ kind: 'every', everyMs: 5 * minute });
    expect(scheduleRemarks([sync])).toEqual([expect.stringContaining('every 5m')]);
  });

  test('a paused sync keeps its schedules, paused and with the reason', () => {
    const schedules = desiredSchedules([syncUnderTest({ when: { realtime: false, everyMs: minute, fullRead: berlin }, rollout: { mode: 'paused' } })]);
    expect(schedules.map(({ paused, note }) => [paused, note])).toEqual([[true, noteOfPaused], [true, noteOfPaused]]);
  });

  test('intervals, jitter and catch-up windows stay within what Temporal takes', () => {
    fc.assert(fc.property(fc.integer({ min: 1000, max: 31 * 86_400_000 }), (everyMs) => {
      const { times, jitterMs, catchUpMs } = only(desiredSchedules([syncUnderTest({ when: { realtime: false, everyMs } })])).shape;
      const interval = times.kind === 'every' ? times.everyMs : 0;
      expect(interval % 1000).toBe(0);
      expect(Math.abs(interval - everyMs)).toBeLessThanOrEqual(500);
      expect(jitterMs).toBeLessThanOrEqual(Math.min(30_000, interval / 10));
      expect(catchUpMs).toBe(Math.max(10_000, interval));
    }));
  });
});

test('a sync that has no times is remarked on', () => {
  expect(scheduleRemarks([syncUnderTest()])).toEqual([expect.stringContaining('when somebody starts it')]);
  expect(scheduleRemarks([syncUnderTest({ when: { realtime: false, everyMs: minute } })])).toEqual([]);
});
