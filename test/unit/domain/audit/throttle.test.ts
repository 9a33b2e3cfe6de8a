import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoadLevel, ThrottlePoint } from '../../../../src/contracts/audit.js';
import { fitTokenBucket, nextPace, throttleOf } from '../../../../src/domain/audit/throttle.js';

const level = (concurrency: number, answered: number, elapsedMs: number, limited = 0): LoadLevel =>
  ({ concurrency, sent: answered + limited, answered, limited, failed: 0, elapsedMs, medianMs: 5, p95Ms: 9, retryAfterMs: limited > 0 ? 1_000 : null });

/** A burst against a bucket that is full at its beginning: it ends when the bucket is empty. */
function burst(perSecond: number, bucket: number, pace: number): ThrottlePoint {
  const seconds = bucket / (pace - perSecond);
  return { answered: Math.floor(bucket + perSecond * seconds), elapsedMs: Math.round(seconds * 1_000) };
}

describe('fitTokenBucket', () => {
  it('finds rate and burst of any bucket from two bursts of different pace', () => {
    fc.assert(fc.property(fc.integer({ min: 5, max: 500 }), fc.integer({ min: 5, max: 500 }), fc.double({ min: 1.3, max: 1.6, noNaN: true }), (perSecond, bucket, slow) => {
      const points = [burst(perSecond, bucket, perSecond * 10), burst(perSecond, bucket, perSecond * slow)];
      const [a, b] = points.map(({ elapsedMs }) => elapsedMs);
      fc.pre(Math.abs((a ?? 0) - (b ?? 0)) >= 1_000);
      const found = fitTokenBucket(points);
      // Requests are whole: each count may be one too low, and each time half a millisecond off.
      expect(Math.abs((found?.perSecond ?? 0) - perSecond)).toBeLessThan(2 + perSecond * 0.01);
      expect(Math.abs((found?.burst ?? 0) - bucket)).toBeLessThan(3 + bucket * 0.05);
    }));
  });

  it.each([
    ['one burst', [{ answered: 50, elapsedMs: 100 }]],
    ['bursts that lasted equally long', [{ answered: 50, elapsedMs: 100 }, { answered: 52, elapsedMs: 110 }]],
    ['fewer answers in more time', [{ answered: 50, elapsedMs: 100 }, { answered: 20, elapsedMs: 2_000 }]],
    ['none', []],
  ])('says nothing of %s', (_what, points) => {
    expect(fitTokenBucket(points)).toBeUndefined();
  });

  it('the pace after a refusal is slower, and never none', () => {
    fc.assert(fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }), (answered, elapsedMs) => {
      const pace = nextPace({ answered, elapsedMs });
      expect(pace).toBeGreaterThanOrEqual(1);
      expect(pace).toBeLessThanOrEqual(Math.max(1, (answered / elapsedMs) * 1_000));
    }));
  });
});

describe('throttleOf', () => {
  it.each([
    ['nothing refused', [level(1, 12, 100), level(2, 12, 60)], null],
    ['refused after many at once: the rate', [level(1, 12, 100), level(2, 12, 60), level(4, 21, 80, 3)], { kind: 'rate', afterRequests: 21, atConcurrency: 4 }],
    ['refused one after the other: the rate', [level(1, 1, 30, 1)], { kind: 'rate', afterRequests: 1, atConcurrency: 1 }],
    ['refused at once, where fewer open got further: the concurrency', [level(4, 24, 100), level(8, 48, 100), level(16, 10, 20, 6)], { kind: 'concurrency', atConcurrency: 16 }],
    ['refused at once, but nothing before it went further: the rate', [level(8, 5, 20, 3)], { kind: 'rate' }],
  ] as const)('%s', (_what, levels, expected) => {
    const found = throttleOf(levels);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });

  it('gives the limit behind a rate, and none behind a concurrency', () => {
    const points = [{ answered: 50, elapsedMs: 20 }, { answered: 150, elapsedMs: 2_000 }];
    expect(throttleOf([level(8, 50, 20, 8)], points)).toMatchObject({ sustainedPerSecond: 51, burst: 49 });
    expect(throttleOf([level(8, 48, 100), level(16, 10, 20, 6)], points)).toMatchObject({ kind: 'concurrency', sustainedPerSecond: null, burst: null });
  });
});
