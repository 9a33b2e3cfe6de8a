import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ControlledProcess } from '../../support/controlled-process.js';
import { HttpSystem } from '../../support/http-system.js';
import { startInstance, type OwningInstance } from '../../support/instance.js';
import { accountOf, allArrived, betweenSystems } from '../http-instance.js';

// The long ones of rows 3, 7 and 9 of the fault matrix. See docs/faults.md.
const RECORDS = 2_000;
let instance: OwningInstance;
let source: HttpSystem;
let target: HttpSystem;
let second: ControlledProcess;

beforeAll(async () => {
  source = await HttpSystem.start('crm', { pageSize: 50, limits: { timeoutMs: 5_000 } });
  // Slow enough that a run is always at work when something happens to it.
  target = await HttpSystem.start('mailing', { limits: { timeoutMs: 5_000, settleMs: 1_000, requestsPerSecond: 20, burst: 5, concurrency: 4 }, scheduleMs: [500, 1_000, 2_000] });
  instance = await startInstance({ definitions: 'examples/sandbox', adjust: betweenSystems(source, target), workerEnv: { CROSSWALK_WINDOW_PAGES: '4' } });
  second = instance.addWorker();
  await second.start();
});
beforeEach(() => {
  for (const { id } of source.records.values()) source.records.delete(id);
  const series = Date.now();
  for (let at = 1; at <= RECORDS; at += 1) source.put(`c${series}-${at}`, { email: `c${series}-${at}@example.org`, name: `n${at}` });
});
afterAll(async () => {
  await instance.stop();
  await source.close();
  await target.close();
});

/** Begins a backfill, which removes nothing of the tests before, and waits until it writes. */
async function begun(): Promise<ReturnType<OwningInstance['client']['startSync']>> {
  const handle = await instance.client.startSync('contacts-to-mailing', { mode: 'backfill' });
  const before = target.ops.length;
  while (target.ops.length < before + 50) await sleep(50);
  return handle;
}

async function ended(handle: Awaited<ReturnType<typeof begun>>): Promise<string> {
  for (;;) {
    // The connection may still have to recover.
    const status = await instance.client.syncStatus('contacts-to-mailing', 'backfill').catch(() => null);
    if (status !== null && status.state !== 'running') return (await handle.result()).state;
    await sleep(500);
  }
}

test('row 3: all workers are frozen for 60 s (SIGSTOP) and thaw together: the run goes on, and no late write slips through', async () => {
  const handle = await begun();
  const pids = [instance.worker.pid, second.pid].flatMap((pid) => pid ?? []);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await sleep(60_000);
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  expect(await ended(handle)).toBe('succeeded');
  expect(accountOf(source, target)).toEqual(allArrived);
});

test('row 3: one of two workers is frozen in the middle of its window: the other takes over, and what the first wakes up with is fenced off', async () => {
  const handle = await begun();
  for (const worker of [instance.worker, second]) {
    const { pid } = worker;
    if (pid === undefined) continue;
    process.kill(pid, 'SIGSTOP');
    const before = target.ops.length;
    // The other has to write meanwhile, whichever of the two was at work. The server goes on handing tasks to the polls
    // that the frozen one has open, until they end after a minute.
    const deadline = Date.now() + 180_000;
    while (target.ops.length < before + 20 && Date.now() < deadline) await sleep(200);
    expect(target.ops.length).toBeGreaterThanOrEqual(before + 20);
    process.kill(pid, 'SIGCONT');
  }
  expect(await ended(handle)).toBe('succeeded');
  expect(accountOf(source, target)).toEqual(allArrived);
});

test('row 7: the Temporal server is killed and comes back after 2 minutes, on the same data: the run goes on', async () => {
  const handle = await begun();
  await instance.temporalServer.crash();
  await sleep(120_000);
  await instance.temporalServer.start();
  expect(await ended(handle)).toBe('succeeded');
  expect(accountOf(source, target)).toEqual(allArrived);
});

test('row 9: PostgreSQL is stopped (-m immediate) and comes back after 60 s: the workers live on, and the run goes on', async () => {
  const handle = await begun();
  const pids = [instance.worker.pid, second.pid];
  await instance.postgres.crash();
  await sleep(60_000);
  await instance.postgres.start();
  expect(await ended(handle)).toBe('succeeded');
  expect([instance.worker.pid, second.pid]).toEqual(pids);
  expect(accountOf(source, target)).toEqual(allArrived);
});
