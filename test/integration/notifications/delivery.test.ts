import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { deliverNotification } from '../../../activities/notifications/deliver-notification.js';
import { notifierDelaysMs } from '../../../activities/failure.js';
import { deliveriesOf, overdueNotifications, undeliveredCount } from '../../../src/store/deliveries.js';
import { mergeGathered } from '../../../src/store/gathered-notifications.js';
import { findNotification } from '../../../src/store/notifications.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { startReceiver, told, useChannels, type Receiver } from './channels-under-test.js';

let migrated: MigratedDatabase;
let ops: Receiver;
let desk: Receiver;
const deliver = (notificationId: string, notifyUrl?: string) => deliverNotification({ database: migrated.database, notifyUrl, networkAllow: ['loopback'] }, { notificationId });
const states = async (id: string) => (await deliveriesOf(migrated.database, [id])).map(({ channel, state }) => `${channel} ${state}`).toSorted();

beforeAll(async () => { [migrated, ops, desk] = await Promise.all([openMigratedDatabase(), startReceiver(), startReceiver()]); });
afterAll(() => Promise.all([migrated.drop(), ops.close(), desk.close()]));
beforeEach(async () => {
  for (const receiver of [ops, desk]) { receiver.received.length = 0; receiver.answers.length = 0; }
  await migrated.database.pool.query('truncate notifications cascade');
});

const opsChannel = (more = {}) => ({ channel: 'ops', isDefault: true, send: { type: 'slack', url: ops.url } as const, ...more });
const deskChannel = (more = {}) => ({ channel: 'desk', send: { type: 'slack', url: desk.url } as const, ...more });

test('department and severity decide who is told; what fits no route goes to the default channel', async () => {
  await useChannels(migrated.database, [opsChannel(), deskChannel({ routes: [{ departments: ['support'], severities: ['critical'] }] })]);
  await deliver(await told(migrated.database, { department: 'support', severity: 'critical', title: 'one' }));
  await deliver(await told(migrated.database, { department: 'support', severity: 'info', title: 'two' }));
  await deliver(await told(migrated.database, { department: 'sales', severity: 'critical', title: 'three' }));
  await deliver(await told(migrated.database, { channels: ['desk'], title: 'four' }));
  expect(desk.received.map(({ body }) => body)).toEqual([expect.stringContaining('one'), expect.stringContaining('four')]);
  expect(ops.received.map(({ body }) => body)).toEqual([expect.stringContaining('two'), expect.stringContaining('three')]);
});

test('CROSSWALK_NOTIFY_URL is a default channel of its own', async () => {
  await useChannels(migrated.database, []);
  const id = await told(migrated.database);
  expect(await deliver(id, desk.url)).toEqual({ delivered: 1, failed: 0 });
  expect(await states(id)).toEqual(['CROSSWALK_NOTIFY_URL delivered']);
});

test('what was delivered is not sent again, and a channel that comes back takes what it did not', async () => {
  await useChannels(migrated.database, [opsChannel(), deskChannel({ isDefault: true })]);
  desk.answers.push(503);
  const id = await told(migrated.database);
  await expect(deliver(id)).rejects.toThrow('it answers 503');
  expect(await states(id)).toEqual(['desk pending', 'ops delivered']);
  expect(await deliver(id)).toEqual({ delivered: 2, failed: 0 });
  expect(await deliver(id)).toEqual({ delivered: 2, failed: 0 });
  expect([ops.received.length, desk.received.length]).toEqual([1, 2]);
});

test('a channel that fails for good is seen, its stand-in is told, and so is every other channel', async () => {
  await useChannels(migrated.database, [opsChannel({ fallback: 'desk' }), deskChannel()]);
  ops.answers.push(...Array.from({ length: 20 }, () => 503));
  const id = await told(migrated.database);
  for (let attempt = 1; attempt <= notifierDelaysMs.length; attempt += 1) await expect(deliver(id)).rejects.toThrow('it answers 503');
  expect(desk.received).toEqual([]);
  expect(await deliver(id)).toEqual({ delivered: 1, failed: 1 });
  expect(await states(id)).toEqual(['desk delivered', 'ops undelivered']);
  expect(desk.received.map(({ body }) => body)).toEqual(expect.arrayContaining([expect.stringContaining('Deal 7 waits'), expect.stringContaining('The channel \\"ops\\" does not deliver')]));
  expect(desk.received).toHaveLength(2);
  expect(await undeliveredCount(migrated.database)).toBe(0);
});

test('where nobody takes it, it is counted as undelivered; an answer that no attempt can change ends them at once', async () => {
  await useChannels(migrated.database, [opsChannel()]);
  ops.answers.push(404);
  const id = await told(migrated.database);
  expect(await deliver(id)).toEqual({ delivered: 0, failed: 1 });
  expect(ops.received).toHaveLength(1);
  expect((await findNotification(migrated.database, id))?.deliveredAt).toBeNull();
  expect(await undeliveredCount(migrated.database)).toBe(1);
});

test('the notice of a failing channel that is not taken either is offered again', async () => {
  await useChannels(migrated.database, [opsChannel(), deskChannel()]);
  ops.answers.push(404);
  desk.answers.push(503);
  await deliver(await told(migrated.database));
  const overdue = await overdueNotifications(migrated.database, 10);
  expect(overdue).toHaveLength(1);
  expect(await deliver(overdue[0] ?? '')).toEqual({ delivered: 1, failed: 0 });
});

test('those of a group within its time become one message with their count; the next after it is sent at once', async () => {
  await useChannels(migrated.database, [opsChannel({ groupMs: 60_000 })]);
  const [first, ...more] = await Promise.all(['a', 'b', 'c', 'd'].map((title) => told(migrated.database, { title, groupKey: 'g' })));
  await deliver(first ?? '');
  for (const id of more) await deliver(id);
  expect(ops.received).toHaveLength(1);
  expect(await mergeGathered(migrated.database, [{ channel: 'ops', groupMs: 60_000 }])).toEqual([]);
  await migrated.database.pool.query(`update deliveries set noted_at = noted_at - interval '2 minutes'`);
  const merged = await mergeGathered(migrated.database, [{ channel: 'ops', groupMs: 60_000 }]);
  expect(merged).toHaveLength(1);
  expect(await mergeGathered(migrated.database, [{ channel: 'ops', groupMs: 60_000 }])).toEqual([]);
  await deliver(merged[0] ?? '');
  expect(ops.received).toHaveLength(2);
  expect(ops.received[1]?.body).toContain('3 more: b');
  for (const id of more) expect((await findNotification(migrated.database, id))?.deliveredAt).not.toBeNull();
});

test('of many of a group at the same moment one is sent; another group and an all-clear do not wait', async () => {
  await useChannels(migrated.database, [opsChannel({ groupMs: 60_000 })]);
  const ids = await Promise.all(Array.from({ length: 8 }, () => told(migrated.database, { groupKey: 'g' })));
  await Promise.all(ids.map((id) => deliver(id)));
  expect(ops.received).toHaveLength(1);
  await deliver(await told(migrated.database, { groupKey: 'g', clears: true }));
  await deliver(await told(migrated.database, { groupKey: 'h' }));
  expect(ops.received).toHaveLength(3);
  expect(ops.received[1]?.body).toContain('all clear');
});

test('a channel that leads to a private address is not connected to unless it says so', async () => {
  await useChannels(migrated.database, [opsChannel(), deskChannel({ isDefault: true, network: { allow: ['127.0.0.1'] } })]);
  const id = await told(migrated.database);
  expect(await deliverNotification({ database: migrated.database }, { notificationId: id })).toEqual({ delivered: 1, failed: 1 });
  expect([ops.received.length, desk.received.length > 0]).toEqual([0, true]);
  const [failed] = (await deliveriesOf(migrated.database, [id])).filter(({ state }) => state === 'undelivered');
  expect(failed?.message).toMatch(/must not be connected to/);
});

test('an all-clear tells of what was gathered of its group, so that nobody hears of trouble after it has passed', async () => {
  await useChannels(migrated.database, [opsChannel({ groupMs: 60_000 })]);
  await deliver(await told(migrated.database, { groupKey: 'g' }));
  const second = await told(migrated.database, { groupKey: 'g' });
  await deliver(second);
  await deliver(await told(migrated.database, { groupKey: 'g', clears: true }));
  expect(ops.received.map(({ body }) => body.includes('all clear'))).toEqual([false, true]);
  await migrated.database.pool.query(`update deliveries set noted_at = noted_at - interval '2 minutes'`);
  expect(await mergeGathered(migrated.database, [{ channel: 'ops', groupMs: 60_000 }])).toEqual([]);
  expect((await findNotification(migrated.database, second))?.deliveredAt).not.toBeNull();
});
