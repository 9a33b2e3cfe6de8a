import { describe, expect, test } from 'vitest';
import { sent } from '../../support/http-system.js';
import { TcpProxy, type ProxyFault } from '../../support/tcp-proxy.js';
import { clean, type HttpSync } from './http-sync.js';
import { useHttpSyncs } from './http-syncs.js';

// Rows 23 to 28 of the fault matrix: what becomes of a connection to a system. See docs/faults.md.
const { syncOf, atEnd } = useHttpSyncs();

/** A sync whose requests to the target, or to the source, go through a proxy. */
async function proxied(count: number, side: 'source' | 'target'): Promise<{ readonly sync: HttpSync; readonly proxy: TcpProxy }> {
  const proxy = await TcpProxy.start();
  atEnd(() => proxy.close());
  let systems = 0;
  const sync = await syncOf(count, { define: (system) => {
    systems += 1;
    if ((side === 'source') !== (systems === 1)) return system.definition();
    proxy.forwardTo(system.port);
    return system.definition(`http://127.0.0.1:${proxy.port}`);
  } });
  return { sync, proxy };
}

describe('row 23: no connection', () => {
  test('refused: it is tried again by the schedule, and the run says which system it was', async () => {
    const sync = await syncOf(10);
    await sync.target.close();
    expect(await sync.run()).toMatchObject({ state: 'failed', message: expect.stringMatching(new RegExp(`${sync.target.name}.*Gave up after 3 attempts`, 's')) });
  });

  test('to a host without an address: likewise', async () => {
    const sync = await syncOf(10, { define: (system) => system.definition(system.name.startsWith('mailing') ? 'http://no-such-host.invalid' : undefined) });
    expect(await sync.run()).toMatchObject({ state: 'failed', message: expect.stringMatching(/mailing.*Gave up/s) });
    expect(sync.target.seen).toEqual([]);
  });

  test('over TLS that is none: nothing is sent in the clear', async () => {
    const sync = await syncOf(10, { define: (system) => system.definition(system.name.startsWith('mailing') ? `https://127.0.0.1:${system.port}` : undefined) });
    expect(await sync.run()).toMatchObject({ state: 'failed' });
    expect(sync.target.seen).toEqual([]);
  });
});

describe('an answer to a write that is lost after the target executed it', () => {
  test.each<[string, ProxyFault]>([
    ['row 24: a timeout before the reply', { kind: 'hang-reply' }],
    ['row 25: a reply cut at 0 bytes', { kind: 'cut-reply', bytes: 0 }],
    ['row 25: a reply cut at 20 bytes, within the headers', { kind: 'cut-reply', bytes: 20 }],
    ['row 25: a reply cut at 300 bytes, within the body', { kind: 'cut-reply', bytes: 300 }],
    ['row 26: a reset in place of the reply', { kind: 'reset-reply' }],
    ['row 27: a reply of one byte every 20 ms', { kind: 'drip-reply', everyMs: 20 }],
  ])('%s: the records are looked up and not made again', async (_row, fault) => {
    const { sync, proxy } = await proxied(30, 'target');
    proxy.arm(fault, { after: 'POST /records/batch' });
    const result = await sync.run();
    expect(proxy.struck).toBe(1);
    expect(result).toMatchObject({ state: 'succeeded', counts: { created: 30, recovered: 10, parked: 0 } });
    expect(await sync.judge()).toEqual(clean);
  });

  test.each([['longer', '10000'], ['shorter', '20']])('row 25: a Content-Length that is %s than the reply is no success', async (_what, length) => {
    const sync = await syncOf(30);
    sync.target.inject({
      on: 'POST /records/batch', times: 1, execute: true,
      play: (response, _request, truth) => {
        response.socket?.end(`HTTP/1.1 207 Multi-Status\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${JSON.stringify(truth?.body)}`);
      },
    });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 30, recovered: 10 } });
    expect(await sync.judge()).toEqual(clean);
  });
});

describe('an answer to a read that is lost', () => {
  test.each<[string, ProxyFault]>([
    ['row 24: a timeout', { kind: 'hang-reply' }],
    ['row 25: a page cut at 400 bytes', { kind: 'cut-reply', bytes: 400 }],
    ['row 26: a reset', { kind: 'reset-reply' }],
    ['row 27: a page of one byte every 20 ms: the deadline is total, not only for idleness', { kind: 'drip-reply', everyMs: 20 }],
  ])('%s: the page is asked for again', async (_row, fault) => {
    const { sync, proxy } = await proxied(120, 'source');
    proxy.arm(fault, { after: 'cursor=50' });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { read: 120, created: 120 } });
    expect(proxy.struck).toBe(1);
    expect(await sync.judge()).toEqual(clean);
  });
});

describe('row 28: status 200 with something else than an answer', () => {
  const portal = '<!doctype html><html><title>Sign in to the guest network</title><p>token=canary-1234567890abcdef</p></html>';
  const bodies: readonly (readonly [string, string, string])[] = [
    ['an HTML error page', portal, 'text/html'], ['a captive portal that calls itself JSON', portal, 'application/json'],
    ['nothing', '', 'application/json'], ['broken JSON', '{"results":[{"status":201', 'application/json'], ['JSON of another shape', '"OK"', 'application/json'],
  ];

  test.each(bodies)('%s in place of the answer to a write: nothing counts as written that was not', async (_what, body, type) => {
    const sync = await syncOf(30);
    sync.target.inject({ on: 'POST /records/batch', times: 1, play: sent(200, body, { 'content-type': type }) });
    sync.target.inject({ on: 'POST /records/batch', times: 1, execute: true, play: sent(200, body, { 'content-type': type }) });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 30, recovered: 10, parked: 0 } });
    expect(await sync.judge()).toEqual(clean);
  });

  test.each(bodies)('%s in place of a page: it is asked for again', async (_what, body, type) => {
    const sync = await syncOf(120);
    sync.source.inject({ on: 'GET /records', times: 2, play: sent(200, body, { 'content-type': type }) });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { read: 120, created: 120 } });
    expect(await sync.judge()).toEqual(clean);
  });

  test('a page that stays so fails the run, whose message says what came in place of JSON, without what looks like a secret', async () => {
    const sync = await syncOf(10);
    sync.source.inject({ on: 'GET /records', play: sent(200, portal, { 'content-type': 'text/html' }) });
    const { state, message } = await sync.run();
    expect([state, message]).toEqual(['failed', expect.stringMatching(/GET \/records.*Gave up after 3 attempts/s)]);
    expect(message).not.toContain('canary');
  });

  test('a byte order mark before the JSON is passed over', async () => {
    const sync = await syncOf(120);
    sync.source.inject({ on: 'GET /records', execute: true, play: (response, _request, truth) => void response.writeHead(200, { 'content-type': 'application/json' }).end(`\ufeff${JSON.stringify(truth?.body)}`) });
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 120 } });
  });
});
