import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateFullRead, type FullReadQuestion } from '../../../../src/domain/audit/full-read.js';
import { jsonShape } from '../../../../src/domain/audit/json-shape.js';
import { quantile } from '../../../../src/domain/audit/quantile.js';
import { adviseStrategy, type AdviceQuestion } from '../../../../src/domain/audit/strategy-advice.js';

const question: FullReadQuestion = { records: 100_000, everyMs: 300_000, pageSize: 100, pageMs: 50, requestsPerSecond: 20, reserve: 0.2, canAskForChanges: true };

describe('estimateFullRead', () => {
  it.each([
    ['the rate decides', {}, { requests: 1_000, seconds: 62.5, boundBy: 'rate', fits: true }],
    ['the response time decides', { pageMs: 400 }, { seconds: 400, boundBy: 'response time', fits: false }],
    ['no rate is known', { requestsPerSecond: null }, { seconds: 50, boundBy: 'response time', fits: true }],
    ['more than half of the interval is too much', { requestsPerSecond: 8 }, { seconds: 156.25, boundBy: 'rate', fits: false }],
    ['no interval was given', { everyMs: null }, { fits: null }],
    ['a list without pages is one request', { pageSize: 0, records: 1 }, { requests: 1 }],
  ] as const)('%s', (_what, changes, expected) => {
    expect(estimateFullRead({ ...question, ...changes })).toMatchObject(expected);
  });

  it('says no, and why, and what instead', () => {
    const { reasons } = estimateFullRead({ ...question, pageMs: 400 });
    expect(reasons.at(-1)).toBe('Every 5 min: no, a full read takes longer than the interval, so the runs would never catch up. Ask for what changed since the last run instead, and read in full at night.');
    expect(estimateFullRead({ ...question, pageMs: 400, canAskForChanges: false }).reasons.at(-1)).toContain('at best every 13 min');
  });

  it('more records never take less time, a higher rate never more', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e7 }), fc.nat(1e6), fc.integer({ min: 1, max: 1_000 }), fc.nat(500), (records, more, rate, faster) => {
      const seconds = (changes: Partial<FullReadQuestion>): number => estimateFullRead({ ...question, records, requestsPerSecond: rate, ...changes }).seconds;
      expect(seconds({ records: records + more })).toBeGreaterThanOrEqual(seconds({}));
      expect(seconds({ requestsPerSecond: rate + faster })).toBeLessThanOrEqual(seconds({}));
    }));
  });
});

const advice: AdviceQuestion = {
  hasWebhooks: false, canAskForChanges: true, marksDeletes: true, pageSize: 100, fullReadSeconds: 60, declared: { requestsPerSecond: 20, concurrency: 4 }, load: null,
};
const level = (concurrency: number, perSecond: number, limited = 0) => ({ concurrency, sent: perSecond, answered: perSecond, limited, failed: 0, elapsedMs: 1_000, medianMs: 1, p95Ms: 1, retryAfterMs: null });
const throttle = { kind: 'rate' as const, afterRequests: 1, afterMs: 1, atConcurrency: 8, retryAfterMs: null, sustainedPerSecond: 10, burst: 10 };

describe('adviseStrategy', () => {
  it.each([
    ['changes can be asked for: every 5 minutes', {}, { realtime: false, everyMs: 300_000 }],
    ['webhooks: real-time, and a rarer sweep', { hasWebhooks: true }, { realtime: true, everyMs: 900_000 }],
    ['only full reads: four times as long as one takes', { canAskForChanges: false, fullReadSeconds: 1_000 }, { everyMs: 7_200_000 }],
    ['only full reads of a length that is not known: every hour', { canAskForChanges: false, fullReadSeconds: null }, { everyMs: 3_600_000 }],
    ['nothing marks deletes: a full read at night', { marksDeletes: false }, { fullRead: '02:00' }],
    ['a lower limit than declared was measured: four fifths of it', { load: { levels: [], throttle } }, { requestsPerSecond: 8 }],
    ['a higher limit was measured: as declared', { load: { levels: [], throttle: { ...throttle, sustainedPerSecond: 50 } } }, { requestsPerSecond: 20 }],
    ['as many at a time as still bring more', { load: { levels: [level(1, 100), level(2, 190), level(4, 200), level(8, 205)], throttle: null } }, { concurrency: 2 }],
    ['never as many as were refused', { load: { levels: [level(1, 100), level(2, 190), level(4, 400, 3)], throttle } }, { concurrency: 2 }],
    ['nothing measured: as declared', {}, { concurrency: 4, requestsPerSecond: 20 }],
  ] as const)('%s', (_what, changes, expected) => {
    expect(adviseStrategy({ ...advice, ...changes })).toMatchObject(expected);
  });

  it('each part of the advice has its reason', () => {
    expect(adviseStrategy(advice).reasons).toHaveLength(5);
  });
});

it('a shape names the places of an answer and keeps none of its values', () => {
  const shape = jsonShape({ error: { code: 17, message: 'no Ada Lovelace here', hints: ['a', 'b'], 'a/b': null } });
  expect(shape).toEqual(['/error/code number', '/error/message text', '/error/hints/* text', '/error/a~1b null']);
  expect(jsonShape(undefined)).toEqual([]);
});

it('a quantile is one of the values, and at least the given share is not above it', () => {
  expect(quantile([], 0.5)).toBeNull();
  fc.assert(fc.property(fc.array(fc.nat(1_000), { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
    const found = quantile(values, share) ?? -1;
    expect(values).toContain(found);
    expect(values.filter((value) => value <= found).length / values.length).toBeGreaterThanOrEqual(share - 1e-9);
  }));
});
