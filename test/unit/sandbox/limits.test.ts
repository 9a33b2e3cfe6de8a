import { expect, test, vi } from 'vitest';
import { TokenBuckets } from '../../../src/sandbox/engine/token-buckets.js';
import { RunningSandbox } from './running-sandbox.js';

test('a bucket gives its burst at once and then its rate', () => {
  const buckets = new TokenBuckets(2, 3);
  expect([0, 0, 0].map(() => buckets.take('a', 1000))).toEqual([0, 0, 0]);
  expect(buckets.take('a', 1000)).toBe(500);
  expect(buckets.take('b', 1000)).toBe(0);
  expect(buckets.take('a', 1250)).toBe(250);
  expect(buckets.take('a', 1500)).toBe(0);
  expect([0, 0, 0, 0].map(() => buckets.take('a', 60_000))).toEqual([0, 0, 0, 500]);
});

const retryAfterForms = [
  ['crm', (header: string | null) => /^[1-9]\d*$/.test(header ?? '')],
  ['books', (header: string | null) => /^[1-9]\d*$/.test(header ?? '')],
  ['desk', (header: string | null) => header?.endsWith('GMT') === true && Date.parse(header ?? '') > Date.now() - 1000],
  ['mailing', (header: string | null) => header === null],
  ['projects', (header: string | null) => /^[1-9]\d*$/.test(header ?? '')],
] as const;

test.each(retryAfterForms)('%s says 429 over its rate, and when to come back in its own way', async (system, isRight) => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('PUT', `/${system}/limits`, { requestsPerSecond: 0.01 });
  const paths = { crm: '/contacts', books: '/customers', desk: '/users', mailing: '/members', projects: '/projects' };
  if (system === 'crm') {
    // The token is a request of its own.
    const answer = await sandbox.send('POST', '/crm/oauth/token');
    expect(answer.status).toBe(401);
    expect((await sandbox.send('GET', '/crm/contacts')).status).toBe(429);
  } else expect((await sandbox[system]('GET', paths[system])).status).toBe(200);
  const refused = await sandbox.send('GET', `/${system}${paths[system]}`);
  expect(refused.status).toBe(429);
  expect(isRight(refused.headers.get('retry-after'))).toBe(true);
});

test.each([
  ['crm', { requestsPerSecond: 200, concurrency: null }],
  ['books', { requestsPerSecond: 20, concurrency: null }],
  ['desk', { requestsPerSecond: 50, concurrency: null }],
  ['mailing', { requestsPerSecond: 100, concurrency: 10 }],
  ['projects', { requestsPerSecond: 50, concurrency: null }],
  ['chat', { requestsPerSecond: 1, burst: 5, concurrency: null }],
])('the limits of %s are at first %o', async (system, limits) => {
  const sandbox = await RunningSandbox.start();
  expect((await sandbox.admin('GET', `/${system}/limits`)).json).toEqual({ ...limits, latencyMs: 0 });
});

test('mailing answers ten requests at the same time and refuses the eleventh', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('POST', '/faults', { system: 'mailing', kind: 'hang', times: 10 });
  const abort = new AbortController();
  const hanging = Array.from({ length: 10 }, () =>
    fetch(`${sandbox.url}/mailing/members?api_key=sandbox-only-mailing`, { signal: abort.signal }).catch(() => 'aborted'),
  );
  const peak = async () => (await sandbox.admin('GET', '/stats')).json.systems.mailing.peakConcurrency;
  await vi.waitFor(async () => {
    expect(await peak()).toBe(10);
  });
  const refused = await sandbox.mailing('GET', '/members');
  expect(refused.status).toBe(429);
  expect(refused.json.detail).toContain('simultaneous');
  abort.abort();
  expect(await Promise.all(hanging)).toEqual(Array.from({ length: 10 }, () => 'aborted'));
  await vi.waitFor(async () => {
    expect((await sandbox.mailing('GET', '/members')).status).toBe(200);
  });
});

test('a reset brings the default limits back', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('PUT', '/crm/limits', { requestsPerSecond: null, concurrency: 3, latencyMs: 5 });
  expect((await sandbox.admin('GET', '/crm/limits')).json).toEqual({ requestsPerSecond: null, concurrency: 3, latencyMs: 5 });
  await sandbox.admin('POST', '/reset');
  expect((await sandbox.admin('GET', '/crm/limits')).json).toEqual({ requestsPerSecond: 200, concurrency: null, latencyMs: 0 });
});

test.each([{ requestsPerSecond: 0 }, { concurrency: 0 }, { latencyMs: -1 }, { rate: 3 }, { requestsPerSecond: 'fast' }])('limits %o are refused', async (limits) => {
  const sandbox = await RunningSandbox.start();
  const answer = await sandbox.send('PUT', '/_admin/crm/limits', limits);
  expect(answer.status).toBe(400);
  expect(answer.json.error).toContain(Object.keys(limits)[0]);
});
