import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { applySchedules, planSchedules } from '../../../src/schedules/apply-schedules.js';
import { matchingTimes } from '../../../src/schedules/backfill-schedule.js';
import { createTestNamespace } from '../../support/servers.js';
import { syncUnderTest } from '../../unit/schedules/sync-under-test.js';

// Rows 41 and 42 of the fault matrix, on a real Temporal server. See docs/faults.md.
let client: Client;
beforeAll(async () => {
  const { temporalAddress } = inject('crosswalkServers');
  client = new Client({ connection: await Connection.connect({ address: temporalAddress }), namespace: await createTestNamespace(temporalAddress) });
});
afterAll(() => client.connection.close());

describe('row 41: a time of day on the nights when the clocks change', () => {
  const nights = [
    { at: '02:30', from: '2027-03-26T12:00:00Z' }, { at: '02:30', from: '2026-10-23T12:00:00Z' },
    { at: '01:30', from: '2027-03-26T12:00:00Z' }, { at: '03:00', from: '2027-03-26T12:00:00Z' },
  ];
  for (const { at, from } of nights) {
    test(`${at} Europe/Berlin from ${from}`, async () => {
      const [hour = 0, minute = 0] = at.split(':').map(Number);
      const name = `n${at.replace(':', '')}${from.slice(0, 4)}`;
      const sync = syncUnderTest({ sync: name, when: { realtime: false, fullRead: { hour, minute, timeZone: 'Europe/Berlin' } }, reconcile: { at: null, alertAbove: 0.005 } });
      await applySchedules(client.schedule, await planSchedules(client.schedule, [sync]));
      const start = new Date(from);
      const times = await matchingTimes(client.schedule, `crosswalk/${name}/full-read`, { from: start, to: new Date(start.getTime() + 4 * 86_400_000) });
      console.log(at, from, times.map((time) => time.toISOString()));
      expect(times.length).toBe(4);
    });
  }
});
