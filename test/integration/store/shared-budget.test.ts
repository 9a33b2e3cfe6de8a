import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Purpose } from '../../../src/contracts/budget.js';
import type { Database } from '../../../src/store/database.js';
import { newId } from '../../../src/store/new-id.js';
import { SharedBudget, type SharedBudgetOptions } from '../../../src/store/shared-budget.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { uniqueName } from '../../support/servers.js';

let migrated: MigratedDatabase;
let database: Database;
const never = new AbortController().signal;

beforeAll(async () => {
  migrated = await openMigratedDatabase();
  ({ database } = migrated);
});
afterAll(() => migrated.drop());

type Limits = SharedBudgetOptions['limits'];
const limits: Limits = { requestsPerSecond: 1000, burst: 1000, concurrency: 8, reserve: 0 };

function budgetOf(system: string, more: Partial<Limits> = {}, through: Database = database): SharedBudget {
  return new SharedBudget({ database: through, system, worker: newId(), limits: { ...limits, ...more } });
}

/** Caller asks for one permit after the other and gives each back at once, until it is stopped. */
class Caller {
  readonly grantedAtMs: number[] = [];
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;

  constructor(budget: SharedBudget, purpose: Purpose = 'sync') {
    this.done = this.run(budget, purpose);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  private async run(budget: SharedBudget, purpose: Purpose): Promise<void> {
    try {
      for (;;) {
        const permit = await budget.acquire(purpose, this.stopping.signal);
        this.grantedAtMs.push(Date.now());
        await new Promise((resolve) => { setImmediate(resolve); });
        permit.release();
      }
    } catch (error) {
      if (!this.stopping.signal.aborted) throw error;
    }
  }
}

/** Asks for so many permits, gives none back, and counts those that came until nothing more comes. */
async function grantsOf(budget: SharedBudget, count: number, purpose: Purpose = 'sync'): Promise<number> {
  const controller = new AbortController();
  let granted = 0;
  const asked = Array.from({ length: count }, async () => {
    await budget.acquire(purpose, controller.signal).then((permit) => { granted += 1; permit.release(); }, () => undefined);
  });
  for (let before = -1; before !== granted;) {
    before = granted;
    await sleep(700);
  }
  controller.abort();
  await Promise.all(asked);
  return granted;
}

describe.concurrent('a shared budget', () => {
  test('lets its holders together have no more than the rate and the burst', async () => {
    const system = uniqueName('crm');
    const beganMs = Date.now();
    const callers = [1, 2, 3].map(() => new Caller(budgetOf(system, { requestsPerSecond: 100, burst: 20 })));
    await sleep(2_000);
    await Promise.all(callers.map((caller) => caller.stop()));
    const seconds = (Date.now() - beganMs) / 1_000;
    const counts = callers.map(({ grantedAtMs }) => grantedAtMs.length);
    const all = counts.reduce((sum, count) => sum + count, 0);
    expect(all).toBeLessThanOrEqual(20 + 100 * seconds);
    expect(all).toBeGreaterThan(0.5 * 100 * seconds);
    for (const count of counts) expect(count).toBeGreaterThan(all / 30);
  });

  test('costs far fewer queries than it grants permits', async () => {
    let queries = 0;
    const counted: Database = { ...database, prepared: Object.create(database.prepared, { query: { value: (...args: unknown[]) => { queries += 1; return Reflect.apply(database.prepared.query, database.prepared, args); } } }) };
    const caller = new Caller(budgetOf(uniqueName('crm'), { requestsPerSecond: 200, burst: 200 }, counted));
    await sleep(2_000);
    await caller.stop();
    expect(caller.grantedAtMs.length).toBeGreaterThan(200);
    expect(queries).toBeLessThan(caller.grantedAtMs.length / 5);
  });

  test('lets no more permits be out at once than its holders have together', async () => {
    const system = uniqueName('crm');
    const budgets = [budgetOf(system, { concurrency: 6 }), budgetOf(system, { concurrency: 6 })];
    for (const budget of budgets) (await budget.acquire('sync', never)).release();
    await sleep(600); // Each has learnt of the other with its next lease.
    const controller = new AbortController();
    let out = 0;
    const asked = budgets.flatMap((budget) => Array.from({ length: 10 }, () => budget.acquire('sync', controller.signal).then(() => { out += 1; }, () => undefined)));
    await sleep(500);
    controller.abort();
    await Promise.all(asked);
    expect(out).toBe(6);
  });

  test.each([[1, 1, 0.2], [0.5, 1, 0.2], [1, 1, 0.9], [2, 2, 0.5], [10, 10, 0.2], [3, 1, 0.2]])(
    'of %d requests a second, a burst of %d and a reserve of %d lets syncs through', async (requestsPerSecond, burst, reserve) => {
      (await budgetOf(uniqueName('crm'), { requestsPerSecond, burst, reserve }).acquire('sync', AbortSignal.timeout(20_000))).release();
    });

  test('gives the whole burst at once after a pause', async () => {
    const budget = budgetOf(uniqueName('crm'), { requestsPerSecond: 0.01, burst: 8, concurrency: 8 });
    const controller = new AbortController();
    const granted = await Promise.all(Array.from({ length: 8 }, () => budget.acquire('sync', AbortSignal.any([controller.signal, AbortSignal.timeout(3_000)])).then(() => 1, () => 0)));
    expect(granted.reduce<number>((sum, each) => sum + each, 0)).toBe(8);
  });

  test('keeps its reserve for handoffs, whoever asks for it', async () => {
    const system = uniqueName('crm');
    const share = { requestsPerSecond: 0.01, burst: 10, reserve: 0.4, concurrency: 20 };
    expect(await grantsOf(budgetOf(system, share), 20)).toBe(6);
    expect(await grantsOf(budgetOf(system, share), 20, 'handoff')).toBe(4);
  });

  test('serves handoffs before the syncs that wait', async () => {
    const budget = budgetOf(uniqueName('crm'), { concurrency: 1 });
    const first = await budget.acquire('sync', never);
    const order: string[] = [];
    const asked = (['sync', 'sync', 'handoff', 'sync', 'handoff'] as const).map(async (purpose) => {
      const permit = await budget.acquire(purpose, never);
      order.push(purpose);
      permit.release();
    });
    first.release();
    await Promise.all(asked);
    expect(order).toEqual(['handoff', 'handoff', 'sync', 'sync', 'sync']);
  });

  test('without a rate holds to the number of permits alone', async () => {
    const { requestsPerSecond: _none, ...unlimited } = limits;
    const budget = new SharedBudget({ database, system: uniqueName('crm'), worker: newId(), limits: { ...unlimited, burst: 1, concurrency: 3 } });
    const permits = await Promise.all([1, 2, 3].map(() => budget.acquire('sync', never)));
    let fourth = false;
    const asked = budget.acquire('sync', never).then((permit) => { fourth = true; permit.release(); });
    permits[0]?.release();
    permits[0]?.release();
    await asked;
    expect(fourth).toBe(true);
    for (const permit of permits) permit.release();
    expect(await Promise.all(Array.from({ length: 300 }, async () => (await budget.acquire('sync', never)).release()))).toHaveLength(300);
  });
});

describe.concurrent('closing a shared budget', () => {
  test('stops every holder until the time, and then lets them on', async () => {
    const system = uniqueName('crm');
    const [one, other] = [budgetOf(system), budgetOf(system)];
    const callers = [new Caller(one), new Caller(other)];
    await sleep(600);
    const untilMs = Date.now() + 1_800;
    one.close(untilMs);
    const closedHereMs = Date.now();
    for (let rows = 0; rows === 0;) ({ length: rows } = (await database.pool.query('select 1 from budgets where system = $1 and closed_until is not null', [system])).rows);
    // A holder may go on with what it has leased until it asks again, which it does twice a second.
    const closedThereMs = Date.now() + 500;
    await sleep(untilMs - Date.now() + 800);
    await Promise.all(callers.map((caller) => caller.stop()));
    const during = (caller: Caller | undefined, fromMs: number): number => caller?.grantedAtMs.filter((at) => at > fromMs && at < untilMs - 50).length ?? -1;
    expect(during(callers[0], closedHereMs)).toBe(0);
    expect(during(callers[1], closedThereMs)).toBe(0);
    for (const { grantedAtMs } of callers) expect(grantedAtMs.some((at) => at >= untilMs - 50)).toBe(true);
  });

  test('for a shorter time than it is closed already changes nothing', async () => {
    const system = uniqueName('crm');
    const budget = budgetOf(system);
    const untilMs = Date.now() + 1_500;
    budget.close(untilMs);
    budget.close(Date.now() + 10);
    budget.close(0);
    (await budget.acquire('sync', never)).release();
    expect(Date.now()).toBeGreaterThanOrEqual(untilMs - 50);
  });

  test('before anybody has used the system is heeded by who comes later', async () => {
    const system = uniqueName('crm');
    budgetOf(system).close(Date.now() + 60_000);
    for (let rows = 0; rows === 0;) ({ length: rows } = (await database.pool.query('select 1 from budgets where system = $1', [system])).rows);
    await expect(budgetOf(system).acquire('sync', AbortSignal.timeout(800))).rejects.toThrow(/timeout/i);
  });
});

describe.concurrent('waiting for a shared budget', () => {
  test('ends with the reason of the signal, and takes nothing', async () => {
    const budget = budgetOf(uniqueName('crm'), { concurrency: 1 });
    const held = await budget.acquire('sync', never);
    const controller = new AbortController();
    const given = budget.acquire('sync', controller.signal);
    const next = budget.acquire('sync', never);
    controller.abort(new Error('the worker stops'));
    await expect(given).rejects.toThrow('the worker stops');
    held.release();
    (await next).release();
  });

  test('with a signal that is aborted already is a rejection, not a throw', async () => {
    const aborted = AbortSignal.abort(new Error('the worker stops'));
    let answer: Promise<unknown> | undefined;
    expect(() => { answer = budgetOf(uniqueName('crm')).acquire('sync', aborted); }).not.toThrow();
    await expect(answer).rejects.toThrow('the worker stops');
  });

  test('goes on while the database is away, and ends once it is back', async () => {
    const away = await openMigratedDatabase();
    const name = new URL(away.url).pathname.slice(1);
    const failures: unknown[] = [];
    const counted: Database = { ...away.database, prepared: Object.create(away.database.prepared, { query: { value: async (...args: unknown[]) => {
      try {
        return await Reflect.apply(away.database.prepared.query, away.database.prepared, args);
      } catch (error) {
        failures.push(error);
        throw error;
      }
    } } }) };
    try {
      const budget = budgetOf('crm', {}, counted);
      (await budget.acquire('sync', never)).release();
      await database.pool.query(`alter database "${name}" allow_connections false`);
      await database.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      await sleep(600); // What was leased before may be used that long.
      let granted = false;
      const asked = budget.acquire('sync', never).then((permit) => { granted = true; permit.release(); });
      while (failures.length < 2) await sleep(50);
      expect(granted).toBe(false);
      await database.pool.query(`alter database "${name}" allow_connections true`);
      await asked;
    } finally {
      await database.pool.query(`alter database "${name}" allow_connections true`);
      await away.drop();
    }
  });
});

describe('a vendor that says that little is left', () => {
  const during = async (budgets: readonly SharedBudget[], ms: number): Promise<number> => {
    const callers = budgets.map((budget) => new Caller(budget));
    await sleep(ms);
    await Promise.all(callers.map((caller) => caller.stop()));
    return callers.reduce((sum, { grantedAtMs }) => sum + grantedAtMs.length, 0);
  };

  test.each([['with a rate of its own', 1000], ['without one', undefined]])('slows down all workers of a system %s, until the limit is full again', async (_what, rate) => {
    const system = uniqueName('crm');
    const more = rate === undefined ? {} : { requestsPerSecond: rate };
    const own: Limits = { burst: 1000, concurrency: 8, reserve: 0.2, ...more };
    const budgets = [0, 1].map(() => new SharedBudget({ database, system, worker: newId(), limits: own }));
    await during(budgets, 700); // Both have taken part, and know of no narrowing.
    budgets[0]?.narrow(10, Date.now() + 3_000);
    await sleep(600); // The other one learns of it with its next question.
    const slow = await during(budgets, 1_500);
    expect(slow).toBeGreaterThan(4);
    expect(slow).toBeLessThan(40);
    await sleep(1_200);
    expect(await during(budgets, 600)).toBeGreaterThan(100);
  });

  test('leaves handoffs their share', async () => {
    const budget = budgetOf(uniqueName('crm'), { reserve: 0.5 });
    budget.narrow(4, Date.now() + 5_000);
    expect(await grantsOf(budget, 1, 'handoff')).toBe(1);
  });
});
