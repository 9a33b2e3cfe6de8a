import { describe, expect, it } from 'vitest';
import type { CircuitShare, OpenCircuit } from '../../../src/contracts/circuit.js';
import { createCircuitBreaker, type CircuitBreaker } from '../../../src/http/circuit-breaker.js';
import { sendJson, startServer } from './loopback-server.js';
import { clientOf, get, post, systemAt } from './system-under-test.js';

const circuit = { failures: 3, pauseMs: 10_000 };

function clock(): { now: () => number; pass: (ms: number) => void } {
  let time = 1_000_000;
  return { now: () => time, pass: (ms) => { time += ms; } };
}

async function use(breaker: CircuitBreaker, result: 'answered' | 'failed' | 'unclear'): Promise<string> {
  const pass = await breaker.admit();
  if (pass.kind !== 'open') breaker.report(pass, result, 'was answered with 503');
  return pass.kind;
}

/** What several workers share, on one clock. */
function shared(now: () => number): CircuitShare & { readonly opened: () => number; fails: boolean } {
  let open: { untilMs: number; rounds: number; probeUntilMs: number; reason: string } | undefined;
  let opened = 0;
  const seen = (): OpenCircuit | undefined => open && { remainingMs: open.untilMs - now(), reason: open.reason };
  const share = {
    fails: false,
    opened: () => opened,
    look: () => (share.fails ? Promise.reject(new Error('away')) : Promise.resolve(seen())),
    async open(pauseMs: number, reason: string) {
      if (open === undefined || open.untilMs <= now()) {
        opened += 1;
        open = { untilMs: now() + pauseMs * 2 ** (open?.rounds ?? 0), rounds: (open?.rounds ?? 0) + 1, probeUntilMs: 0, reason };
      }
      return seen() ?? { remainingMs: 0, reason };
    },
    async claimProbe(forMs: number) {
      if (open === undefined || open.probeUntilMs > now()) return false;
      open.probeUntilMs = now() + forMs;
      return true;
    },
    async releaseProbe() { if (open !== undefined) open.probeUntilMs = 0; },
    async close() { open = undefined; },
  };
  return share;
}

describe('row 18: a circuit', () => {
  it('opens after failures in a row, tries again with one request, and closes', async () => {
    const { now, pass } = clock();
    const breaker = createCircuitBreaker(circuit, { probeMs: 1_000, now });
    expect([await use(breaker, 'failed'), await use(breaker, 'failed'), await use(breaker, 'answered')]).toEqual(['go', 'go', 'go']);
    for (let count = 0; count < 3; count++) expect(await use(breaker, 'failed')).toBe('go');
    expect(await breaker.admit()).toEqual({ kind: 'open', waitMs: 10_000, reason: '3 requests in a row have failed; the last one was answered with 503' });
    pass(10_000);
    const [first, second] = await Promise.all([breaker.admit(), breaker.admit()]);
    expect([first.kind, second.kind]).toEqual(['probe', 'open']);
    breaker.report(first, 'answered', '');
    expect(await use(breaker, 'answered')).toBe('go');
  });

  it('stays open for longer each time the probe fails, at most five minutes', async () => {
    const { now, pass } = clock();
    const breaker = createCircuitBreaker({ failures: 1, pauseMs: 60_000 }, { probeMs: 1_000, now });
    await use(breaker, 'failed');
    for (const wait of [60_000, 120_000, 240_000, 300_000, 300_000]) {
      expect(await breaker.admit()).toMatchObject({ kind: 'open', waitMs: wait });
      pass(wait);
      expect(await use(breaker, 'failed')).toBe('probe');
    }
  });

  it.each([['of one process', false], ['that is shared', true]])('%s lets another request try where the probe says nothing', async (_what, isShared) => {
    const { now, pass } = clock();
    const breaker = createCircuitBreaker({ failures: 1, pauseMs: 1_000 }, { probeMs: 1_000, now, ...(isShared ? { share: shared(now) } : {}) });
    await use(breaker, 'failed');
    pass(1_000);
    expect([await use(breaker, 'unclear'), await use(breaker, 'answered'), await use(breaker, 'answered')]).toEqual(['probe', 'probe', 'go']);
  });

  it('is shared: one worker opens it for all, one finds out for all, and all go on', async () => {
    const { now, pass } = clock();
    const share = shared(now);
    const [a, b] = [0, 1].map(() => createCircuitBreaker(circuit, { share, probeMs: 1_000, now })) as [CircuitBreaker, CircuitBreaker];
    for (let count = 0; count < 3; count++) await use(a, 'failed');
    pass(2_000);
    await use(b, 'answered'); // Asks the others as it goes.
    await Promise.resolve();
    expect((await b.admit()).kind).toBe('open');
    pass(8_000);
    const probe = await a.admit();
    expect([probe.kind, (await b.admit()).kind]).toEqual(['probe', 'open']);
    a.report(probe, 'answered', '');
    pass(500);
    expect([await use(b, 'answered'), share.opened()]).toEqual(['go', 1]);
  });

  it('goes by what the worker knows itself where the others cannot be asked', async () => {
    const { now, pass } = clock();
    const share = shared(now);
    share.fails = true;
    const breaker = createCircuitBreaker(circuit, { share, probeMs: 1_000, now });
    for (let count = 0; count < 3; count++) await use(breaker, 'failed');
    expect(await use(breaker, 'failed')).toBe('open');
    pass(10_000);
    expect([await use(breaker, 'answered'), await use(breaker, 'answered')]).toEqual(['probe', 'go']);
  });
});

describe('a client whose system fails', () => {
  it('stops asking, says why, and uses up no attempt: a wait, not a failure', async () => {
    const server = await startServer((_request, response) => sendJson(response, 503, {}));
    const { client } = clientOf(systemAt(server.url, { circuit: { failures: 5, pauseMs: 60_000 } }));
    for (let count = 0; count < 5; count++) expect(await client.send(get('/'))).toMatchObject({ outcome: 'retry' });
    const started = Date.now();
    for (let count = 0; count < 20; count++) {
      expect(await client.send(post('/'))).toMatchObject({ outcome: 'rate-limited', error: { detail: { code: 'circuit-open', retryAfterMs: expect.any(Number) }, message: 'crm: POST / was not sent: the system is left alone, since 5 requests in a row have failed; the last one was answered with 503' } });
    }
    expect(server.received.length).toBe(5);
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('waits for a short pause within the request, finds out with one, and all go on', async () => {
    let healthy = false;
    const server = await startServer((_request, response) => sendJson(response, healthy ? 200 : 500, {}));
    const { client } = clientOf(systemAt(server.url, { circuit: { failures: 2, pauseMs: 1_000 } }));
    await Promise.all([client.send(get('/')), client.send(get('/'))]);
    healthy = true;
    const verdicts = await Promise.all(Array.from({ length: 10 }, () => client.send(get('/'))));
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(Array(10).fill('ok'));
    expect(server.received.length).toBe(12);
  });

  it.each([[400, 'refused'], [404, 'missing'], [429, 'limited'], [401, 'unauthorized']])('is not one that answers %d (%s)', async (status) => {
    const server = await startServer((_request, response) => sendJson(response, status, {}, { 'retry-after': '0' }));
    const { client } = clientOf(systemAt(server.url, { circuit: { failures: 1, pauseMs: 60_000 } }), { maxRateLimitWaitMs: 0 });
    for (let count = 0; count < 3; count++) expect(await client.send(get('/'))).not.toMatchObject({ error: { detail: { code: 'circuit-open' } } });
  });
});

describe('requests', () => {
  it('are counted by system, purpose and what came of them; what was not sent is not', async () => {
    const statuses = [200, 404, 401, 429, 500, 200];
    const server = await startServer((_request, response, count) => sendJson(response, statuses[count - 1] ?? 200, {}, { 'retry-after': '0' }));
    const counted: string[] = [];
    const { client } = clientOf(systemAt(server.url), { onRequest: (...facts) => counted.push(facts.join(' ')), maxRateLimitWaitMs: 0 });
    for (const purpose of ['sync', 'sync', 'sync', 'handoff', 'sync', 'handoff'] as const) await client.send(get('/', { purpose }));
    await client.send(get('/', { signal: AbortSignal.abort() }));
    expect(counted).toEqual(['crm sync ok', 'crm sync refused', 'crm sync unauthorized', 'crm handoff limited', 'crm sync failed', 'crm handoff ok']);
  });
});
