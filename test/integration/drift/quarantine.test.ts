import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { WatchDriftResult } from '../../../src/contracts/drift.js';
import { driftWorkflowId, scheduleId } from '../../../src/contracts/ids.js';
import { taskQueue, workflowTypes } from '../../../src/contracts/names.js';
import { planSchedules } from '../../../src/schedules/apply-schedules.js';
import { activeDefinitions } from '../../../src/store/definitions.js';
import { recordDeprecation } from '../../../src/store/deprecations.js';
import { heldCounts } from '../../../src/store/drift-held.js';
import { quarantinedFields } from '../../../src/store/drift.js';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const SYNC = 'contacts-to-mailing';
const COUNT = 60;
const contact = { system: 'crm', object: 'contact' } as const;

let instance: Instance;
let token: string;

beforeAll(async () => {
  instance = await startInstance({
    servers: inject('crosswalkServers'), definitions: 'examples/sandbox',
    // Each step is looked at by itself, and a mended field is many changes at once.
    adjust: { sync: (sync) => ({ ...sync, limits: { deletes: 1, changes: 1, blanks: 1 } }) },
  });
  await instance.admin('PUT', '/crm/limits', { requestsPerSecond: null, concurrency: null });
  const answer = await fetch(`${instance.sandbox.url}/crm/oauth/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'sandbox-crm', client_secret: 'sandbox-only-crm' }) });
  ({ access_token: token } = await answer.json() as { access_token: string });
  for (let index = 0; index < COUNT; index += 1) await crm('POST', '/contacts', { ...person(index), phone: `+49302300${1000 + index}` });
});
afterAll(() => instance?.stop());

const person = (index: number): JsonObject => ({ email: `p${index}@example.com`, first_name: `Ada${index}`, last_name: 'Lovelace', country: 'DE', lifecycle: 'lead' });

async function crm(method: string, place: string, body: JsonObject): Promise<JsonObject> {
  const answer = await fetch(`${instance.sandbox.url}/crm${place}`, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${place}: ${answer.status} ${await answer.text()}`);
  return (await answer.json() as { data: JsonObject }).data;
}

async function changeAll(change: (index: number) => JsonObject): Promise<void> {
  for (const { id, email } of await instance.sandbox.records('crm', 'contacts')) await crm('PATCH', `/contacts/${String(id)}`, change(Number(/^p(\d+)@/.exec(String(email))?.[1])));
}

async function members(): Promise<ReadonlyMap<string, JsonObject>> {
  return new Map((await instance.sandbox.records('mailing', 'members')).map((member) => [String(member['email_address']), member]));
}

async function watch(): Promise<WatchDriftResult> {
  return await instance.temporal.workflow.execute(workflowTypes.watchDrift, { workflowId: driftWorkflowId('crm'), taskQueue, args: [{ system: 'crm' }] }) as WatchDriftResult;
}

function crosswalk(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], { env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(instance.logs, 'no-instance'), ...instance.env } },
      (error, out, err) => { resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: out + err }); });
  });
}

// One story, told in order: each test goes on from where the one before has left the two systems.
test('the first look is the baseline, and finds nothing', async () => {
  await instance.sync(SYNC);
  expect((await members()).size).toBe(COUNT);
  const result = await watch();
  expect(result.objects.find(({ object }) => object === 'contact')).toMatchObject({ records: COUNT, drifts: 0, quarantined: 0 });
  expect(await crosswalk('drift')).toMatchObject({ code: 0, out: expect.stringContaining('No field is in quarantine') });
});

test('a field that is gone from every record is put into quarantine, people are told once, and the history holds no record', async () => {
  await changeAll(() => ({ phone: null }));
  const result = await watch();
  expect(result.objects.find(({ object }) => object === 'contact')).toMatchObject({ quarantined: 1 });
  expect(await quarantinedFields(instance.database, contact)).toEqual(['/phone']);
  const again = await watch();
  expect(again.objects.find(({ object }) => object === 'contact')).toMatchObject({ quarantined: 0, notificationIds: [] });
  const { rows } = await instance.database.pool.query<{ title: string; body: string }>(`select title, body from notifications where group_key = 'drift/crm.contact'`);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows[0]?.title).toBe('crm.contact: the field /phone is in quarantine');
  const history = JSON.stringify(await instance.temporal.workflow.getHandle(driftWorkflowId('crm')).fetchHistory());
  expect(history).not.toMatch(/example\.com|Lovelace/);
});

test('runs go on without the field: the target keeps its values, everything else is written, and who came by is remembered', async () => {
  const before = await members();
  const ada = (await instance.sandbox.records('crm', 'contacts')).find(({ email }) => email === 'p7@example.com');
  await crm('PATCH', `/contacts/${String(ada?.['id'])}`, { lifecycle: 'won' });
  await crm('POST', '/contacts', person(COUNT));
  expect(await instance.sync(SYNC)).toMatchObject({ state: 'succeeded', counts: { updated: 1, created: 1 } });
  const after = await members();
  for (const [email, member] of before) expect([email, after.get(email)?.['phone']]).toEqual([email, member['phone']]);
  expect(after.get('p7@example.com')).toMatchObject({ lifecycle: 'Customer', phone: '+493023001007' });
  expect(await heldCounts(instance.database)).toContainEqual({ sync: SYNC, field: 'phone', records: COUNT + 1 });
  expect((await instance.sync(SYNC, { mode: 'full' })).counts).toMatchObject({ updated: 0, created: 0 });
  const shown = await crosswalk('drift');
  expect(shown.out).toContain('contacts-to-mailing does not write phone; 61 records came by meanwhile');
  expect(shown.out).toContain('contacts-to-desk does not write phone');
});

test('once the field is mended and released, a complete run writes what was held, although nothing changes at the source any more', async () => {
  await changeAll((index) => ({ phone: `+49302300${2000 + index}` }));
  // These runs read the mended values, and do not write them yet.
  await instance.sync(SYNC);
  await instance.sync(SYNC, { mode: 'full' });
  expect((await members()).get('p3@example.com')?.['phone']).toBe('+493023001003');

  expect(await crosswalk('drift', 'release', 'crm.contact', 'phone', '--by', 'ada', '--no-run')).toMatchObject({ code: 0, out: expect.stringContaining('is released') });
  expect(await crosswalk('drift', 'release', 'crm.contact', 'phone')).toMatchObject({ code: 2, out: expect.stringContaining('is not in quarantine') });
  expect((await instance.sync(SYNC, { mode: 'full' })).counts).toMatchObject({ updated: COUNT + 1 });
  const after = await members();
  for (let index = 0; index <= COUNT; index += 1) expect(after.get(`p${index}@example.com`)?.['phone']).toBe(`+49302300${2000 + index}`);
  expect(await heldCounts(instance.database)).toEqual([]);
  expect((await instance.sync(SYNC, { mode: 'full' })).counts).toMatchObject({ updated: 0, unchanged: COUNT + 1 });
});

test('a field that new records are matched by parks them, and what is accepted is the baseline from then on', async () => {
  await changeAll((index) => ({ email: `not an address ${index}` }));
  expect((await watch()).objects.find(({ object }) => object === 'contact')).toMatchObject({ quarantined: 1 });
  await crm('POST', '/contacts', { ...person(COUNT + 1), email: 'new@example.com' });
  expect((await instance.sync(SYNC)).counts).toMatchObject({ parked: 1, created: 0, updated: 0 });
  expect((await members()).has('p3@example.com')).toBe(true);
  expect(await crosswalk('dead-letters', '--sync', SYNC)).toMatchObject({ out: expect.stringContaining('field-quarantined') });

  expect(await crosswalk('drift', 'accept', 'crm.contact', 'email', '--no-run')).toMatchObject({ code: 0 });
  expect((await watch()).objects.find(({ object }) => object === 'contact')).toMatchObject({ quarantined: 0 });
  const counts = (await instance.sync(SYNC, { mode: 'full' })).counts;
  // The addresses are none, so they are parked as ever; the one that is right is made.
  expect(counts).toMatchObject({ created: 1, updated: 0 });
});

test('a sync whose scope is told by the field waits as a whole, and says why', async () => {
  await instance.apply({ sync: (sync) => (sync.sync === SYNC ? { ...sync, scope: { kind: 'compare', field: 'country', operator: '=', value: 'DE' } } : sync) });
  await instance.database.pool.query(`insert into drift_quarantines (id, system, object, field, kind, summary) values (gen_random_uuid(), 'crm', 'contact', '/country', 'vanished', 'gone')`);
  await expect(instance.sync(SYNC)).rejects.toMatchObject({ cause: { cause: { message: expect.stringContaining('is told by country. See "crosswalk drift"') } } });
  expect((await crosswalk('drift')).out).toContain(`${SYNC} waits as a whole`);
});

test('what a system announces to end is told once, again when its date changes, and listed', async () => {
  const told = async (): Promise<number> => (await instance.database.pool.query(`select 1 from notifications where group_key = 'deprecation/crm'`)).rowCount ?? 0;
  const notice = { system: 'crm', request: 'GET /contacts', deprecation: null, sunset: '2028-12-31T23:59:59.000Z', link: 'https://crm.example.com/sunset' };
  for (const sunset of [notice.sunset, notice.sunset, '2027-06-30T00:00:00.000Z']) {
    await recordDeprecation(instance.database, { ...notice, sunset });
    await watch();
    await watch();
  }
  expect(await told()).toBe(2);
  expect((await crosswalk('drift')).out).toMatch(/Announced to end[^]*crm\s+GET \/contacts\s+2027-06-30/);
});

test('apply asks for a daily look at every system that a sync reads, and owns it', async () => {
  const syncs = (await activeDefinitions(instance.database, 'sync')).map(({ body }) => body);
  const changes = await planSchedules(instance.temporal.schedule, syncs, { watchesDrift: true });
  expect(changes.find(({ id }) => id === scheduleId('crm', 'drift'))).toMatchObject({ change: 'create', desired: { shape: { workflowType: 'watchDrift', times: { kind: 'daily' }, args: [{ system: 'crm' }] } } });
  expect(changes.map(({ id }) => id)).not.toContain(scheduleId('mailing', 'drift'));
});
