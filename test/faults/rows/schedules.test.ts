import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { applySchedules, planSchedules } from '../../../src/schedules/apply-schedules.js';
import { matchingTimes } from '../../../src/schedules/backfill-schedule.js';
import { triggerSchedule } from '../../../src/schedules/control-schedule.js';
import { describeSchedules } from '../../../src/schedules/existing-schedules.js';
import { createTestNamespace } from '../../support/servers.js';
import { syncUnderTest } from '../../unit/schedules/sync-under-test.js';

// Rows 41 and 42 of the fault matrix, on a real Temporal server. See docs/faults.md.
let client: Client;
beforeAll(async () => {
  const { temporalAddress } = inject('crosswalkServers');
  client = new Client({ connection: await Connection.connect({ address: temporalAddress }), namespace: await createTestNamespace(temporalAddress) });
});
afterAll(() => client.connection.close());

const off = { at: null, alertAbove: 0.005 };
/** Jitter is added to each time, at most 30 s. */
const minutesOf = (times: readonly Date[]): string[] => times.map((time) => time.toISOString().slice(0, 16));

describe('row 41: a time of day on the nights when the clocks change', () => {
  test.each([
    // The clocks go from 02:00 to 03:00, so 02:30 is missing: 03:30 instead, once.
    ['02:30', '2027-03-26T12:00Z', ['2027-03-27T01:30', '2027-03-28T01:30', '2027-03-29T00:30', '2027-03-30T00:30']],
    // The clocks go from 03:00 to 02:00, so 02:30 comes twice: 03:30 instead, once.
    ['02:30', '2026-10-23T12:00Z', ['2026-10-24T00:30', '2026-10-25T02:30', '2026-10-26T01:30', '2026-10-27T01:30']],
    ['01:30', '2027-03-26T12:00Z', ['2027-03-27T00:30', '2027-03-28T00:30', '2027-03-28T23:30', '2027-03-29T23:30']],
    // Within the hour before the doubled one, where the server by itself would add a time an hour later.
    ['01:30', '2026-10-23T12:00Z', ['2026-10-23T23:30', '2026-10-24T23:30', '2026-10-26T00:30', '2026-10-27T00:30']],
    ['02:00', '2026-10-23T12:00Z', ['2026-10-24T00:00', '2026-10-25T02:00', '2026-10-26T01:00', '2026-10-27T01:00']],
    ['03:00', '2026-10-23T12:00Z', ['2026-10-24T01:00', '2026-10-25T02:00', '2026-10-26T02:00', '2026-10-27T02:00']],
    ['03:00', '2027-03-26T12:00Z', ['2027-03-27T02:00', '2027-03-28T01:00', '2027-03-29T01:00', '2027-03-30T01:00']],
  ])('%s Europe/Berlin in the four nights from %s', async (at, from, expected) => {
    const [hour = 0, minute = 0] = at.split(':').map(Number);
    const sync = syncUnderTest({ sync: `nights-${hour}-${minute}-${from.slice(0, 4)}`, when: { realtime: false, fullRead: { hour, minute, timeZone: 'Europe/Berlin' } }, reconcile: off });
    await applySchedules(client.schedule, await planSchedules(client.schedule, [sync]));
    const start = new Date(from);
    const times = await matchingTimes(client.schedule, `crosswalk/${sync.sync}/full-read`, { from: start, to: new Date(start.getTime() + 4 * 86_400_000) });
    expect(minutesOf(times)).toEqual(expected);
    // The nights with a time of their own are part of what is compared.
    expect((await planSchedules(client.schedule, [sync])).find(({ id }) => id.includes(sync.sync))?.change).toBe('unchanged');
  });

  test.each([
    ['America/New_York', '00:30'], ['America/New_York', '01:30'], ['America/New_York', '02:30'], ['Europe/London', '00:30'], ['Europe/London', '01:30'],
    ['Australia/Lord_Howe', '01:45'], ['Australia/Lord_Howe', '02:15'], ['Africa/Cairo', '00:15'], ['Africa/Cairo', '23:15'], ['America/Santiago', '00:30'], ['Europe/Berlin', '01:30'], ['UTC', '02:30'],
  ])('%s %s comes once on each day of a year', async (timeZone, at) => {
    const [hour = 0, minute = 0] = at.split(':').map(Number);
    const sync = syncUnderTest({ sync: 'year', when: { realtime: false, fullRead: { hour, minute, timeZone } }, reconcile: off });
    await applySchedules(client.schedule, await planSchedules(client.schedule, [sync]));
    const times = await matchingTimes(client.schedule, 'crosswalk/year/full-read', { from: new Date('2027-01-01T12:00Z'), to: new Date('2028-01-01T12:00Z') });
    const hoursBetween = times.slice(1).map((time, index) => (time.getTime() - (times[index]?.getTime() ?? 0)) / 3_600_000);
    expect(times).toHaveLength(365);
    // A day that the clocks make longer or shorter, and a night on which it comes an hour later, jitter included.
    expect([Math.min(...hoursBetween) > 21.9, Math.max(...hoursBetween) < 26.1]).toEqual([true, true]);
  });

  test('a time that was missed is made up for within the catch-up window only, which is far shorter than the default of a year', async () => {
    const sync = syncUnderTest({ sync: 'bounded', when: { realtime: false, fullRead: { hour: 2, minute: 30, timeZone: 'Europe/Berlin' } }, reconcile: off });
    await applySchedules(client.schedule, await planSchedules(client.schedule, [sync]));
    const [described] = await describeSchedules(client.schedule, ['crosswalk/bounded/full-read']);
    expect(described?.shape?.catchUpMs).toBe(6 * 3_600_000);
  });
});

describe('row 42: a run that takes longer than its interval', () => {
  test('is not overtaken: times that pass meanwhile are let go, and so is a trigger', async () => {
    // No worker polls here, so the first run goes on for as long as the test.
    const sync = syncUnderTest({ sync: 'slow', when: { realtime: false, everyMs: 1_000 }, reconcile: off });
    await applySchedules(client.schedule, await planSchedules(client.schedule, [sync]));
    const id = 'crosswalk/slow/every';
    await expect.poll(async () => (await describeSchedules(client.schedule, [id]))[0]?.overlapped, { timeout: 20_000 }).toBeGreaterThan(1);
    const [described] = await describeSchedules(client.schedule, [id]);
    expect(described).toMatchObject({ starts: { length: 1 }, underWay: { length: 1 } });
    expect(await triggerSchedule(client.schedule, id)).toMatchObject({ started: false, workflowId: described?.underWay[0] });
    await client.schedule.getHandle(id).delete();
    await client.workflow.getHandle(described?.underWay[0] ?? '').terminate();
  });
});
