import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { HttpSystem } from '../../support/http-system.js';
import { startInstance, type Instance } from '../../support/instance.js';
import { accountOf, allArrived, betweenSystems } from '../http-instance.js';

// The long one of row 4 of the fault matrix. See docs/faults.md.
let instance: Instance;
let source: HttpSystem;
let target: HttpSystem;
const progress: string[] = [];

beforeAll(async () => {
  source = await HttpSystem.start('crm', { pageSize: 20 });
  target = await HttpSystem.start('mailing', { limits: { timeoutMs: 120_000, settleMs: 1_000 } });
  for (let at = 1; at <= 60; at += 1) source.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}` });
  instance = await startInstance({ definitions: 'examples/sandbox', adjust: betweenSystems(source, target), servers: inject('crosswalkServers'), onProgress: (line) => progress.push(line) });
});
afterAll(async () => {
  await instance?.stop();
  await source.close();
  await target.close();
});

test('row 4: a worker that is asked to end (SIGTERM) while the target does not answer gives up what is under way and ends with 0 within 30 s; another one goes on', async () => {
  target.inject({ on: 'POST /records', times: 2, execute: true, play: () => undefined });
  const run = await instance.client.startSync('contacts-to-mailing', { mode: 'full' });
  await expect.poll(() => target.requests('POST /records').length, { timeout: 30_000 }).toBeGreaterThan(0);
  await instance.addWorker().start();
  const { pid } = instance.worker;
  if (pid === undefined) throw new Error('the worker does not run');
  const askedAt = Date.now();
  process.kill(pid, 'SIGTERM');
  while (instance.worker.pid !== undefined && Date.now() < askedAt + 90_000) await sleep(100);
  const afterMs = Date.now() - askedAt;
  console.log(`row 4: the worker ended after ${afterMs} ms: ${progress.at(-1) ?? ''}`);
  expect(progress.at(-1)).toContain('the worker ended with exit code 0');
  expect(afterMs).toBeLessThan(30_000);
  expect((await run.result()).state).toBe('succeeded');
  expect(accountOf(source, target)).toEqual(allArrived);
});
