import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, test } from 'vitest';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { rateLimitWaitMs } from '../../../src/http/rate-limit-wait.js';
import { retryAfterMs } from '../../../src/http/retry-after-header.js';
import { sendJson, startServer } from './loopback-server.js';
import { clientOf, countingBudget, get, post, systemAt } from './system-under-test.js';

describe('how long is waited', () => {
  test.each([
    [null, 0, 5_000], [null, 1, 7_500], [0, 0, 1_000], [0, 1, 1_100], [2_000, 0, 2_000], [2_000, 1, 2_200], [900_000, 1, 902_000],
  ])('Retry-After %s ms with the jitter at %d is %d ms', (stated, random, waited) => {
    expect(rateLimitWaitMs(stated, random)).toBe(waited);
  });

  test.each([[1, 5_000], [2, 10_000], [3, 20_000], [4, 40_000], [5, 60_000], [60, 60_000]])('without Retry-After, in round %d in a row, is %d ms: at most once a minute in the long run', (rounds, waited) => {
    expect(rateLimitWaitMs(null, 0, rounds)).toBe(waited);
    expect(rateLimitWaitMs(2_000, 0, rounds)).toBe(2_000);
  });

  it('is never less than what was asked for', () => {
    for (let stated = 0; stated <= 900_000; stated += 7_919) expect(rateLimitWaitMs(stated, 0)).toBeGreaterThanOrEqual(stated);
  });

  it('follows the clock of the system, where its Date header tells', () => {
    const headers = { date: 'Fri, 31 Dec 1999 23:58:59 GMT', 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' };
    expect(retryAfterMs(headers, Date.UTC(2026, 10, 1))).toBe(60_000);
    expect(retryAfterMs({ ...headers, date: 'nonsense' }, Date.UTC(1999, 11, 31, 23, 59, 49))).toBe(10_000);
  });
});

const data = resolve(import.meta.dirname, '../../../../shared/data/http-headers/retry-after.json');
if (!existsSync(data)) console.log(`skipped: ${data} not found`);

describe.skipIf(!existsSync(data))('row 16: a 429 with Retry-After', () => {
  interface Cases { readonly now: string; readonly cases: readonly { readonly value: string; readonly delay_seconds: number | null }[] }
  const { now, cases }: Cases = existsSync(data) ? JSON.parse(readFileSync(data, 'utf8')) : { now: '', cases: [] };

  test.each(cases)('$value closes the system for $delay_seconds seconds', async ({ value, delay_seconds: seconds }) => {
    const server = await startServer((_request, response) => sendJson(response, 429, {}, { 'retry-after': value, date: new Date(now).toUTCString() }));
    const budget = countingBudget();
    const { client } = clientOf(systemAt(server.url), { budget, maxRateLimitWaitMs: 0 });
    const before = Date.now();
    const verdict = await client.send(post('/a'));
    const expected = seconds === null ? 5_000 : Math.max(seconds * 1_000, 1_000);
    expect(verdict).toMatchObject({ outcome: 'rate-limited', error: { detail: { code: 'rate-limited', status: 429, retryAfterMs: expected } } });
    expect((budget.closedUntil[0] ?? 0) - before - expected).toBeGreaterThanOrEqual(0);
    expect((budget.closedUntil[0] ?? 0) - before - expected).toBeLessThan(5_000);
  });
});

describe('a rate limit', () => {
  it('is waited for, and the request repeated: a write as well, since it was not executed', async () => {
    const server = await startServer((_request, response, count) => sendJson(response, count < 3 ? 429 : 201, { id: count }, { 'retry-after': '1' }));
    const budget = countingBudget();
    const { client } = clientOf(systemAt(server.url), { budget });
    expect(await client.request(post('/contacts'))).toMatchObject({ status: 201, json: { id: 3 } });
    expect(server.received.map(({ body }) => body)).toEqual(['{"name":"Ada"}', '{"name":"Ada"}', '{"name":"Ada"}']);
    expect(budget.closedUntil).toHaveLength(2);
    expect([budget.acquired(), budget.held()]).toEqual([3, 0]);
  });

  it('is given back once the waits together would be too long', async () => {
    const server = await startServer((_request, response) => sendJson(response, 429, {}, { 'retry-after': '10' }));
    const { client } = clientOf(systemAt(server.url), { budget: countingBudget(), maxRateLimitWaitMs: 30_000 });
    expect(await client.send(get('/a'))).toMatchObject({ outcome: 'rate-limited', error: { detail: { retryAfterMs: 10_000 } } });
    expect(server.received).toHaveLength(4);
  });

  it('is no endless loop where the system keeps saying 0', async () => {
    const server = await startServer((_request, response) => sendJson(response, 429, {}, { 'retry-after': '0' }));
    const { client } = clientOf(systemAt(server.url), { budget: countingBudget(), maxRateLimitWaitMs: 5_000 });
    expect((await client.send(get('/a'))).outcome).toBe('rate-limited');
    expect(server.received).toHaveLength(6);
  });

  it('may be told by a rule', async () => {
    const server = await startServer((_request, response, count) => sendJson(response, 200, count === 1 ? { ok: false, error: 'ratelimited' } : { ok: true }));
    const budget = countingBudget();
    const { client } = clientOf(systemAt(server.url, { outcomes: [{ when: { kind: 'compare', field: '/error', operator: '=', value: 'ratelimited' }, outcome: 'rate-limited' }] }), { budget });
    expect((await client.request(post('/a'))).json).toEqual({ ok: true });
    expect(budget.closedUntil).toHaveLength(1);
  });

  it('closes the system for every caller', async () => {
    let limited = true;
    const server = await startServer((_request, response) => sendJson(response, limited ? 429 : 200, {}, { 'retry-after': '1' }));
    const budget = createLocalBudget({ burst: 10, concurrency: 1, reserve: 0 });
    const { client } = clientOf(systemAt(server.url), { budget });
    const calls = Array.from({ length: 10 }, () => client.send(get('/a')));
    await expect.poll(() => server.received.length).toBe(1);
    limited = false;
    expect((await Promise.all(calls)).map((verdict) => verdict.outcome)).toEqual(Array.from({ length: 10 }, () => 'ok'));
    // The first was refused and repeated; the nine others never saw a 429.
    expect(server.received).toHaveLength(11);
  });

  it('row 17: 429 for as long as it lasts, with 50 flows: after the first ones a single request at a time finds out whether it is over', async () => {
    let limited = true;
    const server = await startServer((_request, response) => sendJson(response, limited ? 429 : 200, {}, { 'retry-after': '1' }));
    const { client } = clientOf(systemAt(server.url, { limits: { concurrency: 8 } }));
    const calls = Array.from({ length: 50 }, () => client.send(post('/a')));
    await sleep(3_400);
    // Eight were on their way when the first answer came; then one a second.
    expect(server.received.length).toBeLessThanOrEqual(8 + 4);
    limited = false;
    expect((await Promise.all(calls)).map((verdict) => verdict.outcome)).toEqual(Array.from({ length: 50 }, () => 'ok'));
  });

  it('goes on to be found out by others when the one that was to find out is given up', async () => {
    const caller = new AbortController();
    let count = 0;
    const server = await startServer((_request, response) => {
      count += 1;
      if (count === 1) return sendJson(response, 429, {}, { 'retry-after': '1' });
      // The second never gets its answer.
      if (count === 2) caller.abort(new Error('shutting down'));
      else sendJson(response, 200, {});
      return undefined;
    });
    const { client } = clientOf(systemAt(server.url, { limits: { concurrency: 1 } }));
    // The one that waits for a permit is served before the one that was answered 429.
    const [first, second] = [client.send(post('/a')), client.send(post('/b', { signal: caller.signal }))];
    expect([(await first).outcome, (await second).outcome]).toEqual(['ok', 'unknown']);
  });

  it('can be given up while it is waited for', async () => {
    const caller = new AbortController();
    const server = await startServer((_request, response) => {
      sendJson(response, 429, {}, { 'retry-after': '20' });
      setTimeout(() => caller.abort(new Error('shutting down')), 50);
    });
    const { client } = clientOf(systemAt(server.url));
    expect(await client.send(post('/a', { signal: caller.signal }))).toMatchObject({ outcome: 'retry', error: { detail: { code: 'aborted' } } });
  });

  it('of a 503 is passed on, without closing the system', async () => {
    const server = await startServer((_request, response) => sendJson(response, 503, {}, { 'retry-after': '7' }));
    const budget = countingBudget();
    const { client } = clientOf(systemAt(server.url), { budget });
    expect(await client.send(post('/a'))).toMatchObject({ outcome: 'retry', error: { detail: { retryAfterMs: 7_000 } } });
    expect(budget.closedUntil).toEqual([]);
  });
});
