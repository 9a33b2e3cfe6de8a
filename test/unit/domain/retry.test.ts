import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHttpDate, parseRetryAfter } from '../../../src/domain/retry-after.js';
import { retryDelayMs } from '../../../src/domain/retry-schedule.js';
import { readReference, testWithReference } from './reference-data.js';

const NOW = Date.UTC(2026, 10, 20, 10, 0, 0);
const HOUR = 3_600_000;

describe('parseRetryAfter', () => {
  testWithReference('http-headers/retry-after.json', 'the reference cases', () => {
    const reference: { now: string; cap_seconds: number; cases: readonly { value: string; delay_seconds: number | null }[] } = JSON.parse(readReference('http-headers/retry-after.json'));
    expect(reference.cases.length).toBeGreaterThan(10);
    for (const { value, delay_seconds: seconds } of reference.cases) {
      expect(parseRetryAfter(value, Date.parse(reference.now), reference.cap_seconds * 1_000), JSON.stringify(value)).toBe(seconds === null ? undefined : seconds * 1_000);
    }
  });

  test.each<[string | undefined, number | undefined]>([
    [undefined, undefined], ['5', 5_000], ['\t5 ', 5_000], ['0', 0], ['9'.repeat(99), HOUR], ['9'.repeat(200), undefined], ['+5', undefined], ['5s', undefined],
    ['Fri, 20 Nov 2026 10:00:30 GMT', 30_000], ['Fri, 20 Nov 2026 10:00:30 UTC', undefined], ['Fri, 31 Feb 2026 10:00:30 GMT', undefined],
    ['Fri, 20 Nov 2026 25:00:30 GMT', undefined], ['fri, 20 nov 2026 10:00:30 gmt', undefined], ['2026-11-20T10:00:30Z', undefined],
    ['Fri Nov  6 10:00:30 2026', 0], ['Fri, 20 Nov 2099 10:00:30 GMT', HOUR], ['\u0660', undefined],
  ])('%j is %s ms', (header, expected) => {
    expect(parseRetryAfter(header, NOW, HOUR)).toBe(expected);
  });

  test('is never negative and never above the cap', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.nat().map(String), fc.date({ noInvalidDate: true }).map((date) => date.toUTCString())), (header) => {
      const delay = parseRetryAfter(header, NOW, HOUR) ?? 0;
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(HOUR);
    }));
  });

  test('reads what Date writes as an HTTP date', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      expect(parseHttpDate(new Date(seconds * 1_000).toUTCString(), NOW)).toBe(seconds * 1_000);
    }));
  });

  test.each([['76', 2076], ['77', 1977], ['26', 2026], ['00', 2000]])('in 2026, the two-digit year %s is %i', (digits, year) => {
    expect(parseHttpDate(`Friday, 20-Nov-${digits} 10:00:00 GMT`, NOW)).toBe(Date.UTC(year, 10, 20, 10));
  });
});

describe('retryDelayMs', () => {
  const schedule = [5_000, 10_000, 30_000];
  test.each<[number, number | undefined, number | undefined]>([
    [1, undefined, 5_000], [2, undefined, 10_000], [3, undefined, 30_000], [4, undefined, undefined], [0, undefined, undefined],
    [1, 60_000, 60_000], [1, 2_000, 5_000], [3, 30_001, 30_001], [4, 60_000, undefined], [1, 0, 5_000],
  ])('after attempt %i with Retry-After %s ms: %s', (attempt, retryAfter, delay) => {
    expect(retryDelayMs(attempt, schedule, retryAfter)).toBe(delay);
  });

  test('an empty schedule gives up at once', () => {
    expect(retryDelayMs(1, [], 1_000)).toBeUndefined();
  });
});
