import { rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { CrosswalkClient } from '../../../src/client/crosswalk-client.js';
import { launchChild, type LaunchedChild } from '../../../src/local/child-launch.js';
import { openDatabase, type Database } from '../../../src/store/database.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { createTestNamespace, newTestFolder } from '../../support/servers.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { secretOf, sendHook, sendRaw, serveHooks, signedHeaders, storeHookDefinitions, type HooksUnderTest } from './hooks-under-test.js';

// Rows 5, 6, 8, 13, 34, 39, 40 and 58 of the fault matrix, rows 5 and 9 to 12 of the security matrix. See docs/faults.md.
const script = fileURLToPath(new URL('../../../dist/src/ingress/process.js', import.meta.url));
const nobodyWakes = { wakeRealtime: async () => undefined, wakeHandoff: async () => undefined };

let migrated: MigratedDatabase;
let database: Database;
let hooks: HooksUnderTest;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
  await storeHookDefinitions(database);
  hooks = await serveHooks(database, nobodyWakes);
});
afterAll(async () => {
  await hooks?.close();
  await migrated?.drop();
});
beforeEach(async () => { await database.pool.query('truncate inbox_events, inbox_work'); });
afterEach(async () => { for (const close of closing.splice(0).toReversed()) await close(); });

const event = (id: string, record = 'c1'): string => JSON.stringify({ id, object_id: record });
const stored = async () => (await database.pool.query('select 1 from inbox_events')).rowCount;
const work = async () => (await database.pool.query<{ record_id: string; events: number }>('select record_id, events from inbox_work')).rows;

/** Starts the server as a process of its own, which a test may kill. */
async function startProcess(databaseUrl: string): Promise<LaunchedChild & { readonly url: string }> {
  const { temporalAddress } = inject('crosswalkServers');
  const folder = newTestFolder();
  closing.push(async () => { folder.release(); rmSync(folder.root, { recursive: true, force: true }); });
  const child = await launchChild({
    name: 'server', script, logFile: join(folder.logs, 'server.log'), readyWithinMs: 60_000, graceMs: 30_000,
    env: { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: await createTestNamespace(temporalAddress), CROSSWALK_PORT: '0', CRM: secretOf('crm') },
  }, new AbortController().signal);
  closing.push(() => child.stop());
  return { ...child, url: String(child.ready['url']) };
}

const statusOf = (url: string, body: string) => sendHook(url, body).then(({ status }) => status, () => 'no answer');

test('row 5: the server is killed (SIGKILL) when a webhook is stored and not yet answered: the sender hears no 2xx, and its retries have one effect', async () => {
  const proxy = await TcpProxy.start(Number(new URL(migrated.url).port));
  closing.push(() => proxy.close());
  const through = new URL(migrated.url);
  through.port = String(proxy.port);
  const first = await startProcess(through.href);
  // It knows the definitions from now on for a moment, so that what is held back is the answer to the storing.
  expect(await statusOf(first.url, event('e0', 'c0'))).toBe(200);
  proxy.arm({ kind: 'delay-reply', ms: 10_000 }, { times: 1_000 });
  const waits = statusOf(first.url, event('e5'));
  await expect.poll(() => stored(), { interval: 10 }).toBe(2);
  process.kill(first.pid, 'SIGKILL');
  expect(await waits).toBe('no answer');
  const second = await startProcess(migrated.url);
  for (let retry = 0; retry < 2; retry += 1) expect(await statusOf(second.url, event('e5'))).toBe(200);
  expect(await stored()).toBe(2);
  expect((await work()).toSorted((one, other) => (one.record_id < other.record_id ? -1 : 1))).toEqual([{ record_id: 'c0', events: 1 }, { record_id: 'c1', events: 1 }]);
});

test('row 6: the server is killed (SIGKILL) while a webhook waits to be stored: the sender hears no 2xx, nothing of it is left, and its retry is taken once', async () => {
  const first = await startProcess(migrated.url);
  const locker = await database.pool.connect();
  await locker.query('begin; lock table inbox_events in access exclusive mode');
  const waits = statusOf(first.url, event('e6'));
  await expect.poll(async () => (await database.pool.query("select 1 from pg_locks where database = (select oid from pg_database where datname = current_database()) and relation = 'inbox_events'::regclass and not granted")).rowCount).toBe(1);
  process.kill(first.pid, 'SIGKILL');
  expect(await waits).toBe('no answer');
  // PostgreSQL learns that the client has gone when it looks at the connection.
  await locker.query("select pg_terminate_backend(pid) from pg_locks where database = (select oid from pg_database where datname = current_database()) and relation = 'inbox_events'::regclass and not granted");
  await locker.query('rollback');
  locker.release();
  expect([await stored(), await work()]).toEqual([0, []]);
  const second = await startProcess(migrated.url);
  for (let retry = 0; retry < 2; retry += 1) expect(await statusOf(second.url, event('e6'))).toBe(200);
  expect([await stored(), await work()]).toEqual([1, [{ record_id: 'c1', events: 1 }]]);
});

describe('row 8: the Temporal server answers 2 seconds late (a proxy holds back each piece)', () => {
  test('webhooks are acknowledged before the first workflow has been woken', async () => {
    const { temporalAddress } = inject('crosswalkServers');
    const proxy = await TcpProxy.start(Number(temporalAddress.split(':')[1]));
    closing.push(() => proxy.close());
    const client = await CrosswalkClient.connect({ connection: { address: `127.0.0.1:${proxy.port}` }, namespace: await createTestNamespace(temporalAddress) });
    closing.push(() => client.close());
    proxy.arm({ kind: 'delay-reply', ms: 2_000 }, { times: 1_000 });
    const order: string[] = [];
    let underWay = 0;
    const wakeRealtime = async (sync: string): Promise<void> => {
      underWay += 1;
      await client.wakeRealtime(sync).finally(() => { underWay -= 1; });
      order.push('woken');
    };
    const slow = await serveHooks(database, { ...nobodyWakes, wakeRealtime });
    closing.push(() => slow.close());
    const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => sendHook(slow.url, event(`e${at}`))));
    order.push('acknowledged');
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await expect.poll(() => order.includes('woken'), { timeout: 30_000 }).toBe(true);
    expect(order[0]).toBe('acknowledged');
    expect(proxy.struck).toBeGreaterThan(0);
    proxy.disarm();
    await expect.poll(() => underWay, { timeout: 30_000 }).toBe(0);
  });
});

describe('row 13: every connection to the database waits (a table is locked)', () => {
  test('webhooks are answered 503 with Retry-After, health goes on answering, and all is well afterwards', async () => {
    const few = openDatabase({ url: migrated.url, connections: 4 });
    closing.push(() => few.close());
    const busy = await serveHooks(few, nobodyWakes);
    closing.push(() => busy.close());
    const locker = await database.pool.connect();
    try {
      await locker.query('begin; lock table definitions in access exclusive mode; lock table inbox_events in access exclusive mode');
      const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => sendHook(busy.url, event(`e${at}`))));
      expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(Array.from({ length: 20 }, () => [503, '5']));
      const health = await fetch(`${busy.url}/api/health`);
      expect([health.status, await health.json()]).toEqual([503, { database: 'does not answer' }]);
    } finally {
      await locker.query('rollback');
      locker.release();
    }
    expect((await sendHook(busy.url, event('e1'))).status).toBe(200);
    await expect.poll(async () => (await fetch(`${busy.url}/api/health`)).status).toBe(200);
  });
});

test('row 34: the same event five times at once is acknowledged five times and stands once', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => sendHook(hooks.url, event('e1'))));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect([await stored(), await work()]).toEqual([1, [{ record_id: 'c1', events: 1 }]]);
});

describe('row 40: a clock that is 10 minutes off', () => {
  test.each([['the sender is late', -600], ['the sender is early', 600]])('%s: its webhooks are refused and nothing is stored', async (_what, seconds) => {
    expect((await sendHook(hooks.url, event('e1'), 'crm', Math.floor(Date.now() / 1000) + seconds)).status).toBe(401);
    expect(await stored()).toBe(0);
  });
});

describe('row 58: the secret of one system is missing', () => {
  test('its webhooks are answered 503, those of the others go on, it is logged once and health shows it', async () => {
    for (let time = 0; time < 3; time += 1) expect((await sendHook(hooks.url, event(`e${time}`), 'broken')).status).toBe(503);
    expect((await sendHook(hooks.url, event('e1'))).status).toBe(200);
    expect(hooks.errors).toEqual([{ system: 'broken', problem: 'no value for secret://env/BROKEN' }]);
    expect(await (await fetch(`${hooks.url}/api/health`)).json()).toEqual({ database: 'ok', webhooks: [{ system: 'broken', problem: 'no value for secret://env/BROKEN' }] });
  });
});

describe('security row 5: the same body again, from a sender that gives its events no ids', () => {
  test('counts as one event, and has the record read again', async () => {
    const body = JSON.stringify({ object_id: 'c7' });
    await database.pool.query("update definitions set body = jsonb_set(body, '{from,system}', '\"shop\"') where kind = 'sync'");
    const shop = await serveHooks(database, nobodyWakes);
    closing.push(() => shop.close(), () => database.pool.query("update definitions set body = jsonb_set(body, '{from,system}', '\"crm\"') where kind = 'sync'"));
    expect((await sendHook(shop.url, body, 'shop')).status).toBe(200);
    await database.pool.query('truncate inbox_work');
    expect((await sendHook(shop.url, body, 'shop')).status).toBe(200);
    expect([await stored(), await work()]).toMatchObject([1, [{ record_id: 'c7' }]]);
  });
});

describe('row 39 and security row 9: bodies that are too much', () => {
  const MIB = 1_048_576;

  test('10 MB in chunks, without a length, are refused while they come in', async () => {
    const before = process.memoryUsage().rss;
    const chunk = 'x'.repeat(65_536);
    async function* chunks(): AsyncGenerator<Buffer> {
      for (let sent = 0; sent < 160; sent += 1) yield Buffer.from(chunk);
    }
    const options = { method: 'POST', body: chunks(), headers: signedHeaders(''), duplex: 'half' };
    // The server may end the connection while the rest is being sent.
    const status = await fetch(`${hooks.url}/hooks/crm`, options as unknown as RequestInit).then((answer) => answer.status, () => 413);
    expect(status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * MIB);
    expect(await stored()).toBe(0);
    expect((await sendHook(hooks.url, event('e1'))).status).toBe(200);
  });

  test('a good body in chunks is taken like any other', async () => {
    const body = event('e1');
    const head = Object.entries(signedHeaders(body)).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const answer = await sendRaw(hooks.url, `POST /hooks/crm HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n${head}\r\n${body.replaceAll(/./g, '1\r\n$&\r\n')}0\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(await work()).toEqual([{ record_id: 'c1', events: 1 }]);
  });

  test('gzip that grows a thousandfold is never unpacked', async () => {
    const bomb = Buffer.from(gzipSync(Buffer.alloc(500 * MIB, '['), { level: 1 }).subarray(0, MIB - 1));
    const before = process.memoryUsage().rss;
    const answer = await fetch(`${hooks.url}/hooks/crm`, { method: 'POST', body: bomb, headers: { ...signedHeaders(bomb), 'content-encoding': 'gzip' } });
    expect([answer.status, await work()]).toEqual([200, [{ record_id: '', events: 1 }]]);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * MIB);
  });

  test('100,000 brackets are an event that names no record', async () => {
    expect((await sendHook(hooks.url, '['.repeat(100_000))).status).toBe(200);
    expect((await sendHook(hooks.url, `${'['.repeat(100_000)}${']'.repeat(100_000)}`)).status).toBe(200);
    expect(await work()).toMatchObject([{ record_id: '' }]);
  });
});

describe('security row 10: 300 senders of one byte at a time', () => {
  test('are cut off, and meanwhile the others are answered', async () => {
    const guarded = await serveHooks(database, nobodyWakes, { requestMs: 3_000, headersMs: 1_000, connections: 400 });
    closing.push(() => guarded.close());
    const sockets = Array.from({ length: 300 }, () => slowSender(guarded.url));
    const ended = Promise.all(sockets.map((socket) => new Promise<void>((resolve) => { socket.once('close', () => { resolve(); }); })));
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => { socket.once('connect', () => { resolve(); }); })));
    const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => sendHook(guarded.url, event(`e${at}`))));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await ended;
    expect(await stored()).toBe(50);
  });

  test('connections beyond the cap are closed, and there is room again once they have gone', async () => {
    const guarded = await serveHooks(database, nobodyWakes, { requestMs: 2_000, headersMs: 1_000, connections: 20 });
    closing.push(() => guarded.close());
    const sockets = Array.from({ length: 60 }, () => slowSender(guarded.url));
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => { socket.once('close', () => { resolve(); }); })));
    await expect.poll(async () => sendHook(guarded.url, event('e1')).then(({ status }) => status, () => 'closed'), { timeout: 20_000 }).toBe(200);
  });
});

describe('security row 11: requests that two readers would understand differently', () => {
  test.each([
    ['a length and chunks', 'content-length: 4\r\ntransfer-encoding: chunked\r\n', '0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n'],
    ['two lengths', 'content-length: 4\r\ncontent-length: 40\r\n', '{}\r\nGET /smuggled HTTP/1.1\r\n\r\n'],
    ['a header that goes on in the next line', 'x-one: a\r\n b: c\r\ncontent-length: 2\r\n', '{}'],
    ['a line that ends in a bare LF', 'x-one: a\ncontent-length: 2\r\n', '{}'],
    ['a chunk size that is none', 'transfer-encoding: chunked\r\n', '-1\r\n{}\r\n0\r\n\r\n'],
    ['an encoding that only looks like chunks', 'transfer-encoding: xchunked\r\n', '0\r\n\r\n'],
  ])('%s: answered once with 400, and the connection is closed', async (_what, headers, rest) => {
    const answer = await sendRaw(hooks.url, `POST /hooks/crm HTTP/1.1\r\nhost: x\r\n${headers}\r\n${rest}`);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    expect(await stored()).toBe(0);
  });
});

test('security row 12: an address that there is not is answered like one whose signature is wrong', async () => {
  const forged = { method: 'POST', body: event('e1'), headers: { ...signedHeaders(event('e1')), 'x-signature': '0'.repeat(64) } };
  const [known, unknown] = await Promise.all([fetch(`${hooks.url}/hooks/crm`, forged), fetch(`${hooks.url}/hooks/guess`, forged)]);
  const seen = async (answer: Response) => [answer.status, [...answer.headers.keys()], await answer.text()];
  expect(await seen(unknown)).toEqual(await seen(known));
});

function slowSender(url: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => { socket.write('POST /hooks/crm HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n'); });
  const timer = setInterval(() => { socket.write('x'); }, 250);
  socket.resume().on('error', () => undefined).on('close', () => { clearInterval(timer); });
  return socket;
}
