import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { launchChild, type LaunchedChild } from '../../../src/local/child-launch.js';
import { HttpSystem } from '../../support/http-system.js';
import { startInstance, type Adjust, type Instance } from '../../support/instance.js';
import { accountOf, allArrived, betweenSystems } from '../http-instance.js';

// Row 4 of the fault matrix: processes are asked to end (SIGTERM) while there is work. See docs/faults.md.
const DRAINED_WITHIN_MS = 30_000;
const script = fileURLToPath(new URL('../../../dist/src/ingress/process.js', import.meta.url));

let instance: Instance;
let source: HttpSystem;
let target: HttpSystem;
const children: LaunchedChild[] = [];
const progress: string[] = [];

beforeAll(async () => {
  source = await HttpSystem.start('crm', { pageSize: 50, limits: { timeoutMs: 5_000 } });
  target = await HttpSystem.start('mailing', { limits: { timeoutMs: 5_000, requestsPerSecond: 20, burst: 5, concurrency: 4 } });
  instance = await startInstance({ definitions: 'examples/sandbox', adjust: adjusted(source, target), servers: inject('crosswalkServers'), workerEnv: { CROSSWALK_WINDOW_PAGES: '4' }, onProgress: (line) => progress.push(line) });
  for (let at = 1; at <= 20; at += 1) put(`c${at}`, 'at first');
  expect(await instance.sync('contacts-to-mailing', { mode: 'full' })).toMatchObject({ state: 'succeeded', counts: { created: 20 } });
});
beforeEach(async () => { await instance.database.pool.query('truncate inbox_events, inbox_work'); });
afterAll(async () => {
  for (const child of children) await child.stop();
  await instance?.stop();
  await source.close();
  await target.close();
});

// As between systems of a test, with the webhooks that the sandbox's CRM sends.
function adjusted(...systems: Parameters<typeof betweenSystems>): Adjust {
  const between = betweenSystems(...systems);
  return { ...between, system: (definition) => ({ ...(between.system?.(definition) ?? definition), ...(definition.webhooks === undefined ? {} : { webhooks: definition.webhooks }) }) };
}

const put = (id: string, name: string): void => { source.put(id, { email: `${id}@example.org`, name }); };

async function startServer(): Promise<LaunchedChild> {
  const child = await launchChild({
    name: 'server', script, logFile: join(instance.logs, 'server.log'), readyWithinMs: 60_000, graceMs: 60_000, env: { ...instance.env, CROSSWALK_PORT: '0' },
  }, new AbortController().signal);
  children.push(child);
  return child;
}

/** Asks a process to end; gives how it did, and after how long. */
async function drained(child: { readonly pid: number; readonly exited: Promise<string> }): Promise<{ readonly how: string; readonly afterMs: number }> {
  const askedAt = Date.now();
  process.kill(child.pid, 'SIGTERM');
  const how = await child.exited;
  return { how, afterMs: Date.now() - askedAt };
}

let events = 0;
function send(server: LaunchedChild, record: string): Promise<number> {
  const body = JSON.stringify({ id: `evt_${events += 1}`, object: 'contact', object_id: record });
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', instance.env['SANDBOX_SECRET_CRM_WEBHOOKS'] ?? '').update(`${at}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-timestamp': String(at), 'x-signature': signature };
  return fetch(`${String(server.ready['url'])}/hooks/crm`, { method: 'POST', body, headers }).then(({ status }) => status, () => 0);
}

async function isListening(server: LaunchedChild): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(String(server.ready['url'])).port), '127.0.0.1', () => { socket.destroy(); resolve(true); });
    socket.on('error', () => { resolve(false); });
  });
}

const stored = async () => (await instance.database.pool.query('select 1 from inbox_events')).rowCount ?? 0;

test('row 4: a server that is asked to end (SIGTERM) with webhooks on the way stops accepting first, answers those for what it did, and exits with 0', async () => {
  const server = await startServer();
  expect(await send(server, 'c1')).toBe(200);
  const locker = await instance.database.pool.connect();
  await locker.query('begin; lock table inbox_events in access exclusive mode');
  const onTheWay = Promise.all(Array.from({ length: 20 }, (_, at) => send(server, `c${at + 1}`)));
  await expect.poll(async () => (await instance.database.pool.query("select 1 from pg_locks where database = (select oid from pg_database where datname = current_database()) and relation = 'inbox_events'::regclass and not granted")).rowCount).toBeGreaterThan(0);
  const ended = drained(server);
  await expect.poll(() => isListening(server), { interval: 20 }).toBe(false);
  await locker.query('rollback');
  locker.release();
  const statuses = await onTheWay;
  const { how, afterMs } = await ended;
  expect([how, afterMs < DRAINED_WITHIN_MS]).toEqual(['ended with exit code 0', true]);
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
  expect(await stored()).toBeGreaterThanOrEqual(1 + statuses.filter((status) => status === 200).length);
});

test('row 4: a sender that stops in the middle of its webhook does not keep a server that is asked to end (SIGTERM) from ending', async () => {
  const server = await startServer();
  const socket = connect(Number(new URL(String(server.ready['url'])).port), '127.0.0.1', () => { socket.write('POST /hooks/crm HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{'); });
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => { socket.once('connect', () => { resolve(); }); });
  // Answered after the half one has come in.
  expect(await send(server, 'c1')).toBe(200);
  const { how, afterMs } = await drained(server);
  socket.destroy();
  expect([how, afterMs < DRAINED_WITHIN_MS]).toEqual(['ended with exit code 0', true]);
}, 90_000);

test('row 4: a worker and a server that are replaced (SIGTERM) while a run and webhooks are under way end with 0 within 30 s; the new ones go on and nothing is lost or made twice', async () => {
  for (let at = 1; at <= 500; at += 1) put(`new${at}`, 'of the run');
  const old = await startServer();
  const run = await instance.client.startSync('contacts-to-mailing', { mode: 'backfill' });
  await expect.poll(() => target.ops.length, { timeout: 30_000 }).toBeGreaterThan(60);
  const [next] = await Promise.all([startServer(), instance.addWorker().start()]);

  let accepted = 0;
  const sending = new AbortController();
  // A sender that is not answered 200 sends it again, to the server that a load balancer would choose.
  const sender = async (of: number): Promise<void> => {
    for (let turn = 1; !sending.signal.aborted; turn += 1) {
      const record = `c${of * 5 + (turn % 5) + 1}`;
      put(record, `turn ${turn}`);
      for (let server = old; await send(server, record) !== 200; server = next) await sleep(20);
      accepted += 1;
      await sleep(20);
    }
  };
  const senders = [0, 1, 2, 3].map((of) => sender(of));
  await sleep(500);
  const { pid } = instance.worker;
  if (pid === undefined) throw new Error('the worker does not run');
  const before = target.ops.length;
  const workerAskedAt = Date.now();
  process.kill(pid, 'SIGTERM');
  const server = await drained(old);
  await expect.poll(() => instance.worker.pid, { timeout: 60_000 }).toBe(undefined);
  const workerAfterMs = Date.now() - workerAskedAt;
  expect(progress.at(-1)).toContain('the worker ended with exit code 0');
  await sleep(500);
  sending.abort();
  await Promise.all(senders);
  expect([server.how, server.afterMs < DRAINED_WITHIN_MS, workerAfterMs < DRAINED_WITHIN_MS]).toEqual(['ended with exit code 0', true, true]);
  expect((await run.result()).state).toBe('succeeded');
  await expect.poll(() => accountOf(source, target), { timeout: 60_000 }).toEqual(allArrived);
  expect(target.ops.length).toBeGreaterThan(before);
  expect(await stored()).toBe(accepted);
  console.log(`row 4: ${accepted} webhooks accepted, ${await stored()} stored; the server ended after ${server.afterMs} ms, the worker after ${workerAfterMs} ms; lost, twice, wrong: 0`);
  await instance.temporal.workflow.getHandle('realtime/contacts-to-mailing').terminate();
}, 180_000);
