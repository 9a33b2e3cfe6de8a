import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createRawServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { HttpVerdict } from '../../../src/http/client-types.js';
import { networkRules } from '../../../src/egress/network-rules.js';
import { createDispatcher } from '../../../src/http/create-dispatcher.js';
import { sendJson, startServer } from './loopback-server.js';
import { clientOf, get, post, systemAt } from './system-under-test.js';

/** A server that speaks bytes rather than HTTP. */
async function startRaw(onRequest: (socket: Socket, count: number) => void): Promise<{ readonly url: string; readonly requests: () => number }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => onRequest(socket, ++count));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, requests: () => count };
}

const facts = (verdict: HttpVerdict): unknown => (verdict.outcome === 'ok' ? 'ok' : `${verdict.outcome} ${verdict.error.detail.code}`);

async function readAndCreate(url: string, limits: { timeoutMs?: number; maxResponseBytes?: number } = {}): Promise<unknown[]> {
  const { client } = clientOf(systemAt(url, { limits }));
  return [facts(await client.send(get('/a'))), facts(await client.send(post('/a')))];
}

describe('row 23: a connection that is not made', () => {
  it('is refused: repeatable, for writes as well', async () => {
    const server = await startServer(() => undefined);
    await server.close();
    expect(await readAndCreate(server.url)).toEqual(['retry connect-refused', 'retry connect-refused']);
  });

  it('has a host without an address: repeatable', async () => {
    expect(await readAndCreate('http://no-such-host.invalid')).toEqual(['retry host-not-found', 'retry host-not-found']);
  });

  it('is not waited for longer than the deadline, and the request is not sent afterwards', async () => {
    const held: ServerResponse[] = [];
    const server = await startServer((request, response) => void (request.url === '/held' ? held.push(response) : sendJson(response, 200, {})));
    const patient = systemAt(server.url, { limits: { concurrency: 1, timeoutMs: 20_000 } });
    const dispatcher = createDispatcher(patient.limits, networkRules(['loopback']));
    const { client } = clientOf(patient, { dispatcher });
    const { client: hasty } = clientOf(systemAt(server.url, { limits: { timeoutMs: 100 } }), { dispatcher });
    const holding = client.send(post('/held'));
    await expect.poll(() => held.length).toBe(1);
    expect(facts(await hasty.send(post('/late')))).toBe('retry timeout');
    for (const response of held) sendJson(response, 200, {});
    expect([facts(await holding), facts(await client.send(post('/next')))]).toEqual(['ok', 'ok']);
    expect(server.received.map((request) => request.url)).toEqual(['/held', '/next']);
  });
});

const openssl = ((): string | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  try {
    const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    run('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=localhost');
    run('req', '-new', '-key', 'key.pem', '-out', 'request.pem', '-subj', '/CN=127.0.0.1');
    run('x509', '-req', '-in', 'request.pem', '-signkey', 'key.pem', '-days', '-1', '-out', 'expired.pem');
    return folder;
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
})();
if (openssl === undefined) console.log('skipped: openssl not found, the certificate test needs it');

describe.skipIf(openssl === undefined)('a certificate that is not trusted', () => {
  const folder = openssl ?? '';
  const [key, cert, expired] = openssl === undefined ? [] : ['key.pem', 'cert.pem', 'expired.pem'].map((name) => readFileSync(join(folder, name), 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  const secure = (certificate: string | undefined) => startServer((_request, response) => sendJson(response, 200, {}), (listener) => createSecureServer({ ...(key === undefined ? {} : { key }), ...(certificate === undefined ? {} : { cert: certificate }) }, listener));

  it('row 23: because it has expired, though its issuer is trusted, is a failure with its own code, and nothing is sent', async () => {
    const server = await secure(expired);
    const dispatcher = new Agent({ connect: expired === undefined ? {} : { ca: expired } });
    const { client } = clientOf(systemAt(`https://127.0.0.1:${server.port}`), { dispatcher });
    const verdict = await client.send(post('/a'));
    expect([facts(verdict), inspect(verdict, { depth: 10 })]).toEqual(['fail certificate-invalid', expect.stringContaining('CERT_HAS_EXPIRED')]);
    expect(server.received).toEqual([]);
  });

  it('row 23: is a failure with its own code, and nothing is sent', async () => {
    const server = await secure(cert);
    expect(await readAndCreate(`https://127.0.0.1:${server.port}`)).toEqual(['fail certificate-invalid', 'fail certificate-invalid']);
    expect(server.received).toEqual([]);
  });

  it('includes no certificate at all: speaking TLS to a plain port is not sent', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    expect(await readAndCreate(`https://127.0.0.1:${server.port}`)).toEqual(['retry connection-lost', 'retry connection-lost']);
  });
});

describe('rows 25 and 26: an answer that does not come whole', () => {
  test.each([
    ['a reset after the request was sent', (socket: Socket) => void socket.resetAndDestroy()],
    ['a close after the request was sent', (socket: Socket) => void socket.end()],
    ['a close within the headers', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-le')],
    ['fewer bytes than the Content-Length', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":1}')],
    ['a reset within the body', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id"', () => setTimeout(() => socket.resetAndDestroy(), 20))],
    ['chunks without an end', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n')],
    ['no HTTP', (socket: Socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
    ['two lengths', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}')],
  ])('%s: unknown for a write', async (_name, answer) => {
    const server = await startRaw(answer);
    expect(await readAndCreate(server.url)).toEqual(['retry connection-lost', 'unknown connection-lost']);
    // One request each: a write whose answer is lost is never repeated here.
    expect(server.requests()).toBe(2);
  });

  it('leaves nothing of what came in the error', async () => {
    const server = await startRaw((socket) => void socket.end('HTTP/1.1 200 OK\r\nx: canary-1\r\ntransfer-encoding: chunked\r\n\r\nzz canary-2\r\n'));
    const { client } = clientOf(systemAt(server.url));
    const verdict = await client.send(post('/a'));
    expect(facts(verdict)).toBe('unknown connection-lost');
    expect(inspect(verdict, { depth: 20, showHidden: true })).not.toContain('canary');
  });

  it('a Content-Length that is too small cuts the JSON: unknown for a write', async () => {
    const server = await startRaw((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{"id":1}'));
    const outcomes = await readAndCreate(server.url);
    expect(outcomes[0]).toMatch(/^retry (not-json|connection-lost)$/);
    expect(outcomes[1]).toMatch(/^unknown (not-json|connection-lost)$/);
  });

  it('a refusal counts by its status, even if its text is cut', async () => {
    const server = await startRaw((socket) => void socket.end('HTTP/1.1 422 Nope\r\ncontent-length: 100\r\n\r\n{"why"'));
    const { client } = clientOf(systemAt(server.url));
    expect(await client.send(post('/a'))).toMatchObject({ outcome: 'park', error: { detail: { code: 'status', status: 422 } } });
  });
});

function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => (at < text.length && !socket.destroyed ? socket.write(text.charAt(at++)) : clearInterval(timer)), 5);
  onTestFinished(() => clearInterval(timer));
}

describe('rows 24 and 27: the deadline', () => {
  test.each([
    ['no answer', () => undefined],
    ['headers byte by byte', (socket: Socket) => drip(socket, `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(1_000)}\r\n\r\n`)],
    ['a body byte by byte', (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      drip(socket, '{"a":"'.padEnd(1_000, 'x'));
    }],
    ['an answer that goes on for ever', (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      drip(socket, '1\r\n \r\n'.repeat(1_000));
    }],
  ])('is total: %s', async (_name, answer) => {
    const server = await startRaw((socket) => answer(socket));
    expect(await readAndCreate(server.url, { timeoutMs: 200 })).toEqual(['retry timeout', 'unknown timeout']);
  });

  it('does not hold the process or later requests: the connection is given up', async () => {
    const server = await startServer((_request, response, count) => void (count > 1 && sendJson(response, 200, {})));
    const { client } = clientOf(systemAt(server.url, { limits: { timeoutMs: 100, concurrency: 1 } }));
    expect(facts(await client.send(get('/a')))).toBe('retry timeout');
    expect(facts(await client.send(get('/a')))).toBe('ok');
  });
});

describe('row 3: a write that waits too long for its connection, as in a process that is frozen', () => {
  /** Lets every request wait before it is put on the wire. */
  class Slow extends Agent {
    override dispatch(options: Agent.DispatchOptions, handler: Parameters<Agent['dispatch']>[1]): boolean {
      setTimeout(() => super.dispatch(options, handler), 1_100);
      return true;
    }
  }

  it('is not sent any more and may be repeated, unless nobody has noted that it would be', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const { client } = clientOf(systemAt(server.url, { limits: { settleMs: 1_000 } }), { dispatcher: new Slow() });
    const [noted, other] = await Promise.all([client.send(post('/noted', { beforeSend: async () => true })), client.send(post('/other'))]);
    expect([facts(noted), facts(other)]).toEqual(['retry connection-lost', 'ok']);
    expect(server.received.map(({ url }) => url)).toEqual(['/other']);
  });
});

describe('giving up', () => {
  it('before the request is not sending it; afterwards a write is unknown', async () => {
    const caller = new AbortController();
    const server = await startServer(() => caller.abort(new Error('shutting down')));
    const { client } = clientOf(systemAt(server.url));
    const after = await client.send(post('/a', { signal: caller.signal }));
    expect(after).toMatchObject({ outcome: 'unknown', error: { detail: { code: 'aborted' }, cause: { message: 'shutting down' } } });
    const before = await client.send(post('/a', { signal: caller.signal }));
    expect(before).toMatchObject({ outcome: 'retry', error: { detail: { code: 'aborted' }, cause: { message: 'shutting down' } } });
    expect(server.received).toHaveLength(1);
  });
});

describe('the cap on an answer', () => {
  const body = JSON.stringify({ text: 'x'.repeat(10_000) });

  it('is on the bytes that come, whatever the headers say', async () => {
    const declared = await startServer((_request, response) => void response.writeHead(200, { 'content-length': String(10 ** 12) }).write('{'));
    expect(await readAndCreate(declared.url)).toEqual(['fail too-large', 'unknown too-large']);
    let sent = 0;
    const endless = await startServer((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536))) sent += 65_536;
      };
      response.on('drain', more);
      more();
    });
    expect(await readAndCreate(endless.url, { maxResponseBytes: 100_000 })).toEqual(['fail too-large', 'unknown too-large']);
    expect(sent).toBeLessThan(100_000_000);
  });

  it('is on the unpacked size: a bomb is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000, ' '));
    const server = await startServer((_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    const before = process.memoryUsage().rss;
    expect(await readAndCreate(server.url)).toEqual(['fail too-large', 'unknown too-large']);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it('lets an answer of exactly its size pass', async () => {
    const server = await startServer((_request, response) => void response.writeHead(200).end(body));
    const { client } = clientOf(systemAt(server.url, { limits: { maxResponseBytes: body.length } }));
    expect(facts(await client.send(get('/a')))).toBe('ok');
    const { client: smaller } = clientOf(systemAt(server.url, { limits: { maxResponseBytes: body.length - 1 } }));
    expect(facts(await smaller.send(get('/a')))).toBe('fail too-large');
  });

  test.each([
    ['gzip', gzipSync(body)], ['x-gzip', gzipSync(body)], ['GZIP', gzipSync(body)], ['deflate', deflateSync(body)], ['br', brotliCompressSync(body)], ['identity', Buffer.from(body)],
  ])('%s is unpacked', async (encoding, packed) => {
    const server = await startServer((_request, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(packed));
    const { client } = clientOf(systemAt(server.url));
    expect((await client.request(get('/a'))).json).toEqual(JSON.parse(body));
  });

  test.each([
    ['gzip', Buffer.from(body)], ['gzip', gzipSync(body).subarray(0, 50)], ['zstd', Buffer.from(body)], ['gzip, br', gzipSync(body)],
  ])('a body that is no %s cannot be used', async (encoding, packed) => {
    const server = await startServer((_request, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(packed));
    expect(await readAndCreate(server.url)).toEqual(['retry not-json', 'unknown not-json']);
  });
});

describe('a pool that was closed', () => {
  it('sends nothing', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, {}));
    const definition = systemAt(server.url);
    const dispatcher = createDispatcher(definition.limits, networkRules(['loopback']));
    const { client } = clientOf(definition, { dispatcher });
    expect(facts(await client.send(get('/a')))).toBe('ok');
    await dispatcher.close();
    expect(facts(await client.send(post('/a')))).toBe('retry connection-lost');
    expect(server.received).toHaveLength(1);
  });
});
