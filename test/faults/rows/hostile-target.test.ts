import { gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { HttpSystem, sent, type Injection } from '../../support/http-system.js';
import { clean } from './http-sync.js';
import { useHttpSyncs } from './http-syncs.js';

// Rows 29 and 30 of the fault matrix, the circuit of row 18, and rows 14, 15 and 29 of the security matrix: systems that mean harm, or have been taken over. See docs/faults.md.
const { syncOf, atEnd } = useHttpSyncs();

/** The most memory a task takes on top of what was in use, bytes. */
async function peakOf(task: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 5);
  await task();
  clearInterval(timer);
  return Math.max(peak, process.memoryUsage().rss) - before;
}

const MB = 1_048_576;
const chunk = Buffer.alloc(MB, ' ');

/** An answer of so many megabytes, sent as fast as they are taken. */
function megabytes(many: number, headers: Readonly<Record<string, string>>, noted: { sent: number }): Injection['play'] {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    const body = Readable.from((function* blanks() { for (let at = 0; at < many; at++) { noted.sent = at + 1; yield chunk; } })());
    body.on('error', () => undefined).pipe(response).on('close', () => { body.destroy(); });
  };
}

describe('row 29: an answer that is too large', () => {
  test.each<[string, number, Record<string, string>]>([
    ['of 2 GB, as it says', 2_048, { 'content-length': String(2_048 * MB) }], ['of 2 GB, in chunks', 2_048, {}], ['without an end', 1_000_000, {}],
  ])('%s is given up, memory stays small, and the run says so', async (_what, many, headers) => {
    const noted = { sent: 0 };
    await expectGivenUp(megabytes(many, headers, noted));
    expect(noted.sent).toBeLessThan(200);
  });

  test('of 2 GB, packed a thousandfold, is not unpacked', async () => {
    const member = gzipSync(Buffer.alloc(64 * MB, ' '));
    expect((64 * MB) / member.length).toBeGreaterThan(1_000);
    // Members of a gzip file follow each other (RFC 1952 §2.2).
    const bomb = Buffer.concat(Array.from({ length: 32 }, () => member));
    await expectGivenUp((response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb));
  });
});

async function expectGivenUp(play: Injection['play']): Promise<void> {
  const sync = await syncOf(10, { source: { limits: { timeoutMs: 60_000, maxResponseBytes: 4 * MB } } });
  sync.source.inject({ on: 'GET /records', play });
  let result: unknown;
  const peak = await peakOf(async () => { result = await sync.run(); });
  expect(result).toMatchObject({ state: 'failed', message: expect.stringContaining('more than limits.maxResponse allows') });
  console.log(`${expect.getState().currentTestName ?? ''}: ${Math.round(peak / MB)} MB of memory at most`);
  expect(peak).toBeLessThan(256 * MB);
  sync.source.heal();
  expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 10 } });
}

describe('row 30: a redirect is not followed, and credentials go nowhere else', () => {
  test.each([
    ['to an inner host', 'http://169.254.169.254/latest/meta-data/'], ['to another host', 'http://127.0.0.1:{other}/records'], ['without encryption', 'http://crm.example.com/records'],
    ['to itself', '/records'], ['to a file', 'file:///etc/passwd'], ['without a scheme', '//127.0.0.1:{other}/records'],
  ])('%s', async (_what, location) => {
    const auth = { type: 'bearer', token: 'canary-token' } as const;
    const sync = await syncOf(10, { define: (system) => ({ ...system.definition(), auth }) });
    const other = await HttpSystem.start('other');
    atEnd(() => other.close());
    const { source } = sync;
    for (const status of [301, 302, 307, 308]) source.inject({ on: 'GET /records', times: 1, play: sent(status, '', { location: location.replace('{other}', String(other.port)) }) });
    const failed = await sync.run();
    expect(failed).toMatchObject({ state: 'failed', message: expect.stringContaining('redirects are not followed') });
    expect(JSON.stringify(failed)).not.toContain('canary-token');
    expect(source.seen).toHaveLength(1);
    expect(other.seen).toEqual([]);
  });
});

describe('row 29 of the security matrix: a system that lists without an end', () => {
  const page = (next: (at: number) => string): Injection['play'] => {
    let at = 0;
    return (response) => {
      at += 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: [{ id: `c${at}`, version: 1, updated_at: at, email: `c${at}@example.org`, name: 'n' }], next: next(at) }));
    };
  };

  test('the same cursor for ever ends the run at its second page', async () => {
    const sync = await syncOf(0);
    sync.source.inject({ on: 'GET /records', play: page(() => 'again') });
    expect(await sync.run()).toMatchObject({ state: 'failed', message: expect.stringContaining('a next page that was read before') });
    expect(sync.source.requests('GET /records').length).toBeLessThanOrEqual(3);
  });

  test('two cursors that take turns end it as well', async () => {
    const sync = await syncOf(0);
    sync.source.inject({ on: 'GET /records', play: page((at) => `c${at % 2}`) });
    expect(await sync.run()).toMatchObject({ state: 'failed', message: expect.stringContaining('a next page that was read before') });
    expect(sync.source.requests('GET /records').length).toBeLessThanOrEqual(4);
  });
});

describe('row 29 of the security matrix: ids that would lead elsewhere', () => {
  test('with control characters, or longer than an id can be, are parked; the others go on', async () => {
    const sync = await syncOf(3);
    for (const id of ['a\u0000b', 'a\nSet-Cookie: x', 'x'.repeat(5_000)]) sync.source.put(id, { email: `bad${id.length}@example.org`, name: 'n' });
    const result = await sync.run();
    expect(result).toMatchObject({ state: 'succeeded', counts: { created: 3 } });
    expect(sync.target.records.size).toBe(3);
  });

  test.each(['../admin', '%2e%2e/admin', '..', 'a/../../admin', 'a?x=1', 'a#b', 'user@evil.example', '//evil.example/x', 'a\\b', '%00', 'ä/ö'])(
    'row 15: the id %j stays one segment of the path', async (id) => {
      const sync = await syncOf(0, { target: { batchSize: 1 } });
      sync.source.put('s1', { email: 'a@example.org', name: 'old' });
      sync.target.put(id, { email: 'a@example.org', name: 'mine' });
      const { state } = await sync.run();
      expect(state).toBe('succeeded');
      const written = sync.target.seen.filter(({ method }) => method !== 'GET').map(({ url }) => url);
      // '..' cannot be written so that every server takes it as text, and is parked.
      expect(written).toEqual(id === '..' ? [] : [`/records/${encodeURIComponent(id)}`]);
    });
});

describe('row 18: a system that fails for long', () => {
  test('is left alone; the run waits and uses up no attempt, and goes on when it is well', async () => {
    const sync = await syncOf(60, { define: (system) => ({ ...system.definition(), ...(system.name.startsWith('mailing') ? { circuit: { failures: 2, pauseMs: 1_000 } } : {}) }) });
    sync.target.inject({ on: 'POST /records', play: sent(503, '{"error":"down for maintenance"}') });
    let whileIll = Infinity;
    const healing = setTimeout(() => {
      whileIll = sync.target.requests('POST').length;
      sync.target.heal();
    }, 6_000);
    // Without the circuit its schedule of two repeats would be over within a tenth of a second.
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 60, parked: 0 } });
    clearTimeout(healing);
    // Until it healed: those that opened it, and one probe for each pause of 1, 2 and 4 seconds.
    expect(whileIll).toBeLessThanOrEqual(8);
    expect(await sync.judge()).toEqual(clean);
  });
});

test('row 29 of the security matrix: a negative Retry-After counts as none', async () => {
  const sync = await syncOf(5);
  sync.target.inject({ on: 'POST /records', times: 1, play: sent(503, '{}', { 'retry-after': '-2147483648' }) });
  expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 5 } });
});
