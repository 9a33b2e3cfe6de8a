import { describe, expect, it, test } from 'vitest';
import type { LimitHeaders } from '../../../src/contracts/vendor-limits.js';
import { heedVendorLimits, narrowingOf } from '../../../src/http/vendor-limits.js';
import { sendJson, startServer } from './loopback-server.js';
import { clientOf, countingBudget, get, systemAt } from './system-under-test.js';

const now = Date.parse('2026-11-28T03:00:00Z');
const usual: LimitHeaders = { remaining: 'x-ratelimit-remaining', limit: 'x-ratelimit-limit', reset: 'x-ratelimit-reset', windowMs: 60_000, low: 0.1 };
const intercom = (reset: string): Record<string, string> => ({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': reset });

describe('what is left by the headers of vendors', () => {
  it.each<[string, LimitHeaders, Record<string, string>, number | undefined, number]>([
    ['Intercom: Unix seconds', usual, intercom(String(now / 1_000 + 10)), 0.5, 10_000],
    ['Zendesk: seconds', { ...usual, remaining: 'ratelimit-remaining', limit: 'ratelimit-limit', reset: 'ratelimit-reset' }, { 'ratelimit-limit': '700', 'ratelimit-remaining': '70', 'ratelimit-reset': '35' }, 2, 35_000],
    ['HubSpot: no reset, a window of a second', { remaining: 'x-hubspot-ratelimit-secondly-remaining', limit: 'x-hubspot-ratelimit-secondly', windowMs: 1_000, low: 0.1 }, { 'x-hubspot-ratelimit-secondly': '19', 'x-hubspot-ratelimit-secondly-remaining': '1' }, 1, 1_000],
    ['Xero: neither reset nor limit', { remaining: 'x-minlimit-remaining', max: 60, windowMs: 60_000, low: 0.1 }, { 'x-minlimit-remaining': '6' }, 0.1, 60_000],
    ['Xero: a day is looked at again after a quarter of an hour', { remaining: 'x-daylimit-remaining', max: 5_000, windowMs: 86_400_000, low: 0.1 }, { 'x-daylimit-remaining': '432' }, 0.005, 900_000],
    ['milliseconds', usual, intercom(String(now + 10_000)), 0.5, 10_000],
    ['a date', usual, intercom('Sat, 28 Nov 2026 03:00:10 GMT'), 0.5, 10_000],
    ['an ISO date', usual, intercom('2026-11-28T03:00:10Z'), 0.5, 10_000],
    ['a window after the number', usual, { ...intercom('10'), 'x-ratelimit-remaining': '5;w=60' }, 0.5, 10_000],
    ['a reset in the past', usual, intercom(String(now / 1_000 - 100)), 5, 1_000],
    ['a reset that cannot be read', usual, intercom('soon'), 5 / 60, 60_000],
    ['plenty', usual, { ...intercom('10'), 'x-ratelimit-remaining': '11' }, undefined, 0],
    ['nothing', usual, {}, undefined, 0],
    ['garbage', usual, { ...intercom('10'), 'x-ratelimit-remaining': '-5' }, undefined, 0],
    ['more garbage', usual, { ...intercom('10'), 'x-ratelimit-remaining': 'NaN' }, undefined, 0],
    ['a limit of nothing', usual, { ...intercom('10'), 'x-ratelimit-limit': '0' }, undefined, 0],
    ['a reset in a thousand years', usual, intercom('31536000000'), expect.any(Number), 900_000],
  ])('%s', (_vendor, limit, headers, rate, waitMs) => {
    expect(narrowingOf(headers, [limit], now)).toEqual(rate === undefined ? undefined : { requestsPerSecond: rate, untilMs: now + waitMs });
  });

  it('the slowest of several counts', () => {
    const slower = { ...usual, remaining: 'x-day', max: 100, windowMs: 3_600_000 };
    expect(narrowingOf({ ...intercom('10'), 'x-day': '1' }, [usual, slower], now)?.requestsPerSecond).toBeLessThan(0.5);
  });
});

test('with nothing left the system is closed until the limit is full again', () => {
  const budget = countingBudget();
  heedVendorLimits(budget, { ...intercom('30'), 'x-ratelimit-remaining': '0' }, [usual], now);
  expect(budget.closedUntil).toEqual([now + 30_000]);
});

test('every answer is looked at, a refusal as well', async () => {
  const server = await startServer((_request, response, count) => sendJson(response, count === 1 ? 200 : 500, {}, intercom('10')));
  const narrowed: number[] = [];
  const budget = { ...countingBudget(), narrow: (rate: number) => void narrowed.push(rate) };
  const { client } = clientOf(systemAt(server.url, { limits: { headers: [usual] } }), { budget });
  await client.send(get('/'));
  await client.send(get('/'));
  expect(narrowed).toEqual([0.5, 0.5]);
});
