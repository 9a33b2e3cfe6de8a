import { Client, Connection, type ScheduleClient } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { carryAnnounced } from '../../../activities/realtime/carry-announced.js';
import { adjustStrategy } from '../../../activities/strategy/adjust-strategy.js';
import { syncConsumer } from '../../../src/contracts/ids.js';
import { readStrategy } from '../../../src/cli/strategy/read-strategy.js';
import { applySchedules, planSchedules } from '../../../src/schedules/apply-schedules.js';
import { storeEvents } from '../../../src/store/inbox.js';
import { newId } from '../../../src/store/new-id.js';
import { recentNotifications } from '../../../src/store/notifications.js';
import { clockDifferences, measureClock, recordClock } from '../../../src/store/clocks.js';
import { forgetSmallRuns, sweepStates } from '../../../src/store/realtime-measures.js';
import { createConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { HttpSync } from '../../faults/rows/http-sync.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { createTestNamespace } from '../../support/servers.js';

const BASE_MS = 900_000;
let client: Client;
let schedules: ScheduleClient;
let migrated: MigratedDatabase;
let sync: HttpSync;
let name: string;

beforeAll(async () => {
  const { temporalAddress } = inject('crosswalkServers');
  client = new Client({ connection: await Connection.connect({ address: temporalAddress }), namespace: await createTestNamespace(temporalAddress) });
  schedules = client.schedule;
  migrated = await openMigratedDatabase();
});
afterAll(async () => {
  await sync?.close();
  await migrated?.drop();
  await client.connection.close();
});
beforeEach(async () => {
  await sync?.close();
  sync = await HttpSync.create(migrated.database, { sync: { when: { realtime: true, everyMs: BASE_MS }, owner: 'sales', reconcile: { at: null, alertAbove: 0.005 } } });
  name = sync.definition.sync;
  sync.contacts(30);
  expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { created: 30 } });
  await apply();
});

async function apply() {
  const states = new Map((await sweepStates(migrated.database)).map((state) => [state.sync, state]));
  const changes = await planSchedules(schedules, [sync.definition], { sweeps: states });
  await applySchedules(schedules, changes);
  return changes.find(({ id }) => id === `crosswalk/${name}/every`);
}
const every = async () => {
  const { spec, state } = await schedules.getHandle(`crosswalk/${name}/every`).describe();
  return { everyMs: spec.intervals?.[0]?.every, note: state.note ?? '', paused: state.paused };
};
const look = () => adjustStrategy(sync.dependencies, () => schedules, { sync: name });
const shown = async () => (await readStrategy(migrated.database)).find((strategy) => strategy.sync === name);

let round = 0;
function change(...ids: readonly string[]): void {
  round += 1;
  for (const id of ids) sync.source.put(id, { email: `${id}@example.org`, name: `round ${round}` });
}
async function announce(...ids: readonly string[]): Promise<void> {
  const { from: { system, object } } = sync.definition;
  await storeEvents(migrated.database, ids.map((recordId) => ({ system, object, recordId, dedupeKey: newId(), hasId: true, consumers: [syncConsumer(name)] })));
  expect(await carryAnnounced(sync.dependencies, { sync: name, takenBy: newId(), workflowId: `realtime/${name}` })).toBe('carried');
}
const ids = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, at) => `c${from + at}`);
/** As if the last change of the interval, and what was written before, lay so long ago. */
async function later(): Promise<void> {
  await migrated.database.pool.query("update sweep_states set since = since - interval '2 hours' where sync = $1", [name]);
  await migrated.database.pool.query("update outcomes set settled_at = settled_at - interval '2 hours' where write_id in (select i.id from intents i join syncs s on s.id = i.sync_id where s.name = $1)", [name]);
}

describe('the strategy of a real-time sync', () => {
  test('leaves the first complete read out, and counts what webhooks announce', async () => {
    change(...ids(1, 6));
    await announce(...ids(1, 6));
    expect(await look()).toEqual({ notificationIds: [] });
    expect(await shown()).toMatchObject({ everyMs: BASE_MS, tightened: null, measure: { announced: 6, missed: 0, loss: 0 } });
    const measure = (await shown())?.measure;
    expect(measure?.p95Ms).toBeLessThan(60_000);
    expect(measure?.p95Ms).toBeGreaterThanOrEqual(measure?.p50Ms ?? 0);
  });

  test('sweeps more often when a sweep finds what no webhook announced, says so, and returns to what is declared', async () => {
    change(...ids(1, 6));
    expect(await sync.run()).toMatchObject({ state: 'succeeded', counts: { updated: 6 } });
    const { notificationIds: [notificationId] } = await look();
    expect(await every()).toMatchObject({ everyMs: BASE_MS / 2, note: expect.stringContaining('Tightened from every 15m to every 450s for a time: 100 % of 6 changes were announced by no webhook') });
    expect((await recentNotifications(migrated.database, 1))[0]).toMatchObject({ id: notificationId, severity: 'warning', department: 'sales', title: `${name} is swept every 450s now, not every 15m`, deliveredAt: null });
    expect(await shown()).toMatchObject({ baseMs: BASE_MS, everyMs: BASE_MS / 2, tightened: { reason: expect.stringContaining('no webhook') } });
    // An apply keeps it, shows it as unchanged, and does not take it for somebody's doing.
    expect(await apply()).toMatchObject({ change: 'unchanged', differences: [] });
    expect(await every()).toMatchObject({ everyMs: BASE_MS / 2 });
    // What happened before the change is no evidence against the new interval.
    expect(await look()).toEqual({ notificationIds: [] });
    await later();
    change(...ids(1, 6));
    await announce(...ids(1, 6));
    expect([await look(), await look()]).toEqual([{ notificationIds: [] }, { notificationIds: [] }]);
    expect((await look()).notificationIds).toHaveLength(1);
    expect(await every()).toMatchObject({ everyMs: BASE_MS, note: expect.not.stringContaining('Tightened') });
    expect(await shown()).toMatchObject({ everyMs: BASE_MS, tightened: null });
    expect(await apply()).toMatchObject({ change: 'unchanged' });
  });

  test('keeps the pause of a person while it changes the interval', async () => {
    await schedules.getHandle(`crosswalk/${name}/every`).pause('Paused by ada: moving');
    await expect.poll(async () => (await every()).paused, { timeout: 10_000 }).toBe(true);
    change(...ids(1, 6));
    await sync.run();
    await look();
    expect(await every()).toEqual({ everyMs: BASE_MS / 2, note: 'Paused by ada: moving', paused: true });
  });

  test('does nothing where the definition says off', async () => {
    await migrated.database.pool.query(`update definitions set body = body || '{"strategy":null}' where kind = 'sync' and name = $1 and retired_at is null`, [name]);
    change(...ids(1, 6));
    await sync.run();
    expect(await look()).toEqual({ notificationIds: [] });
    expect(await shown()).toMatchObject({ rule: null, everyMs: BASE_MS, measure: { missed: 6 } });
    expect(await every()).toMatchObject({ everyMs: BASE_MS });
  });
});

describe('what real-time batches leave behind', () => {
  test('is bounded: batches that changed nothing go, what the ledger and the links refer to stays', async () => {
    change('c1');
    await announce('c1');
    for (let batch = 0; batch < 12; batch += 1) await announce('c2');
    const before = await migrated.database.pool.query<{ id: string; used: boolean }>("select r.id, exists (select from intents i where i.run_id = r.id) as used from runs r where workflow_id = $1 order by started_at", [`realtime/${name}`]);
    expect(before.rows.map(({ used }) => used)).toEqual([true, ...Array.from({ length: 12 }, () => false)]);
    expect(await forgetSmallRuns(migrated.database, name, 4)).toBe(8);
    expect(await forgetSmallRuns(migrated.database, name, 4)).toBe(0);
    const { rows } = await migrated.database.pool.query<{ id: string }>('select id from runs where workflow_id = $1', [`realtime/${name}`]);
    expect(rows.map(({ id }) => id)).toContain(before.rows[0]?.id);
    expect(rows).toHaveLength(5);
    const { rows: lost } = await migrated.database.pool.query('select 1 from intents i where not exists (select from runs r where r.id = i.run_id) union all select 1 from links l where run_id is not null and not exists (select from runs r where r.id = l.run_id)');
    expect(lost).toEqual([]);
  });
});

describe('row 40: a clock that is ten minutes off', () => {
  test.each([['ahead', 600_000], ['behind', -600_000]])('is measured and told of once, until it has been right: %s', async (way, aheadMs) => {
    const clock = `worker ${way}`;
    const measured = await measureClock(migrated.database, clock, () => Date.now() + aheadMs);
    expect(Math.abs(measured - aheadMs)).toBeLessThan(5_000);
    expect(await clockDifferences(migrated.database)).toEqual(expect.arrayContaining([expect.objectContaining({ clock, aheadMs: measured })]));
    expect((await look()).notificationIds).toHaveLength(1);
    expect((await recentNotifications(migrated.database, 1))[0]?.title).toBe(`The clock of the ${clock} is 600 s ${way === 'ahead' ? 'ahead of' : 'behind'} the database's`);
    expect((await look()).notificationIds).toEqual([]);
    await measureClock(migrated.database, clock);
    expect((await look()).notificationIds).toEqual([]);
  });

  test('a system is judged by the time on its answers', async () => {
    const seen: [string, number][] = [];
    const registry = createConnectorRegistry({ networkAllow: ['loopback'],
      resolve: (value) => value, secrets: createSecretRegister(), log: sync.dependencies.logger, budgetFor: ({ limits }) => createLocalBudget(limits), onClock: (...told) => { seen.push(told); },
    });
    const connector = registry.connectorFor(sync.source.definition());
    await connector.get('record', 'c1', new AbortController().signal);
    await registry.close();
    const [[system, shownMs] = ['', 0]] = seen;
    expect(system).toBe(sync.source.name);
    expect(Math.abs(shownMs - Date.now())).toBeLessThan(60_000);
    await recordClock(migrated.database, `system ${system}`, shownMs + 600_000);
    expect((await clockDifferences(migrated.database))[0]).toMatchObject({ clock: `system ${system}`, aheadMs: expect.closeTo(600_000, -5) });
  });
});
