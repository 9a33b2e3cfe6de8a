import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusedSystems, usageSince, usageSpikes, UsageMeter } from '../../../src/store/api-usage.js';
import { openCircuits, sharedCircuit } from '../../../src/store/circuits.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';

let migrated: MigratedDatabase;
beforeAll(async () => { migrated = await openMigratedDatabase(); });
afterAll(() => migrated.drop());
beforeEach(() => migrated.database.pool.query('truncate circuits, api_usage'));

describe('a shared circuit', () => {
  test('that several workers open at once is opened once; one of them may find out whether it is over', async () => {
    const workers = Array.from({ length: 5 }, () => sharedCircuit(migrated.database, 'crm'));
    expect(await workers[0]?.look()).toBeUndefined();
    const opened = await Promise.all(workers.map((worker) => worker.open(300, 'it was answered with 503')));
    expect(opened.every(({ remainingMs }) => remainingMs > 0 && remainingMs <= 300)).toBe(true);
    expect(await Promise.all(workers.map((worker) => worker.claimProbe(1_000)))).toEqual(Array(5).fill(false));
    await sleep(350);
    const claims = await Promise.all(workers.map((worker) => worker.claimProbe(1_000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    // A probe that fails: twice as long.
    expect((await workers[0]?.open(300, 'it was answered with 503'))?.remainingMs).toBeGreaterThan(400);
    expect(await openCircuits(migrated.database)).toEqual([expect.objectContaining({ system: 'crm', reason: 'it was answered with 503' })]);
    await workers[1]?.close();
    expect([await workers[0]?.look(), await openCircuits(migrated.database)]).toEqual([undefined, []]);
  });

  test('is let to another worker where the one that was to find out is gone', async () => {
    const circuit = sharedCircuit(migrated.database, 'crm');
    await circuit.open(1, 'r');
    await sleep(20);
    expect([await circuit.claimProbe(60_000), await circuit.claimProbe(100)]).toEqual([true, false]);
    await circuit.releaseProbe();
    expect([await circuit.claimProbe(100), await circuit.claimProbe(100)]).toEqual([true, false]);
    await sleep(150);
    expect(await circuit.claimProbe(100)).toBe(true);
  });
});

describe('the count of requests', () => {
  test('of several workers is one count, and a worker that stops stores what it has', async () => {
    const meters = [0, 1].map(() => new UsageMeter(migrated.database));
    for (const meter of meters) {
      for (let count = 0; count < 50; count++) meter.count('crm', 'sync', 'ok');
      meter.count('crm', 'handoff', 'limited');
    }
    await Promise.all(meters.map((meter) => meter.flush()));
    meters[0]?.count('crm', 'sync', 'ok');
    await meters[0]?.flush();
    const usage = await usageSince(migrated.database, { since: new Date(Date.now() - 60_000) });
    expect(usage.map(({ system, purpose, outcome, requests }) => [system, purpose, outcome, requests])).toEqual([['crm', 'handoff', 'limited', 2], ['crm', 'sync', 'ok', 101]]);
    expect(await usageSince(migrated.database, { since: new Date(Date.now() - 60_000), system: 'other' })).toEqual([]);
  });

  test('that cannot be stored is kept for the next time', async () => {
    const failures: unknown[] = [];
    let isAway = true;
    const pool = { query: (...given: [string, unknown[]]) => (isAway ? Promise.reject(new Error('away')) : migrated.database.pool.query(...given)) };
    const meter = new UsageMeter({ ...migrated.database, pool } as unknown as typeof migrated.database, (error) => failures.push(error));
    meter.count('crm', 'sync', 'ok');
    await meter.flush();
    isAway = false;
    meter.count('crm', 'sync', 'ok');
    await meter.flush();
    expect(failures).toHaveLength(1);
    expect(await usageSince(migrated.database, { since: new Date() })).toMatchObject([{ requests: 2 }]);
  });
});

async function counted(system: string, hoursAgo: number, requests: number, outcome = 'ok'): Promise<void> {
  await migrated.database.pool.query(
    `insert into api_usage values (date_trunc('hour', now(), 'UTC') - make_interval(hours => $2), $1, 'sync', $4, $3)`, [system, hoursAgo, requests, outcome]);
}

describe('a spike', () => {
  test('is an hour with far more requests than the same hour of other days usually has', async () => {
    for (const day of [1, 2, 3, 4]) await counted('crm', 1 + 24 * day, day === 2 ? 50_000 : 2_000); // One busy day is not usual.
    await counted('crm', 1, 6_001);
    expect(await usageSpikes(migrated.database, 3)).toEqual([{ system: 'crm', requests: 6_001, usual: 2_000 }]);
    expect(await usageSpikes(migrated.database, 4)).toEqual([]);
  });

  test('needs three days to compare with, and a thousand requests', async () => {
    for (const day of [1, 2]) await counted('young', 1 + 24 * day, 10);
    await counted('young', 1, 100_000);
    for (const day of [1, 2, 3]) await counted('small', 1 + 24 * day, 1);
    await counted('small', 1, 999);
    expect(await usageSpikes(migrated.database, 3)).toEqual([]);
  });

  test('days without requests count as none', async () => {
    await counted('crm', 24 * 6, 5);
    await counted('crm', 1, 1_000);
    expect(await usageSpikes(migrated.database, 3)).toEqual([{ system: 'crm', requests: 1_000, usual: 0 }]);
  });
});

test('a system that only refuses credentials is known; one that answered meanwhile is not', async () => {
  await counted('crm', 0, 3, 'unauthorized');
  await counted('books', 0, 3, 'unauthorized');
  await counted('books', 1, 1, 'ok');
  expect(await refusedSystems(migrated.database)).toEqual(['crm']);
});
