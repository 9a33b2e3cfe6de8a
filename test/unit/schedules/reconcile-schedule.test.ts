import { expect, test } from 'vitest';
import { noteOfOwned, noteOfPaused } from '../../../src/schedules/desired-schedule.js';
import { reconcileSchedules } from '../../../src/schedules/reconcile-schedule.js';
import { syncUnderTest } from './sync-under-test.js';

test('a sync is reconciled every day at three unless it says otherwise', () => {
  expect(reconcileSchedules([syncUnderTest()])).toMatchObject([{
    id: 'crosswalk/contacts-to-mailing/reconcile', kind: 'reconcile', paused: false, note: noteOfOwned,
    shape: { times: { kind: 'daily', hour: 3, minute: 0, timeZone: 'UTC' }, overlap: 'SKIP', workflowType: 'scheduledReconcile', args: [{ sync: 'contacts-to-mailing' }] },
  }]);
});

test('at the time that its definition names, in its zone', () => {
  const at = { hour: 4, minute: 30, timeZone: 'Europe/Berlin' };
  expect(reconcileSchedules([syncUnderTest({ reconcile: { at, alertAbove: 0.01 } })])[0]?.shape.times).toEqual({ kind: 'daily', ...at });
});

test('not at all where it says off, and paused with the sync', () => {
  expect(reconcileSchedules([syncUnderTest({ reconcile: { at: null, alertAbove: 0.01 } })])).toEqual([]);
  expect(reconcileSchedules([syncUnderTest({ rollout: { mode: 'paused' } })])).toMatchObject([{ paused: true, note: noteOfPaused }]);
});
