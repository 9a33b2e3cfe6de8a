import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ControlledProcess } from '../../support/controlled-process.js';
import { HttpSystem } from '../../support/http-system.js';
import { startInstance, type OwningInstance } from '../../support/instance.js';
import { accountOf, allArrived, betweenSystems } from '../http-instance.js';

// Row 51 of the fault matrix. See docs/faults.md.
let instance: OwningInstance;
let source: HttpSystem;
let target: HttpSystem;

beforeAll(async () => {
  source = await HttpSystem.start('crm', { pageSize: 20, limits: { timeoutMs: 20_000, maxResponseBytes: 200_000_000 } });
  target = await HttpSystem.start('mailing', { limits: { timeoutMs: 5_000, settleMs: 200 } });
  for (let at = 1; at <= 100; at += 1) source.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}`, ...(at === 50 ? { attachment: 'x'.repeat(100_000_000) } : {}) });
  instance = await startInstance({ definitions: 'examples/sandbox', adjust: betweenSystems(source, target) });
  await instance.worker.stop();
});
afterAll(async () => {
  await instance.stop();
  await source.close();
  await target.close();
});

/** Starts a small worker again each time it dies, until a run has ended or it has died often enough; gives how often it died. */
async function deathsOf(small: ControlledProcess, mode: 'full' | 'backfill', enough: number): Promise<number> {
  for (let deaths = 0; ; deaths += 1) {
    if (deaths >= enough) return deaths;
    await small.start();
    while (small.pid !== undefined) {
      const status = await instance.client.syncStatus('contacts-to-mailing', mode).catch(() => null);
      if (status !== null && status.state !== 'running') {
        await small.stop();
        return deaths;
      }
      await sleep(200);
    }
  }
}

const tiny = ['--max-semi-space-size=4', '--max-old-space-size=64'];

test('row 51: a worker of 64 MB dies of a record of 100 MB (out of memory): the run goes on with a larger one, and all records arrive', async () => {
  const handle = await instance.client.startSync('contacts-to-mailing', { mode: 'full' });
  const deaths = await deathsOf(instance.addWorker({}, tiny), 'full', 2);
  expect(deaths).toBe(2);
  await instance.worker.start();
  expect(await handle.result()).toMatchObject({ state: 'succeeded', counts: { read: 100, created: 100 } });
  await instance.worker.stop();
  expect(accountOf(source, target)).toEqual(allArrived);
});

test('row 51: where every worker is that small, the same record does not kill for ever: the run ends as failed and says where', async () => {
  const handle = await instance.client.startSync('contacts-to-mailing', { mode: 'backfill' });
  const result = handle.result().then(() => null, (error: unknown) => error);
  const deaths = await deathsOf(instance.addWorker({}, tiny), 'backfill', 30);
  console.log(`row 51: the run gave up after ${deaths} lost workers`);
  // The first death takes the pages before the poison with it; from then on each page is noted before the next is read.
  expect(deaths).toBeLessThanOrEqual(16);
  expect(await result).not.toBeNull();
  const { message } = await instance.database.kysely.selectFrom('runs').select('message').where('mode', '=', 'backfill').where('state', '=', 'failed').executeTakeFirstOrThrow();
  expect(message).toMatch(/no further in \d+ attempts/);
});
