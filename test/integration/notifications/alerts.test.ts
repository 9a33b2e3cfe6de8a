import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkAlerts } from '../../../activities/alerts/check-alerts.js';
import { definitionHash } from '../../../src/config/definition-hash.js';
import { defaultAlerts, type AlertThresholds } from '../../../src/contracts/alerts-definition.js';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import { acknowledgeAlert, openAlerts, recentAlerts } from '../../../src/store/alerts.js';
import { findTrouble } from '../../../src/store/alert-measures.js';
import { storeDefinitions, type NewDefinition } from '../../../src/store/definitions.js';
import { park } from '../../../src/store/dead-letters.js';
import { storeEvents } from '../../../src/store/inbox.js';
import { newId } from '../../../src/store/new-id.js';
import { recentNotifications } from '../../../src/store/notifications.js';
import { closeRun } from '../../../src/store/runs.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { letterFor, newScope, nextRun } from '../store/store-under-test.js';

let migrated: MigratedDatabase;
beforeAll(async () => { migrated = await openMigratedDatabase(); });
afterAll(() => migrated.drop());
beforeEach(async () => {
  await migrated.database.pool.query('truncate notifications, alerts, runs, dead_letters, approvals, inbox_events, inbox_work, budgets, circuits, api_usage, definitions cascade');
});

const query = (sql: string, values: readonly unknown[] = []) => migrated.database.pool.query(sql, [...values]);
const trouble = async (above: Partial<AlertThresholds> = {}) => (await findTrouble(migrated.database, { ...defaultAlerts, above: { ...defaultAlerts.above, ...above } })).map(({ kind }) => kind);
const check = () => checkAlerts({ database: migrated.database, networkAllow: ['loopback'] });

async function runs(ends: readonly ('succeeded' | 'failed')[], message: string | null = null): Promise<void> {
  let scope = await newScope(migrated.database);
  for (const [at, end] of ends.entries()) {
    if (at > 0) scope = await nextRun(migrated.database, scope);
    await closeRun(migrated.database, scope.runId, end, message);
  }
}

test('nothing is wrong with an empty deployment', async () => expect(await trouble()).toEqual([]));

test('error rate: above the share, and only where enough runs ended', async () => {
  await runs(['failed', 'succeeded', 'succeeded', 'succeeded', 'succeeded']);
  expect(await trouble({ errorRate: 0.19 })).toEqual(['error-rate']);
  expect(await trouble({ errorRate: 0.2 })).toEqual([]);
  expect(await trouble({ errorRate: 0.19, errorRateOf: 6 })).toEqual([]);
  await query(`update runs set finished_at = now() - interval '1 day'`);
  expect(await trouble({ errorRate: 0.19 })).toEqual([]);
});

test('authentication: while the newest run ended by refused credentials', async () => {
  await runs(['failed'], 'crm: GET /contacts was answered with 401; the credentials were refused');
  expect(await trouble()).toEqual(['authentication']);
  expect(await trouble({ authentication: false })).toEqual([]);
  await query(`truncate runs cascade`);
  await runs(['failed'], 'crm: GET /contacts was answered with 500');
  expect(await trouble()).toEqual([]);
});

test('rate limit: while a system asks to be left alone for longer than that', async () => {
  await query(`insert into budgets (system, tokens, refilled_at, closed_until) values ('crm', 0, now(), now() + interval '10 minutes')`);
  expect(await trouble({ rateLimitMs: 9 * 60_000 })).toEqual(['rate-limit']);
  expect(await trouble({ rateLimitMs: 11 * 60_000 })).toEqual([]);
});

test('lag: while what was announced waits for longer than that', async () => {
  await storeEvents(migrated.database, [{ system: 'crm', dedupeKey: 'e1', object: 'contact', recordId: 'c1', hasId: true, consumers: ['sync/a'] }]);
  expect(await trouble({ lagMs: 60_000 })).toEqual([]);
  await query(`update inbox_work set first_at = now() - interval '2 minutes'`);
  expect(await trouble({ lagMs: 60_000 })).toEqual(['lag']);
});

test('waiting approvals: while a question is open for longer than that', async () => {
  await query(`insert into approvals (id, title, shown, hash, policy, opened_at) values ($1, 't', '{}', 'h', '{}', now() - interval '2 hours')`, [newId()]);
  expect(await trouble({ waitingApprovalMs: 3_600_000 })).toEqual(['waiting-approvals']);
  expect(await trouble({ waitingApprovalMs: 3 * 3_600_000 })).toEqual([]);
  await query(`update approvals set state = 'approved'`);
  expect(await trouble({ waitingApprovalMs: 3_600_000 })).toEqual([]);
});

test('dead letters: above the number', async () => {
  await park(migrated.database, await newScope(migrated.database), ['c1', 'c2', 'c3'].map((id) => letterFor(id)));
  expect(await trouble({ deadLetters: 2 })).toEqual(['dead-letters']);
  expect(await trouble({ deadLetters: 3 })).toEqual([]);
});

test('missed schedules: when a sync is later than its interval and that; not one that its definition pauses', async () => {
  const sync = (mode: string) => {
    const body = { sync: 'late', when: { everyMs: 60_000, realtime: false }, rollout: { mode } } as unknown as SyncDefinition;
    return [{ kind: 'sync', name: 'late', hash: definitionHash(body), body, source: '' } satisfies NewDefinition];
  };
  await storeDefinitions(migrated.database, sync('live'));
  expect(await trouble({ missedScheduleMs: 60_000 })).toEqual([]);
  await query(`update definitions set applied_at = now() - interval '3 minutes'`);
  expect(await trouble({ missedScheduleMs: 60_000 })).toEqual(['missed-schedule']);
  expect(await trouble({ missedScheduleMs: 5 * 60_000 })).toEqual([]);
  await storeDefinitions(migrated.database, sync('paused'));
  await query(`update definitions set applied_at = now() - interval '3 minutes'`);
  expect(await trouble({ missedScheduleMs: 60_000 })).toEqual([]);
});

test('an alert is told once, again after its time, not while it is acknowledged, and its passing is told', async () => {
  await query(`insert into budgets (system, tokens, refilled_at, closed_until) values ('crm', 0, now(), now() + interval '10 hours')`);
  expect(await check()).toMatchObject({ notificationIds: [expect.any(String)], open: 1 });
  expect(await check()).toEqual({ notificationIds: [], open: 1 });
  const later = () => query(`update alerts set told_at = told_at - interval '5 hours'`);
  await later();
  expect((await check()).notificationIds).toHaveLength(1);
  expect((await recentNotifications(migrated.database, 1))[0]?.title).toMatch(/^still: crm:/);
  const [alert] = await openAlerts(migrated.database);
  await acknowledgeAlert(migrated.database, alert?.id ?? '', 'vera', 'the vendor is on it');
  await later();
  expect((await check()).notificationIds).toEqual([]);
  await query('truncate budgets');
  expect(await check()).toMatchObject({ notificationIds: [expect.any(String)], open: 0 });
  expect((await recentNotifications(migrated.database, 1))[0]).toMatchObject({ clears: true, groupKey: 'alert/rate-limit/crm' });
  expect((await check()).notificationIds).toEqual([]);
  expect(await recentAlerts(migrated.database, 5)).toMatchObject([{ acknowledgedBy: 'vera', acknowledgedWhy: 'the vendor is on it', closedAt: expect.any(Date) }]);
});

test('the all-clear of an alert goes to whom the alert went to: it is as urgent', async () => {
  await runs(['failed'], 'crm: GET /contacts was answered with 401; the credentials were refused');
  await check();
  await query('truncate runs cascade');
  await check();
  const told = await recentNotifications(migrated.database, 5);
  expect(told.map(({ severity, clears }) => [severity, clears])).toEqual([['critical', true], ['critical', false]]);
});

test('a check that ends before the alert says that it was told is made up for, and tells the same once', async () => {
  await query(`insert into budgets (system, tokens, refilled_at, closed_until) values ('crm', 0, now(), now() + interval '10 hours')`);
  const first = await check();
  await query('update alerts set told_at = null');
  expect(await check()).toEqual(first);
  expect(await recentNotifications(migrated.database, 5)).toHaveLength(1);
});

test('authentication: of a system as well, once, without a word about what was wrong', async () => {
  await query(`insert into api_usage values (date_trunc('hour', now(), 'UTC'), 'crm', 'handoff', 'unauthorized', 4)`);
  const found = await findTrouble(migrated.database, defaultAlerts);
  expect(found).toEqual([{ kind: 'authentication', subject: 'crm', summary: 'crm: the credentials are refused' }]);
  // A sync that tells of it is enough.
  await runs(['failed'], 'crm: GET /contacts was answered with 401 Unauthorized; the credentials were refused');
  expect(await trouble()).toEqual(['authentication']);
  for (const { summary } of await findTrouble(migrated.database, defaultAlerts)) expect(summary).toMatch(/^[\w-]+: the credentials are refused$/);
});

test('circuit: while a system fails for longer than that', async () => {
  await query(`insert into circuits (system, opened_at, open_until, reason) values ('crm', now() - interval '2 minutes', now() + interval '10 seconds', '20 requests in a row have failed')`);
  expect(await trouble({ circuitMs: 60_000 })).toEqual(['circuit']);
  expect(await trouble({ circuitMs: 180_000 })).toEqual([]);
  await query('delete from circuits');
  expect(await trouble({ circuitMs: 60_000 })).toEqual([]);
});

test('usage: while the last full hour had far more requests than usual', async () => {
  for (const [hours, requests] of [[25, 100], [49, 100], [73, 100], [1, 5_000]]) {
    await query(`insert into api_usage values (date_trunc('hour', now(), 'UTC') - make_interval(hours => $1), 'crm', 'sync', 'ok', $2)`, [hours, requests]);
  }
  expect(await findTrouble(migrated.database, defaultAlerts)).toMatchObject([{ kind: 'usage', subject: 'crm', summary: 'crm: 5000 requests within an hour, usual are 100' }]);
  expect(await trouble({ usageFactor: 100 })).toEqual([]);
});
