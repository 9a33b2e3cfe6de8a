import { describe, expect, test } from 'vitest';
import { compareSchedules, type ExistingSchedule } from '../../../src/schedules/compare-schedules.js';
import { desiredSchedules, noteOfOwned, noteOfPaused, type DesiredSchedule } from '../../../src/schedules/desired-schedule.js';
import { syncUnderTest } from './sync-under-test.js';

const live = desiredSchedules([syncUnderTest({ when: { realtime: false, everyMs: 300_000 } })])[0] as DesiredSchedule;
const held: DesiredSchedule = { ...live, paused: true, note: noteOfPaused };

function existing(parts: Partial<ExistingSchedule> = {}): ExistingSchedule {
  return { id: live.id, owned: true, shape: live.shape, paused: false, note: noteOfOwned, ...parts };
}

test('what is missing is created, and what is no longer asked for is deleted', () => {
  const changes = compareSchedules([live], [existing({ id: 'crosswalk/old/every' })]);
  expect(changes.map(({ id, change }) => [id, change])).toEqual([[live.id, 'create'], ['crosswalk/old/every', 'delete']]);
});

test('schedules that were not made here are neither deleted nor overwritten', () => {
  const changes = compareSchedules([live], [existing({ owned: false }), existing({ id: 'crosswalk/foreign', owned: false })]);
  expect(changes.map(({ id, change }) => [id, change])).toEqual([[live.id, 'taken']]);
});

test.each([
  ['times', { times: { kind: 'every', everyMs: 1000 } }],
  ['times', { times: { kind: 'other', text: 'x' } }],
  ['jitter', { jitterMs: 1 }],
  ['catch-up window', { catchUpMs: 1 }],
  ['overlap policy', { overlap: 'ALLOW_ALL' }],
  ['workflow type', { workflowType: 'other' }],
  ['workflow id', { workflowId: 'other' }],
  ['task queue', { taskQueue: 'other' }],
  ['input', { args: [{ sync: 'other', mode: 'full' }] }],
] as const)('a change of the %s by other hands is undone', (name, part) => {
  const [change] = compareSchedules([live], [existing({ shape: { ...live.shape, ...part } })]);
  expect(change).toMatchObject({ change: 'update', differences: [name], state: { paused: false } });
});

test('a schedule that starts something else is made anew', () => {
  expect(compareSchedules([live], [existing({ shape: null })])[0]).toMatchObject({ change: 'update', differences: ['action'] });
});

describe('pauses', () => {
  test.each([
    // definition, server: change, paused afterwards, told as paused by hand
    ['live', { paused: false, note: noteOfOwned }, 'unchanged', false, null],
    ['live', { paused: false, note: 'Unpaused via the UI' }, 'unchanged', false, null],
    ['live', { paused: true, note: 'target is being migrated' }, 'unchanged', true, 'target is being migrated'],
    ['live', { paused: true, note: '' }, 'unchanged', true, ''],
    ['live', { paused: true, note: noteOfPaused }, 'update', false, null],
    ['live', { paused: false, note: noteOfPaused }, 'update', false, null],
    ['paused', { paused: false, note: noteOfOwned }, 'update', true, null],
    ['paused', { paused: true, note: noteOfPaused }, 'unchanged', true, null],
    ['paused', { paused: true, note: 'by a person' }, 'unchanged', true, null],
  ] as const)('the definition says %s and the server has %o: %s', (mode, state, change, paused, byHand) => {
    const [found] = compareSchedules([mode === 'paused' ? held : live], [existing(state)]);
    expect(found).toMatchObject({ change, pausedByHand: byHand });
    expect(found?.state.paused).toBe(paused);
  });

  test('a pause by hand outlives a change of the times, with its note', () => {
    const [change] = compareSchedules([live], [existing({ paused: true, note: 'wait for Ann', shape: { ...live.shape, jitterMs: 1 } })]);
    expect(change).toMatchObject({ change: 'update', state: { paused: true, note: 'wait for Ann' }, pausedByHand: 'wait for Ann' });
  });
});
