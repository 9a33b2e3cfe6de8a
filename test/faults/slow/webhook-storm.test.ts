import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChild } from '../../../src/local/child-launch.js';
import { sandboxCredentials } from '../../../src/sandbox/credentials.js';
import { startInstance, type OwningInstance } from '../../support/instance.js';
import { sendWebhooks } from '../../support/webhook-storm.js';

// Row 38 of the fault matrix: 10,000 webhooks in 10 seconds, each of 2,000 events five times, in no order. See docs/faults.md.
const WEBHOOKS = 10_000;
const SECONDS = 10;
const CONTACTS = 500;
const TIMES = 5;

let instance: OwningInstance;
let server: Awaited<ReturnType<typeof launchChild>>;

beforeAll(async () => {
  instance = await startInstance({
    definitions: 'examples/sandbox',
    // All contacts change at once, which a run of the sandbox's sync would be held for.
    adjust: { sync: (sync) => ({ ...sync, limits: { ...sync.limits, changes: 1 } }) },
  });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: CONTACTS });
  expect(await instance.sync('contacts-to-mailing', { mode: 'full' })).toMatchObject({ state: 'succeeded' });
  server = await launchChild({
    name: 'server', script: fileURLToPath(new URL('../../../dist/src/ingress/process.js', import.meta.url)), logFile: join(instance.logs, 'server.log'), readyWithinMs: 60_000, graceMs: 60_000,
    env: { ...instance.env, DATABASE_URL: instance.databaseUrl, CROSSWALK_PORT: '0' },
  }, new AbortController().signal);
}, 600_000);
afterAll(async () => {
  await server?.stop();
  await instance?.stop();
});

test('a storm of webhooks: what is acknowledged is kept, and every record ends as it is at the source', async () => {
  const linked = (await instance.database.pool.query<{ source: string; target: string }>(
    `select w.source_id as source, w.external_id as target from writes w join syncs s on s.id = w.sync_id where s.name = 'contacts-to-mailing' and w.state = 'acknowledged'`)).rows;
  await instance.admin('POST', '/crm/contacts/touch', { ids: linked.map(({ source }) => source), fields: { first_name: 'Stormy' } });
  const bodies = Array.from({ length: WEBHOOKS / TIMES }, (_, at) => JSON.stringify({ id: `evt_${at}`, type: 'contact.updated', object: 'contact', object_id: linked[at % linked.length]?.source }));
  const queue = Array.from({ length: TIMES }, (_, time) => bodies.map((body) => ({ body, order: order(`${time}${body}`) }))).flat().toSorted((one, other) => one.order - other.order).map(({ body }) => body);
  const { answers, tookMs } = await sendWebhooks({
    url: String(server.ready['url']), secret: sandboxCredentials(instance.env).crm.webhookSecret, bodies: queue, seconds: SECONDS,
    before: { bodies: linked.map(({ source }) => JSON.stringify({ id: `evt_before_${source}`, type: 'contact.updated', object: 'contact', object_id: source })), seconds: 5 },
  });
  const acknowledged = new Set(queue.filter((_, at) => answers[at]?.status === 200));
  const waits = answers.map(({ ms }) => ms).toSorted((one, other) => one - other);
  const { rows: [stored] } = await instance.database.pool.query<{ count: number }>('select count(*)::integer as count from inbox_events');
  console.info(`row 38: ${WEBHOOKS} webhooks in ${(tookMs / 1000).toFixed(1)} s, ${acknowledged.size} different ones acknowledged; answered p50 ${waits[Math.floor(waits.length / 2)]?.toFixed(0)} ms, p99 ${waits[Math.floor(waits.length * 0.99)]?.toFixed(0)} ms, not 200: ${answers.filter(({ status }) => status !== 200).length}; the server holds ${memoryMib()}`);
  expect(answers.filter(({ status, retryAfter }) => status !== 200 && !(status === 503 && retryAfter))).toEqual([]);
  expect(stored?.count).toBeGreaterThanOrEqual(acknowledged.size);
  const isDone = async (): Promise<boolean> => {
    const members = new Map((await instance.sandbox.records('mailing', 'members')).map((member) => [String(member['id']), String(member['full_name'])]));
    return linked.every(({ target }) => members.get(target)?.startsWith('Stormy') === true);
  };
  await expect.poll(isDone, { timeout: 120_000, interval: 500 }).toBe(true);
  await expect.poll(async () => (await instance.database.pool.query("select 1 from inbox_work where consumer like 'sync/%'")).rowCount, { timeout: 60_000 }).toBe(0);
}, 600_000);

/** Memory of the server, where the machine says it. */
function memoryMib(): string {
  if (process.platform !== 'linux') return 'an unknown amount';
  const kib = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]);
  return `at most ${Math.round(kib / 1024)} MiB`;
}

// An order of chance that is the same each time.
function order(text: string): number {
  return createHmac('sha256', 'order').update(text).digest().readUInt32BE(0);
}
