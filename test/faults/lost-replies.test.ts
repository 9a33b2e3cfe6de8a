import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { SystemDefinition } from '../../src/contracts/system-definition.js';
import { startInstance, type Instance } from '../support/instance.js';
import { judgeTarget } from './judge-target.js';

let instance: Instance;
beforeAll(async () => {
  instance = await startInstance({ definitions: 'examples/sandbox', adjust: { system: impatient } });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 400, seed: 3, messy: 0 });
});
afterEach(() => instance.admin('DELETE', '/faults'));
afterAll(() => instance.stop());

function impatient(definition: SystemDefinition): SystemDefinition {
  return { ...definition, limits: { ...definition.limits, settleMs: 300, timeoutMs: 3_000 }, retry: { scheduleMs: [100, 200, 300] } };
}

test.each([
  ['row 26: the connection is reset after the target executed the batch', { kind: 'reset-after' }],
  ['row 25: the answer is cut off after 40 bytes', { kind: 'cut', bytes: 40 }],
  ['row 18: the target executes the batch and answers 500', { kind: 'status', status: 500, execute: true }],
])('%s: the records are looked up and not made again', async (_name, fault) => {
  const before = await instance.sandbox.lastOp('mailing');
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 300, seed: 100 + before, messy: 0 });
  await instance.admin('POST', '/faults', { system: 'mailing', method: 'POST', path: '/mailing/members/batch', times: 2, ...fault });
  const result = await instance.sync('contacts-to-mailing', { mode: 'full' });
  const verdict = await judgeTarget(instance);
  const probed = await instance.database.kysely.selectFrom('writes').select(({ fn }) => fn.countAll<number>().as('count'))
    .where('run_id', '=', result.runId).where('message', 'like', 'Found at the target%').executeTakeFirstOrThrow();
  console.log(`${fault.kind}: ${result.counts.created} created, ${probed.count} of them found after their answer was lost; lost ${verdict.lost.length}, duplicates ${verdict.duplicates.length}`);
  expect(result.state).toBe('succeeded');
  expect(verdict).toMatchObject({ lost: [], duplicates: [], wrong: [], onlyInLedger: [], onlyAtTarget: [], open: 0 });
  expect(probed.count).toBeGreaterThan(0);
  expect(result.counts.recovered).toBe(probed.count);
});

test('when the target resets the connection before it executes anything, the records are found missing and sent again', async () => {
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 200, seed: 77, messy: 0 });
  await instance.admin('POST', '/faults', { system: 'mailing', method: 'POST', path: '/mailing/members/batch', times: 1, kind: 'reset-before' });
  const result = await instance.sync('contacts-to-mailing', { mode: 'full' });
  const verdict = await judgeTarget(instance);
  expect(result.state).toBe('succeeded');
  expect(verdict).toMatchObject({ lost: [], duplicates: [], wrong: [], onlyInLedger: [], onlyAtTarget: [], open: 0 });
});

test('a lost answer to an update ends with the right value and an acknowledged write', async () => {
  const [contact] = (await instance.sandbox.records('crm', 'contacts')).filter(({ status }) => status === 'active');
  await instance.admin('POST', '/crm/contacts/touch', { ids: [contact?.['id']], fields: { city: 'Lost and Found' } });
  await instance.admin('POST', '/faults', { system: 'mailing', method: 'PATCH', times: 1, kind: 'reset-after' });
  await instance.sync('contacts-to-mailing');
  const verdict = await judgeTarget(instance);
  expect(verdict).toMatchObject({ wrong: [], duplicates: [], open: 0 });
});
