import { describe, expect, test } from 'vitest';
import { noCounts } from '../../../src/contracts/run.js';
import { expectedRecords } from '../../../src/cli/runs/expected-records.js';
import { progressText, progressWords, type Progress } from '../../../src/cli/runs/progress-text.js';
import { Rate } from '../../../src/cli/runs/rate.js';
import { displayWidth } from '../../../src/cli/terminal/display-width.js';
import { plainStyle } from '../../../src/cli/terminal/style.js';

function progress(parts: Partial<Progress> = {}): Progress {
  return { phase: 'reading and writing', paused: false, stopping: false, counts: { ...noCounts, read: 2500, created: 40 }, perSecond: 500, expected: 10_000, elapsedMs: 5_000, ...parts };
}

describe('progressText', () => {
  test('shows a bar, the count, the rate and the time left where the end is known', () => {
    expect(progressText(progress(), plainStyle)).toBe('█████░░░░░░░░░░░░░░░ reading and writing, 2,500 of about 10,000 read, 500/s, about 15.0 s left, 40 created');
  });

  test.each([
    ['no estimate', { expected: null }, 'reading and writing, 2,500 read, 500/s, 5.0 s, 40 created'],
    ['an estimate that was passed', { expected: 2400 }, 'reading and writing, 2,500 read, 500/s, 5.0 s, 40 created'],
    ['another phase', { phase: 'removing' }, 'removing, 2,500 read, 500/s, 5.0 s, 40 created'],
    ['no rate yet', { expected: null, perSecond: null }, 'reading and writing, 2,500 read, 5.0 s, 40 created'],
    ['a pause', { expected: null, paused: true }, 'paused while reading and writing, 2,500 read, 500/s, 5.0 s, 40 created'],
    ['a stop', { expected: null, stopping: true }, 'stopping at the next checkpoint, 2,500 read, 500/s, 5.0 s, 40 created'],
  ] as const)('%s: no bar', (_, parts, text) => {
    expect(progressText(progress(parts), plainStyle)).toBe(text);
    expect(progressWords(progress(parts))).toBe(text);
  });

  test('asks for a worker when none has answered for a while', () => {
    expect(progressWords(progress({ phase: 'waiting for a worker', elapsedMs: 2_000 }))).toBe('waiting for a worker');
    expect(progressWords(progress({ phase: 'waiting for a worker', elapsedMs: 12_000 }))).toBe('waiting for a worker for 12.0 s; is "crosswalk worker" or "npm start" running?');
  });

  test('fits into one line of a narrow terminal', () => {
    for (const columns of [30, 60, 80]) expect(displayWidth(progressText(progress(), { ...plainStyle, columns }))).toBeLessThan(columns);
  });
});

describe('Rate', () => {
  test('is not known before the count has grown for a second', () => {
    const rate = new Rate();
    rate.add(0, 0);
    expect(rate.perSecond(5_000)).toBeNull();
    rate.add(100, 500);
    expect(rate.perSecond(500)).toBeNull();
    expect(rate.perSecond(2_000)).toBe(50);
  });

  test('follows counts that move in steps seconds apart, and fades while nothing moves', () => {
    const rate = new Rate();
    for (let second = 0; second <= 120; second += 1) rate.add(Math.floor(second / 30) * 500, second * 1000);
    expect(rate.perSecond(120_000)).toBeCloseTo(500 / 30, 0);
    expect(rate.perSecond(600_000) ?? 0).toBeLessThan(5);
  });

  test('begins anew when the count goes back', () => {
    const rate = new Rate();
    rate.add(1000, 0);
    rate.add(0, 1000);
    rate.add(10, 2000);
    expect(rate.perSecond(2000)).toBe(10);
  });
});

describe('expectedRecords', () => {
  const run = (read: number, parts: object = {}) => ({ state: 'succeeded' as const, counts: { ...noCounts, read }, place: {}, ...parts });

  test('is what the newest complete run read that read everything', () => {
    expect(expectedRecords({ place: {} }, [run(5, { place: { sinceMs: 1 } }), run(700, { state: 'failed' }), run(900), run(800)])).toBe(900);
  });

  test('is not known for a run that reads changes only, nor for the first run', () => {
    expect(expectedRecords({ place: { sinceMs: 1 } }, [run(900)])).toBeNull();
    expect(expectedRecords({ place: {} }, [])).toBeNull();
  });
});
