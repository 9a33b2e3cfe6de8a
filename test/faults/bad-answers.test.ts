import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SystemDefinition } from '../../src/contracts/system-definition.js';
import { startInstance, type Instance } from '../support/instance.js';
import { judgeTarget } from './judge-target.js';

let instance: Instance;
let seed = 1000;
beforeAll(async () => { instance = await startInstance({ definitions: 'examples/sandbox', adjust: { system: impatient } }); });
beforeEach(async () => {
  seed += 1;
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 200, seed, messy: 0 });
});
afterEach(() => instance.admin('DELETE', '/faults'));
afterAll(() => instance.stop());

function impatient(definition: SystemDefinition): SystemDefinition {
  return { ...definition, limits: { ...definition.limits, settleMs: 300, timeoutMs: 3_000 }, retry: { scheduleMs: [100, 200, 300] } };
}

const clean = { lost: [], duplicates: [], wrong: [], onlyInLedger: [], onlyAtTarget: [], open: 0 };

test('row 19: one bad record in a batch parks with the message of the target; the other 99 are written', async () => {
  await instance.admin('POST', '/faults', { system: 'mailing', method: 'POST', path: '/mailing/members/batch', times: 1, kind: 'partial', item: 7, status: 422, error: 'the postal code is not known' });
  const before = await instance.sandbox.lastOp('mailing');
  const result = await instance.sync('contacts-to-mailing', { mode: 'full' });
  const letters = await instance.database.kysely.selectFrom('dead_letters').selectAll().where('state', '=', 'open').execute();
  const written = (await instance.sandbox.ops('mailing', { after: before, by: 'api' })).filter(({ op }) => op === 'create').length;
  console.log(`one bad of a batch: ${written} written, ${letters.length} parked: ${letters[0]?.message}`);
  expect(result.counts).toMatchObject({ parked: 1, created: written });
  expect(letters).toHaveLength(1);
  expect(letters[0]).toMatchObject({ stage: 'write', code: 'refused' });
  expect(letters[0]?.payload).toBeTruthy();

  // Mended at the source, or simply accepted the next time: the letter closes by itself.
  const next = await instance.sync('contacts-to-mailing', { mode: 'full' });
  expect(next.counts).toMatchObject({ created: 1, parked: 0 });
  expect(await judgeTarget(instance)).toMatchObject(clean);
  expect(await instance.database.kysely.selectFrom('dead_letters').select('id').where('state', '=', 'open').execute()).toEqual([]);
});

test('row 28: an HTML page with status 200 is no success: nothing is counted as written that was not', async () => {
  await instance.admin('POST', '/faults', { system: 'mailing', method: 'POST', path: '/mailing/members/batch', times: 2, kind: 'html' });
  const result = await instance.sync('contacts-to-mailing', { mode: 'full' });
  const verdict = await judgeTarget(instance);
  console.log(`HTML with status 200: ${verdict.wanted} wanted, lost ${verdict.lost.length}, duplicates ${verdict.duplicates.length}, ledger ${verdict.ledger} = target ${verdict.executed}`);
  expect(result.state).toBe('succeeded');
  expect(verdict).toMatchObject(clean);
});

test.each([
  ['row 18: 503 three times', { kind: 'status', status: 503, times: 3 }],
  ['row 28: an HTML page', { kind: 'html', times: 2 }],
  ['row 28: an empty body', { kind: 'empty', times: 1 }],
  ['row 28: broken JSON', { kind: 'invalid-json', times: 1 }],
  ['row 16: 429 with Retry-After', { kind: 'status', status: 429, retryAfter: '1', times: 3 }],
  ['row 26: a reset connection', { kind: 'reset-before', times: 1 }],
  ['row 24: no answer', { kind: 'hang', times: 1 }],
])('%s: reading the source goes on', async (_name, fault) => {
  await instance.admin('POST', '/faults', { system: 'crm', method: 'GET', path: '/crm/contacts', ...fault });
  const result = await instance.sync('contacts-to-mailing', { mode: 'full' });
  expect(result.state).toBe('succeeded');
  expect(await judgeTarget(instance)).toMatchObject(clean);
});

test('row 18: a target that stays down fails the run with a clear reason, loses nothing, and the next run makes up for it', async () => {
  await instance.admin('POST', '/faults', { system: 'mailing', method: 'POST', times: -1, kind: 'status', status: 503 });
  const failure = await instance.sync('contacts-to-mailing', { mode: 'full' }).then(() => null, (error: unknown) => error);
  const run = await instance.database.kysely.selectFrom('runs').selectAll().orderBy('started_at', 'desc').limit(1).executeTakeFirstOrThrow();
  console.log(`target down: ${run.state}: ${run.message}`);
  expect(failure).not.toBeNull();
  expect(run).toMatchObject({ state: 'failed' });
  expect(run.message).toMatch(/mailing.*503.*Gave up after 4 attempts/s);
  await instance.admin('DELETE', '/faults');
  await instance.sync('contacts-to-mailing', { mode: 'full' });
  expect(await judgeTarget(instance)).toMatchObject(clean);
});

test('wrong credentials stop the run at once and say which system refused them', async () => {
  await instance.admin('POST', '/faults', { system: 'crm', times: -1, kind: 'status', status: 401 });
  await expect(instance.sync('contacts-to-mailing', { mode: 'full' })).rejects.toThrow();
  const run = await instance.database.kysely.selectFrom('runs').selectAll().orderBy('started_at', 'desc').limit(1).executeTakeFirstOrThrow();
  expect(run).toMatchObject({ state: 'failed' });
  expect(run.message).toMatch(/crm/);
  expect(run.message).not.toMatch(/sandbox-only/);
});
