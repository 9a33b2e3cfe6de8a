import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import { applySchedules, planSchedules } from '../../../src/schedules/apply-schedules.js';
import type { ScheduleChange } from '../../../src/schedules/compare-schedules.js';
import { noteOfOwned, noteOfPaused } from '../../../src/schedules/desired-schedule.js';
import { describeSchedules } from '../../../src/schedules/existing-schedules.js';
import { createTestNamespace } from '../../support/servers.js';
import { syncUnderTest } from '../../unit/schedules/sync-under-test.js';

let client: Client;
beforeAll(async () => {
  const { temporalAddress } = inject('crosswalkServers');
  client = new Client({ connection: await Connection.connect({ address: temporalAddress }), namespace: await createTestNamespace(temporalAddress) });
});
afterAll(() => client.connection.close());

const contacts = syncUnderTest({ sync: 'contacts', when: { realtime: false, everyMs: 300_000, fullRead: { hour: 2, minute: 30, timeZone: 'Europe/Berlin' } }, reconcile: { at: null, alertAbove: 0.005 } });
const [every, fullRead] = ['crosswalk/contacts/every', 'crosswalk/contacts/full-read'] as const;

async function apply(syncs: readonly SyncDefinition[], retired: readonly string[] = []): Promise<Record<string, ScheduleChange['change']>> {
  const changes = await planSchedules(client.schedule, syncs, { retired });
  await applySchedules(client.schedule, changes);
  return Object.fromEntries(changes.map(({ id, change }) => [id, change]));
}

/** Waits until a schedule shows what a person has done to it: the server accepts that before it shows it. */
async function untilShown(id: string, paused: boolean, note: string): Promise<void> {
  await expect.poll(async () => (await client.schedule.getHandle(id).describe()).state, { timeout: 60_000 }).toMatchObject({ paused, note });
}

/** Another's schedule, which never starts anything. */
async function foreign(scheduleId: string): Promise<void> {
  await client.schedule.create({ scheduleId, spec: { intervals: [{ every: '1 day' }] }, action: { type: 'startWorkflow', workflowType: 'other', taskQueue: 'other', args: [] }, state: { paused: true } });
}

test('creates schedules as the definitions ask for, and finds nothing to do the second time', async () => {
  expect(await apply([contacts])).toEqual({ [every]: 'create', [fullRead]: 'create' });
  expect(await apply([contacts])).toEqual({ [every]: 'unchanged', [fullRead]: 'unchanged' });
  const { spec, action, policies, state } = await client.schedule.getHandle(fullRead).describe();
  expect(spec.timezone).toBe('Europe/Berlin');
  expect(spec.calendars?.[0]).toMatchObject({ hour: [{ start: 2 }], minute: [{ start: 30 }] });
  expect(action).toMatchObject({ workflowType: 'scheduledSync', workflowId: 'scheduled/contacts/full-read', taskQueue: 'crosswalk', args: [{ sync: 'contacts', mode: 'full' }] });
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 6 * 3_600_000 });
  expect(state).toMatchObject({ paused: false, note: noteOfOwned });
});

test('keeps a schedule for the daily reconciliation, and drops it where the definition says off', async () => {
  const id = 'crosswalk/contacts/reconcile';
  const reconciled = { ...contacts, reconcile: { at: { hour: 3, minute: 0, timeZone: 'UTC' }, alertAbove: 0.005 } };
  expect(await apply([reconciled])).toMatchObject({ [id]: 'create' });
  expect(await apply([reconciled])).toMatchObject({ [id]: 'unchanged' });
  expect((await client.schedule.getHandle(id).describe()).action).toMatchObject({ workflowType: 'scheduledReconcile', args: [{ sync: 'contacts' }] });
  expect(await apply([contacts])).toMatchObject({ [id]: 'delete' });
});

test('tells when a schedule runs next', async () => {
  const [described] = await describeSchedules(client.schedule, [every]);
  expect(described?.nextAt?.getTime()).toBeGreaterThan(Date.now() - 1000);
  expect(described?.owned).toBe(true);
});

test('changes what a definition changes, and undoes what others have changed', async () => {
  const faster = { ...contacts, when: { ...contacts.when, everyMs: 60_000 } };
  expect(await apply([faster])).toEqual({ [every]: 'update', [fullRead]: 'unchanged' });
  await client.schedule.getHandle(every).update((before) => ({ ...before, spec: { intervals: [{ every: '7 days' }] } }));
  await expect.poll(async () => (await client.schedule.getHandle(every).describe()).spec.intervals, { timeout: 60_000 }).toMatchObject([{ every: 7 * 86_400_000 }]);
  expect(await apply([faster])).toEqual({ [every]: 'update', [fullRead]: 'unchanged' });
  expect((await client.schedule.getHandle(every).describe()).spec.intervals).toMatchObject([{ every: 60_000 }]);
  expect(await apply([contacts])).toMatchObject({ [every]: 'update' });
});

test('names a schedule that does not show its change in time', async () => {
  const slower = { ...contacts, when: { ...contacts.when, everyMs: 600_000 } };
  const schedules = Object.create(client.schedule) as typeof client.schedule;
  // Takes a change as a server does that is at something else.
  schedules.getHandle = (id) => ({ ...client.schedule.getHandle(id), update: () => Promise.resolve() });
  expect(await applySchedules(schedules, await planSchedules(schedules, [slower]), 100)).toEqual([every]);
});

test('keeps a pause by a person and pauses for a definition', async () => {
  await client.schedule.getHandle(every).pause('Ann migrates the target');
  await untilShown(every, true, 'Ann migrates the target');
  expect(await apply([contacts])).toEqual({ [every]: 'unchanged', [fullRead]: 'unchanged' });
  expect((await planSchedules(client.schedule, [contacts]))[0]).toMatchObject({ pausedByHand: 'Ann migrates the target' });
  expect(await apply([{ ...contacts, rollout: { mode: 'paused' } }])).toEqual({ [every]: 'unchanged', [fullRead]: 'update' });
  expect((await client.schedule.getHandle(fullRead).describe()).state).toMatchObject({ paused: true, note: noteOfPaused });
  expect(await apply([contacts])).toEqual({ [every]: 'unchanged', [fullRead]: 'update' });
  expect((await client.schedule.getHandle(every).describe()).state).toMatchObject({ paused: true, note: 'Ann migrates the target' });
  await client.schedule.getHandle(every).unpause('done');
  await untilShown(every, false, 'done');
  expect(await apply([contacts])).toEqual({ [every]: 'unchanged', [fullRead]: 'unchanged' });
});

test('leaves the schedules of others alone, whatever they are called', async () => {
  await foreign('nightly-report');
  await foreign('crosswalk/theirs/every');
  await foreign('crosswalk/taken/every');
  const taken = syncUnderTest({ sync: 'taken', when: { realtime: false, everyMs: 60_000 } });
  expect(await apply([contacts, taken])).toMatchObject({ 'crosswalk/taken/every': 'taken', [every]: 'unchanged' });
  for (const id of ['nightly-report', 'crosswalk/theirs/every', 'crosswalk/taken/every']) {
    expect((await client.schedule.getHandle(id).describe()).action.workflowType).toBe('other');
  }
});

test('removes the schedules of a sync that is retired, also before the list of the server knows them', async () => {
  const brief = syncUnderTest({ sync: 'brief', when: { realtime: false, everyMs: 60_000 } });
  await apply([contacts, brief]);
  expect(await apply([contacts], ['brief'])).toMatchObject({ 'crosswalk/brief/every': 'delete' });
  await expect(client.schedule.getHandle('crosswalk/brief/every').describe()).rejects.toThrow(ScheduleNotFoundError);
  expect(await apply([contacts], ['brief'])).not.toHaveProperty(['crosswalk/brief/every']);
});
