import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { HttpSystem } from '../../support/http-system.js';
import { startInstance, type Instance } from '../../support/instance.js';
import { accountOf, allArrived, betweenSystems } from '../http-instance.js';

// Row 52 of the fault matrix. See docs/faults.md.
let instance: Instance;
let source: HttpSystem;
let target: HttpSystem;

beforeAll(async () => {
  source = await HttpSystem.start('crm', { pageSize: 20, limits: { timeoutMs: 5_000 } });
  target = await HttpSystem.start('mailing', { limits: { timeoutMs: 5_000 } });
  for (let at = 1; at <= 300; at += 1) source.put(`c${at}`, { email: `c${at}@example.org`, name: `n${at}` });
  instance = await startInstance({ definitions: 'examples/sandbox', adjust: betweenSystems(source, target), servers: inject('crosswalkServers'), workerEnv: { CROSSWALK_WINDOW_PAGES: '2' } });
});
afterAll(async () => {
  await instance.stop();
  await source.close();
  await target.close();
});

test('row 52: two workers, three starters and a backfill at the same time: one regular run, and nothing is made twice', async () => {
  await instance.addWorker().start();
  const starts = await Promise.all([1, 2, 3].map(() => instance.client.startSync('contacts-to-mailing', { mode: 'full' })));
  expect(new Set(starts.map(({ temporalRunId }) => temporalRunId)).size).toBe(1);
  expect(starts.filter(({ started }) => started)).toHaveLength(1);
  const backfill = await instance.client.startSync('contacts-to-mailing', { mode: 'backfill' });
  const [regular, whole] = await Promise.all([starts[0]?.result(), backfill.result()]);
  console.log(`row 52: ${regular?.counts.created} + ${whole.counts.created} created for ${source.records.size} records`);
  expect([regular?.state, whole.state]).toEqual(['succeeded', 'succeeded']);
  expect((regular?.counts.created ?? 0) + whole.counts.created).toBe(300);
  expect(accountOf(source, target)).toEqual(allArrived);
}, 90_000);
