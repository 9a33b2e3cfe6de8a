// 2,000 records on each side by default; npm run test:reconciliation takes 50,000.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import type { SyncUnderTest } from '../activities/sync-under-test.js';
import { applied, approvedRepair } from '../plans/plan-under-test.js';
import { plantedSync, type Expected } from './planted-differences.js';
import { found, planRepairOf, reconcileNow, type Reconciled } from './reconcile-sync.js';

const RECORDS = Number(process.env['CROSSWALK_RECONCILIATION_RECORDS'] ?? 2_000);
const MIB = 1_048_576;
const GROWTH_AT_MOST = 150 * MIB;

let migrated: MigratedDatabase;
let sync: SyncUnderTest;
let expected: readonly Expected[];
let reconciled: Reconciled;

beforeAll(async () => {
  migrated = await openMigratedDatabase({ connections: 24 });
  ({ sync, expected } = await plantedSync(migrated.database, RECORDS));
}, 1_800_000);
afterAll(() => migrated.drop());

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Runs a task and says by how much the memory of this process grew at most meanwhile, in bytes. */
async function growthDuring(task: () => Promise<void>): Promise<number> {
  collect();
  const before = process.memoryUsage();
  let most = 0;
  // The process may have pages left over from before, so what lives on the heap is looked at as well.
  const timer = setInterval(() => {
    const now = process.memoryUsage();
    most = Math.max(most, now.rss - before.rss, now.heapUsed + now.external - before.heapUsed - before.external);
  }, 20);
  try {
    await task();
  } finally {
    clearInterval(timer);
  }
  return most;
}

test(`exactly the planted differences are found among ${RECORDS} records, each with its cause, in bounded memory`, async () => {
  expect(expected).toHaveLength(200);
  const startedMs = Date.now();
  const growth = await growthDuring(async () => { reconciled = await reconcileNow(sync); });
  console.info(`${RECORDS} records on each side: ${((Date.now() - startedMs) / 1000).toFixed(1)} s, memory grew by ${(growth / MIB).toFixed(0)} MiB`);
  expect(found(reconciled).map(String).toSorted()).toEqual(expected.map(String).toSorted());
  expect(reconciled.result.counts).toMatchObject({ onlySource: 50, onlyTarget: 50, differs: 50, duplicates: 50, unconfirmed: 0 });
  expect(growth).toBeLessThan(GROWTH_AT_MOST);
}, 1_800_000);

test('the repair is one write for each of them, and leaves nothing to find', async () => {
  const plan = await planRepairOf(sync, reconciled);
  expect(plan).toMatchObject({ writes: 200, left: 0 });
  expect(await applied(sync, (await approvedRepair(sync, plan.runId)).id)).toMatchObject({ state: 'succeeded', counts: { parked: 0 } });
  const again = await reconcileNow(sync);
  expect(again.differences).toEqual([]);
  expect(again.result.counts.agreeing).toBe(again.result.counts.source);
}, 1_800_000);
