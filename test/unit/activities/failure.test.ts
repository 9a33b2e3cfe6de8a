import { ApplicationFailure } from '@temporalio/common';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { definitionUnusable, isLastAttempt, noProgress, superseded, troubleFailure } from '../../../activities/failure.js';
import type { Trouble } from '../../../activities/sync/trouble.js';
import { failureTypes } from '../../../src/contracts/failures.js';

const scheduleMs = [5_000, 10_000, 30_000];
const trouble = (kind: Trouble['kind'], retryAfterMs: number | null = null): Trouble => ({ kind, system: 'mailing', message: 'mailing does not answer.', retryAfterMs });

/** What each kind comes to on the attempts 1 to 5 of a schedule of three waits: the wait in seconds, or why it ends. */
const table: readonly [Trouble['kind'], readonly (number | string)[]][] = [
  ['unavailable', [5, 10, 30, failureTypes.systemUnavailable, failureTypes.systemUnavailable]],
  ['unknown', [5, 10, 30, failureTypes.systemUnavailable, failureTypes.systemUnavailable]],
  ['refused', Array.from({ length: 5 }, () => failureTypes.systemRefused)],
  // Waiting for a limit, or for another write to end, is no failed attempt: it goes on, at the schedule's last wait.
  ['limited', [5, 10, 30, 30, 30]],
  ['disconnected', [5, 10, 30, 30, 30]],
  ['busy', [5, 10, 30, 30, 30]],
];

const cells = table.flatMap(([kind, row]) => row.map((outcome, index) => [kind, index + 1, outcome] as const));

describe('the failure that an activity throws', () => {
  test.each(cells)('for %s on attempt %i is %s', (kind, attempts, outcome) => {
    const failure = troubleFailure(trouble(kind), { scheduleMs, attempts });
    if (typeof outcome === 'number') {
      expect(failure).toMatchObject({ nonRetryable: false, type: failureTypes.systemUnavailable, nextRetryDelay: outcome * 1_000 });
    } else {
      expect(failure).toMatchObject({ nonRetryable: true, type: outcome });
    }
  });

  test('waits for the greater of Retry-After and the schedule, whatever the attempt', () => {
    const kinds = fc.constantFrom<Trouble['kind']>('busy', 'limited', 'disconnected', 'unavailable', 'unknown');
    const schedule = fc.array(fc.integer({ min: 0, max: 3_600_000 }), { maxLength: 10 });
    fc.assert(fc.property(kinds, schedule, fc.integer({ min: 1, max: 14 }), fc.option(fc.nat(7_200_000)), (kind, waits, attempts, retryAfterMs) => {
      const failure = troubleFailure(trouble(kind, retryAfterMs), { scheduleMs: waits, attempts });
      if (failure.nonRetryable === true) {
        expect(attempts).toBeGreaterThan(waits.length);
        return;
      }
      const scheduled = waits[Math.min(attempts, waits.length) - 1] ?? 5_000;
      expect(failure.nextRetryDelay).toBe(Math.max(scheduled, retryAfterMs ?? 0));
    }));
  });

  test('says what went wrong and after how many attempts it gave up', () => {
    expect(troubleFailure(trouble('unavailable'), { scheduleMs, attempts: 4 }).message).toBe('mailing does not answer. Gave up after 4 attempts.');
    const unfinished: Trouble = { ...trouble('unavailable'), message: 'mailing: GET /members was not sent' };
    expect(troubleFailure(unfinished, { scheduleMs, attempts: 4 }).message).toBe('mailing: GET /members was not sent. Gave up after 4 attempts.');
    expect(troubleFailure(trouble('refused'), { scheduleMs, attempts: 1 }).message).toBe('mailing does not answer.');
  });

  test.each([[[], 1, true], [[5_000], 1, false], [[5_000], 2, true], [scheduleMs, 3, false], [scheduleMs, 4, true]] as const)(
    'with the schedule %j is on its last attempt at attempt %i: %s', (waits, attempts, last) => {
      expect(isLastAttempt({ scheduleMs: waits, attempts })).toBe(last);
    });

  test.each([
    ['no progress', noProgress(12, '{"at":3}'), failureTypes.noProgress, /12 attempts.*\{"at":3\}/],
    ['an unusable definition', definitionUnusable('Run "crosswalk apply".'), failureTypes.definitionUnusable, /crosswalk apply/],
  ])('for %s is final', (_what, failure, type, message) => {
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ nonRetryable: true, type });
    expect(failure.message).toMatch(message);
  });

  test('row 3: for an attempt that was superseded is not final: who took over may be a worker that woke up with an old task', () => {
    expect(superseded()).toMatchObject({ nonRetryable: false, type: failureTypes.superseded, message: expect.stringContaining('taken over') });
  });
});
