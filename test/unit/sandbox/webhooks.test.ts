import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { RunningSandbox } from './running-sandbox.js';

interface Delivery {
  readonly body: string;
  readonly signature: string;
  readonly timestamp: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly event: any;
}

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  }));
});

async function startReceiver(statuses: number[] = []): Promise<{ readonly url: string; readonly received: Delivery[] }> {
  const received: Delivery[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      const { 'x-signature': signature, 'x-timestamp': timestamp } = request.headers;
      received.push({ body, signature: String(signature), timestamp: String(timestamp), event: JSON.parse(body) });
      response.writeHead(statuses.shift() ?? 204).end();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/crm`, received };
}

test('every change is announced once, signed, without the fields of the record', async () => {
  const sandbox = await RunningSandbox.start();
  const receiver = await startReceiver();
  await sandbox.admin('POST', '/crm/webhooks', { url: receiver.url, secret: 'shh' });
  await sandbox.crm('POST', '/contacts', { first_name: 'Ada' });
  await sandbox.crm('PATCH', '/contacts/c-000001', { last_name: 'Byron' });
  await sandbox.admin('POST', '/crm/contacts/touch', { ids: ['c-000001'], fields: { notes: 'x' } });
  const deleted = await sandbox.crm('DELETE', '/contacts/c-000001');
  await sandbox.admin('POST', '/crm/contacts/purge', { ids: ['c-000001'] });
  await sandbox.crm('POST', '/deals', { name: 'Big deal' });
  await vi.waitFor(() => {
    expect(receiver.received).toHaveLength(5);
  });
  const events = receiver.received.map(({ event }) => event).toSorted((a, b) => a.at.localeCompare(b.at));
  expect(events.map((event) => event.type)).toEqual(['contact.created', 'contact.updated', 'contact.updated', 'contact.deleted', 'deal.created']);
  expect(events[3]).toEqual({ id: expect.any(String), type: 'contact.deleted', object: 'contact', object_id: 'c-000001', at: deleted.json.data.updated_at });
  expect(new Set(events.map((event) => event.id)).size).toBe(5);
  for (const { body, signature, timestamp } of receiver.received) {
    expect(signature).toBe(createHmac('sha256', 'shh').update(`${timestamp}.${body}`).digest('hex'));
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
  }
  await vi.waitFor(async () => {
    expect((await sandbox.admin('GET', '/stats')).json.webhooks).toMatchObject({ announced: 5, sent: 5, failed: 0, waiting: 0 });
  });
});

test('an event that is not taken is sent again, the same', async () => {
  const sandbox = await RunningSandbox.start();
  const receiver = await startReceiver([500]);
  await sandbox.admin('POST', '/crm/webhooks', { url: receiver.url, secret: 'shh' });
  await sandbox.crm('POST', '/contacts', { first_name: 'Ada' });
  await vi.waitFor(() => {
    expect(receiver.received).toHaveLength(2);
  }, 5000);
  expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body);
});

test('events can be lost and sent twice on purpose', async () => {
  const sandbox = await RunningSandbox.start();
  const receiver = await startReceiver();
  await sandbox.admin('POST', '/crm/webhooks', { url: receiver.url, secret: 'shh' });
  await sandbox.admin('PUT', '/crm/webhook-habits', { drop: 1 });
  await sandbox.crm('POST', '/contacts', { first_name: 'Lost' });
  await sandbox.admin('PUT', '/crm/webhook-habits', { duplicate: 1 });
  await sandbox.crm('POST', '/contacts', { first_name: 'Twice' });
  await vi.waitFor(() => {
    expect(receiver.received).toHaveLength(2);
  });
  expect(receiver.received.map(({ event }) => event.object_id)).toEqual(['c-000002', 'c-000002']);
  expect(receiver.received[0]?.event.id).toBe(receiver.received[1]?.event.id);
  expect((await sandbox.admin('GET', '/stats')).json.webhooks.dropped).toBe(1);
});

test('subscriptions outlast a restart until they are taken back', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'sandbox-test-'));
  try {
    const before = await RunningSandbox.start({ dataFolder });
    await before.admin('POST', '/crm/webhooks', { url: 'http://127.0.0.1:9/a', secret: 's' });
    await before.admin('POST', '/crm/webhooks', { url: 'http://127.0.0.1:9/b', secret: 's' });
    await before.admin('DELETE', '/crm/webhooks', { url: 'http://127.0.0.1:9/a' });
    await before.stop();
    const after = await RunningSandbox.start({ dataFolder });
    expect((await after.admin('GET', '/crm/webhooks')).json).toEqual({ subscriptions: [{ url: 'http://127.0.0.1:9/b' }] });
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
});
