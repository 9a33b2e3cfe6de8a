import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliverNotification } from '../../../activities/notifications/deliver-notification.js';
import { verifyStandard } from '../../../src/ingress/webhooks/verify-standard.js';
import type { ChannelTarget } from '../../../src/contracts/channel-definition.js';
import { deliveriesOf } from '../../../src/store/deliveries.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { startMailServer, startReceiver, told, useChannels, type Receiver } from './channels-under-test.js';

let migrated: MigratedDatabase;
let vendor: Receiver;
let mail: Awaited<ReturnType<typeof startMailServer>>;

const secrets: Readonly<Record<string, string>> = { 'secret://env/URL': '', 'secret://env/KEY': 'R0UT1NGKEY', 'secret://env/SIGN': `whsec_${Buffer.alloc(32, 7).toString('base64')}`, 'secret://env/PASSWORD': 'a-secret' };
const resolve = (text: string): string => (text === 'secret://env/URL' ? `${vendor.url}/services/T/B/x` : secrets[text] ?? text);
const deliver = (notificationId: string) => deliverNotification({ database: migrated.database, resolve, networkAllow: ['loopback'] }, { notificationId });

beforeAll(async () => {
  [migrated, vendor, mail] = await Promise.all([openMigratedDatabase(), startReceiver(), startMailServer()]);
});
afterAll(() => Promise.all([migrated.drop(), vendor.close(), mail.close()]));
beforeEach(() => { vendor.received.length = 0; vendor.answers.length = 0; mail.mails.length = 0; });

describe('each kind of channel sends what its vendor documents', () => {
  test('Slack: a text with the three characters escaped', async () => {
    await useChannels(migrated.database, [{ channel: 'ops', isDefault: true, send: { type: 'slack', url: 'secret://env/URL' } }]);
    expect(await deliver(await told(migrated.database, { title: 'R&D <!channel>', department: 'sales', link: 'https://crosswalk.example.com/a?b=1&c=2' }))).toEqual({ delivered: 1, failed: 0 });
    expect(vendor.received).toMatchObject([{ path: '/services/T/B/x', headers: { 'content-type': 'application/json' } }]);
    expect(JSON.parse(vendor.received[0]?.body ?? '')).toEqual({ text: '*warning: R&amp;D &lt;!channel&gt;* (sales)\nSince 08:00.\nhttps://crosswalk.example.com/a?b=1&amp;c=2' });
  });

  test('PagerDuty: a trigger and a resolve of the same dedup_key', async () => {
    await useChannels(migrated.database, [{ channel: 'pager', isDefault: true, send: { type: 'pagerduty', routingKey: 'secret://env/KEY', url: `${vendor.url}/v2/enqueue`, source: 'crosswalk' } }]);
    vendor.answers.push(202, 202);
    const id = await told(migrated.database, { severity: 'critical', groupKey: 'lag/crm', department: 'operations' });
    await deliver(id);
    await deliver(await told(migrated.database, { groupKey: 'lag/crm', clears: true }));
    expect(vendor.received.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      ['/v2/enqueue', {
        routing_key: 'R0UT1NGKEY', event_action: 'trigger', dedup_key: 'lag/crm', client: 'Crosswalk',
        payload: { summary: 'Deal 7 waits', source: 'crosswalk', severity: 'critical', timestamp: expect.stringMatching(/^\d{4}-.*Z$/), component: 'crosswalk', group: 'operations', custom_details: { notification: id, body: 'Since 08:00.' } },
      }],
      ['/v2/enqueue', { routing_key: 'R0UT1NGKEY', event_action: 'resolve', dedup_key: 'lag/crm' }],
    ]);
  });

  test('webhook: signed so that a receiver of Standard Webhooks takes it, and no other body', async () => {
    await useChannels(migrated.database, [{ channel: 'own', isDefault: true, send: { type: 'webhook', url: vendor.url, secret: 'secret://env/SIGN' } }]);
    const id = await told(migrated.database);
    await deliver(id);
    const [request] = vendor.received;
    const receives = (body: string) => verifyStandard(
      { scheme: 'standard-webhooks', toleranceMs: 300_000, secrets: [secrets['secret://env/SIGN'] ?? ''] },
      { method: 'POST', url: '/', headers: Object.fromEntries(Object.entries(request?.headers ?? {}).map(([name, value]) => [name, [String(value)]])), body: Buffer.from(body) }, Date.now());
    expect(request?.headers['webhook-id']).toBe(id);
    expect(receives(request?.body ?? '')).toBe(true);
    expect(receives(`${request?.body ?? ''} `)).toBe(false);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ type: 'notification.raised', data: { id, title: 'Deal 7 waits', severity: 'warning' } });
  });

  test('e-mail: one message to all, with a steady Message-ID and a subject that no title can add headers to', async () => {
    const send: ChannelTarget = { type: 'email', host: '127.0.0.1', port: mail.port, tls: 'none', username: 'ada', password: 'secret://env/PASSWORD', from: 'crosswalk@example.com', to: ['a@example.com', 'b@example.com'] };
    await useChannels(migrated.database, [{ channel: 'post', isDefault: true, send }]);
    const id = await told(migrated.database, { title: 'Deal 7\r\nBcc: mallory@example.com' });
    await deliver(id);
    expect(mail.mails).toMatchObject([{ from: 'crosswalk@example.com', to: ['a@example.com', 'b@example.com'], user: 'ada' }]);
    const headers = mail.mails[0]?.text.split('\r\n\r\n')[0] ?? '';
    expect(headers).toContain(`Message-ID: <${id}@crosswalk>`);
    expect(headers).toContain('Subject: [warning] Deal 7 Bcc: mallory@example.com');
    expect(headers).not.toMatch(/^Bcc:/m);
  });

  test('e-mail: no message without the encryption that was asked for', async () => {
    await useChannels(migrated.database, [{ channel: 'post', isDefault: true, send: { type: 'email', host: '127.0.0.1', port: mail.port, tls: 'starttls', from: 'crosswalk@example.com', to: ['a@example.com'] } }]);
    expect(await deliver(await told(migrated.database))).toEqual({ delivered: 0, failed: 1 });
    expect(mail.mails).toEqual([]);
  });
});

test('no secret is in what is stored or thrown', async () => {
  await useChannels(migrated.database, [{ channel: 'ops', isDefault: true, send: { type: 'slack', url: 'secret://env/URL' } }]);
  vendor.answers.push(500);
  const id = await told(migrated.database);
  const thrown = await deliver(id).catch((error: unknown) => String(error));
  expect(thrown).toContain('it answers 500');
  const rows = JSON.stringify([thrown, await deliveriesOf(migrated.database, [id]), (await migrated.database.pool.query('select * from definitions')).rows]);
  expect(rows).toContain('secret://env/URL');
  expect(rows).not.toContain('/services/T/B/x');
});
