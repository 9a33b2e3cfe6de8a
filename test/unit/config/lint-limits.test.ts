import { describe, expect, it } from 'vitest';
import { changed, checkTexts, crmText, shown } from './checked-texts.js';
import { restSystem } from '../../support/rest-system.js';

const withLimits = (limits: string): string => changed(crmText, '{ requestsPerSecond: 20 }', limits);
const judged = (limits: string): readonly string[] => shown(checkTexts({ 'crm.yaml': withLimits(limits) }));

describe('the headers of a vendor', () => {
  it('are read by their names, whatever their case', () => {
    const set = checkTexts({ 'crm.yaml': withLimits('{ headers: [{ remaining: X-RateLimit-Remaining, limit: X-RateLimit-Limit, reset: X-RateLimit-Reset }, { remaining: X-MinLimit-Remaining, max: 60, window: 1m, low: 20% }] }') });
    expect(shown(set)).toEqual([]);
    expect(set.systems.get('crm')?.limits.headers).toEqual([
      { remaining: 'x-ratelimit-remaining', limit: 'x-ratelimit-limit', reset: 'x-ratelimit-reset', windowMs: 60_000, low: 0.1 },
      { remaining: 'x-minlimit-remaining', max: 60, windowMs: 60_000, low: 0.2 },
    ]);
  });

  it.each([
    ['{ headers: [{ remaining: X-Left }] }', "error missing-key needs 'limit' or 'max'"],
    ['{ headers: [{ limit: X-All }] }', "missing key 'remaining'"],
    ['{ headers: [{ remaining: "X Left", max: 5 }] }', 'invalid-header'],
    ['{ headers: [{ remaining: X-Left, max: 0 }] }', 'invalid-value'],
  ])('%s: %s', (limits, expected) => expect(judged(limits).join('\n')).toContain(expected));
});

describe('a circuit', () => {
  it('has defaults, and says what it cannot be', () => {
    expect(restSystem(checkTexts({ 'crm.yaml': crmText }).systems.get('crm')).circuit).toEqual({ failures: 20, pauseMs: 15_000 });
    expect(shown(checkTexts({ 'crm.yaml': changed(crmText, 'auth:', 'circuit: { failures: 0, pause: 1h }\nauth:') })).map((line) => line.split(' ')[2])).toEqual(['invalid-value', 'invalid-duration']);
  });
});
