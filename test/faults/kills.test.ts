import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SystemDefinition } from '../../src/contracts/system-definition.js';
import { startInstance, type OwningInstance } from '../support/instance.js';
import { judgeTarget } from './judge-target.js';
import { createRandom } from './random.js';

// All of it takes minutes, so only `npm run test:faults` does all; otherwise a part that takes about one.
const all = process.env['CROSSWALK_FAULTS'] === 'all';
const scale = all ? { records: 20_000, workerKills: 20, serverCrashes: 2 } : { records: 4_000, workerKills: 2, serverCrashes: 1 };
if (!all) console.log(`kills: ${scale.records} records and ${scale.workerKills} kills of 20,000 and 20; the rest is left to "npm run test:faults"`);

let instance: OwningInstance;
beforeAll(async () => {
  instance = await startInstance({ definitions: 'examples/sandbox', adjust: { system: slowly }, workerEnv: { CROSSWALK_WINDOW_PAGES: '10' } });
  for (const system of ['crm', 'mailing']) await instance.admin('PUT', `/${system}/limits`, { requestsPerSecond: null, concurrency: null, latencyMs: 100 });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: scale.records, seed: 11, messy: 0 });
});
afterAll(() => instance.stop());

// Small pages and batches: there is always something under way to be killed.
function slowly(definition: SystemDefinition): SystemDefinition {
  const { requestsPerSecond: _, ...limits } = definition.limits;
  const objects = Object.fromEntries(Object.entries(definition.objects).map(([name, object]) => {
    const { paginate } = object.list;
    const create = object.create?.batch === undefined ? object.create : { ...object.create, batch: { ...object.create.batch, max: 25 } };
    return [name, { ...object, ...(create === undefined ? {} : { create }), list: { ...object.list, paginate: paginate.type === 'none' ? paginate : { ...paginate, limit: 100 } } }];
  }));
  return { ...definition, limits: { ...limits, concurrency: 4, settleMs: 2_000 }, objects };
}

test('rows 1, 2, 7 and 9: killing the worker, Temporal and PostgreSQL at random moments loses nothing and writes nothing twice', async () => {
  const random = createRandom(20261123);
  await instance.client.startSync('contacts-to-mailing');
  const done = { worker: 0, temporal: 0, postgres: 0 };
  const crashAfter = Math.max(1, Math.floor(scale.workerKills / (scale.serverCrashes + 1)));
  for (let kill = 1; kill <= scale.workerKills; kill += 1) {
    await untilWriting();
    await sleep(random() * 700);
    await instance.worker.kill();
    done.worker += 1;
    await instance.worker.start();
    if (kill % crashAfter !== 0 || done.temporal >= scale.serverCrashes) continue;
    await untilWriting();
    await sleep(random() * 700);
    await instance.temporalServer.crash();
    await instance.temporalServer.start();
    done.temporal += 1;
    await untilWriting();
    await sleep(random() * 700);
    await instance.postgres.crash();
    await instance.postgres.start();
    done.postgres += 1;
  }
  const state = await untilEnded();
  const verdict = await judgeTarget(instance);
  console.log(`kills: worker ${done.worker}, Temporal ${done.temporal}, PostgreSQL ${done.postgres}; ${verdict.wanted} records: lost ${verdict.lost.length}, duplicates ${verdict.duplicates.length}, wrong values ${verdict.wrong.length}; ledger ${verdict.ledger}, target's log ${verdict.executed}, still open ${verdict.open}`);
  expect(state).toBe('completed');
  expect(done).toEqual({ worker: scale.workerKills, temporal: scale.serverCrashes, postgres: scale.serverCrashes });
  expect(verdict).toMatchObject({ lost: [], duplicates: [], wrong: [], onlyInLedger: [], onlyAtTarget: [], open: 0 });
});

async function creates(): Promise<number> {
  return (await instance.admin('GET', '/mailing/members/count') as { readonly count: number }).count;
}

/** Waits until the run writes again; throws when it does not for two minutes. */
async function untilWriting(): Promise<void> {
  const before = await creates();
  const deadline = Date.now() + 120_000;
  while ((await creates()) === before) {
    if (Date.now() > deadline) throw new Error(`The run has not written anything for two minutes: ${JSON.stringify(await instance.client.syncStatus('contacts-to-mailing'))}`);
    await sleep(50);
  }
}

async function untilEnded(): Promise<string> {
  for (;;) {
    // The connection may still have to recover from the last crash.
    const status = await instance.client.syncStatus('contacts-to-mailing').catch(() => null);
    if (status !== null && status.state !== 'running') return status.state;
    await sleep(200);
  }
}
