import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { CrosswalkApiError } from '../../../src/client/api-request.js';
import { CrosswalkClient } from '../../../src/client/crosswalk-client.js';
import { SchedulesClient } from '../../../src/client/schedules-client.js';
import { createApi } from '../../../src/ingress/server.js';
import { applySchedules, planSchedules } from '../../../src/schedules/apply-schedules.js';
import { noteOfPaused } from '../../../src/schedules/desired-schedule.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { createTestNamespace } from '../../support/servers.js';
import { syncUnderTest } from '../../unit/schedules/sync-under-test.js';

let client: Client;
let migrated: MigratedDatabase;
let api: FastifyInstance;
let schedules: SchedulesClient;

const contacts = syncUnderTest({ sync: 'contacts', when: { realtime: false, everyMs: 3_600_000, fullRead: { hour: 4, minute: 0, timeZone: 'Europe/Berlin' } }, reconcile: { at: null, alertAbove: 0.005 } });
const held = syncUnderTest({ sync: 'held', when: { realtime: false, everyMs: 3_600_000 }, reconcile: { at: null, alertAbove: 0.005 }, rollout: { mode: 'paused' } });

beforeAll(async () => {
  const { temporalAddress } = inject('crosswalkServers');
  client = new Client({ connection: await Connection.connect({ address: temporalAddress }), namespace: await createTestNamespace(temporalAddress) });
  migrated = await openMigratedDatabase();
  api = createApi({ database: migrated.database, client: CrosswalkClient.using(client), hosts: ['127.0.0.1'] });
  schedules = new SchedulesClient({ url: await api.listen({ host: '127.0.0.1', port: 0 }) });
  await applySchedules(client.schedule, await planSchedules(client.schedule, [contacts, held]));
  for (const scheduleId of ['nightly-report', 'crosswalk/theirs/every']) {
    await client.schedule.create({ scheduleId, spec: { intervals: [{ every: '1 day' }] }, action: { type: 'startWorkflow', workflowType: 'other', taskQueue: 'other', args: [] }, state: { paused: true } });
  }
});
afterAll(async () => {
  await api?.close();
  await migrated?.drop();
  await client.connection.close();
});

async function refusal(task: Promise<unknown>): Promise<readonly [number, string]> {
  const error: unknown = await task.then(() => undefined, (caught: unknown) => caught);
  if (!(error instanceof CrosswalkApiError)) throw new Error(`it was not refused: ${String(error)}`);
  return [error.status, error.message];
}

const day = (days: number): string => new Date(Date.UTC(2026, 9, 1) + days * 86_400_000).toISOString();

test('lists what apply made, in words, with the next three times, and nothing of others', async () => {
  await expect.poll(async () => (await schedules.schedules()).length, { timeout: 20_000 }).toBe(3);
  const [every, fullRead, paused] = await schedules.schedules();
  expect(every).toMatchObject({ name: 'contacts/every', of: 'contacts', work: 'changes', times: 'every 1h', timeZone: null, next: { length: 3 }, last: [], pause: null });
  expect(fullRead).toMatchObject({ name: 'contacts/full-read', work: 'complete read', times: 'daily at 04:00 Europe/Berlin', timeZone: 'Europe/Berlin' });
  expect(paused).toMatchObject({ name: 'held/every', next: [], pause: { byDefinition: true } });
});

test('a pause by a person says whose it is and why, outlives an apply, and ends with a resume', async () => {
  expect(await schedules.pause('contacts/every', 'ada', 'the target: migrated')).toMatchObject({ pause: { byDefinition: false, by: 'ada', reason: 'the target: migrated' }, next: [] });
  const changes = await planSchedules(client.schedule, [contacts, held]);
  await applySchedules(client.schedule, changes);
  expect(changes.find(({ id }) => id === 'crosswalk/contacts/every')).toMatchObject({ change: 'unchanged', pausedByHand: 'Paused by ada: the target: migrated' });
  expect((await client.schedule.getHandle('crosswalk/contacts/every').describe()).state.paused).toBe(true);
  expect(await schedules.resume('crosswalk/contacts/every', 'bea', 'done')).toMatchObject({ pause: null, note: expect.stringContaining('Resumed by bea: done'), next: { length: 3 } });
  expect(await refusal(schedules.resume('contacts/every', 'bea'))).toEqual([409, 'crosswalk/contacts/every is not paused.']);
  expect(await refusal(schedules.resume('held', 'bea'))).toEqual([409, expect.stringContaining('paused by its definition')]);
  expect((await client.schedule.getHandle('crosswalk/held/every').describe()).state.note).toBe(noteOfPaused);
});

test('a trigger starts one run, and none while that is under way', async () => {
  const first = await schedules.trigger('contacts/full-read');
  expect(first).toEqual({ id: 'crosswalk/contacts/full-read', started: true, workflowId: expect.stringMatching(/^scheduled\/contacts\/full-read-/) });
  expect(await schedules.trigger('contacts/full-read')).toEqual({ ...first, started: false });
  const run = client.workflow.getHandle(first.workflowId ?? '');
  expect((await run.describe()).type).toBe('scheduledSync');
  await run.terminate('the test is done');
  const listed = (await schedules.schedules()).find(({ name }) => name === 'contacts/full-read');
  expect(listed?.last).toEqual([expect.objectContaining({ outcome: 'terminated', workflowId: first.workflowId })]);
});

test('a backfill starts as many runs as it says, one after another, and many only when asked to', async () => {
  const range = { from: day(0), to: day(3) };
  expect(await schedules.backfill('contacts/full-read', range)).toMatchObject({ runs: 3, first: expect.stringContaining('2026-10-01T02:00'), last: expect.stringContaining('2026-10-03T02:00') });
  const ran = new Set<string>();
  await expect.poll(async () => {
    const { underWay } = { underWay: (await client.schedule.getHandle('crosswalk/contacts/full-read').describe()).info.runningActions };
    for (const { workflow } of underWay) {
      ran.add(workflow.workflowId);
      await client.workflow.getHandle(workflow.workflowId).terminate('next').catch(() => undefined);
    }
    return [ran.size, underWay.length <= 1];
  }, { timeout: 30_000 }).toEqual([3, true]);
  expect(await refusal(schedules.backfill('contacts/full-read', { from: day(0), to: day(10) }))).toEqual([409, 'It would start 10 runs, one after another. Give "most" as 10 to have that.']);
});

test.each([
  ['an empty range', 'contacts/every', { from: day(2), to: day(1) }, 400, 'The range is empty'],
  ['a range to come', 'contacts/every', { from: day(0), to: '2999-01-01T00:00:00Z' }, 400, 'ends in the future'],
  ['a range without a time', 'contacts/full-read', { from: '2026-10-01T05:00:00Z', to: '2026-10-01T06:00:00Z' }, 400, 'has no time between'],
  ['more than Temporal keeps waiting', 'contacts/every', { from: day(-200), to: day(0), most: 999 }, 400, 'more than 999 times'],
  ['a definition with several schedules', 'contacts', { from: day(0), to: day(1) }, 400, 'Say which: contacts/every, contacts/full-read'],
  ['a schedule of others', 'crosswalk/theirs/every', { from: day(0), to: day(1) }, 404, 'was not made by Crosswalk'],
  ['a schedule that is not there', 'contacts/weekly', { from: day(0), to: day(1) }, 404, 'There is no schedule'],
  ['a time without a zone', 'contacts/every', { from: '2026-10-01T00:00:00', to: day(1) }, 400, 'from'],
] as const)('refuses %s', async (_what, name, range, status, words) => {
  expect(await refusal(schedules.backfill(name, range))).toEqual([status, expect.stringContaining(words)]);
});
