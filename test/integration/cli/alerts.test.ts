import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startInstance, type Instance } from '../../support/instance.js';
import { startReceiver, type Receiver } from '../notifications/channels-under-test.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let instance: Instance;
let ops: Receiver;
let pager: Receiver;
let folder: string;

beforeAll(async () => {
  [ops, pager] = await Promise.all([startReceiver(), startReceiver()]);
  const env = { OPS_SLACK_URL: `${ops.url}/a-secret-path`, PAGER_KEY: 'R0UT1NGKEY' };
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox', workerEnv: env });
  folder = await mkdtemp(path.join(tmpdir(), 'crosswalk-alerts-'));
  await writeFile(path.join(folder, 'ops.yaml'), 'channel: ops\nsend: { type: slack, url: secret://env/OPS_SLACK_URL }\ndefault: true\n');
  await writeFile(path.join(folder, 'pager.yaml'), `channel: pager\nsend: { type: pagerduty, routingKey: secret://env/PAGER_KEY, url: ${pager.url}/v2/enqueue }\nfor: [{ severities: [critical] }]\n`);
  await writeFile(path.join(folder, 'alerts.yaml'), 'alerts: operations\nevery: 10s\nabove: { rateLimit: 1m }\n');
});
afterAll(async () => {
  await instance?.stop();
  await Promise.all([ops?.close(), pager?.close(), rm(folder, { recursive: true, force: true })]);
});

function crosswalk(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], {
      env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(instance.logs, 'no-instance'), ...instance.env, OPS_SLACK_URL: `${ops.url}/a-secret-path`, PAGER_KEY: 'R0UT1NGKEY' },
    }, (error, out, err) => { resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }); });
  });
}

const show = (text: string): void => { if (process.env['CROSSWALK_TEST_SHOW'] === '1') process.stderr.write(`${text}\n`); };

test('from trouble to a message, an acknowledgement and the all-clear, on the schedule that apply makes; a channel that fails is seen', async () => {
  ops.answers.push(404);
  const applied = await crosswalk('apply', folder);
  show(applied.out + applied.err);
  expect(applied.out).toContain('crosswalk/alerts/check');
  await instance.database.pool.query(`insert into budgets (system, tokens, refilled_at, closed_until) values ('crm', 0, now(), now() + interval '1 hour')
    on conflict (system) do update set closed_until = excluded.closed_until`);
  await expect.poll(async () => (await crosswalk('alerts')).out, { timeout: 60_000, interval: 2_000 }).toContain('crm: asks to be left alone');
  await expect.poll(() => pager.received.length, { timeout: 30_000 }).toBe(1);
  expect(pager.received[0]?.body).toContain('does not deliver');
  const listed = await crosswalk('alerts');
  show(listed.out);
  const status = await crosswalk('status');
  show(status.out);
  expect(status.out).toContain('1 alert open (1 not acknowledged)');
  expect(status.out).toContain('1 notification not delivered');
  const told = await crosswalk('notifications');
  show(told.out);
  expect(told.out).toContain('ops: NOT delivered after 1 attempt: it answers 404');
  expect(told.out).not.toContain('a-secret-path');
  const { alerts: [alert] } = JSON.parse((await crosswalk('alerts', '--json')).out) as { alerts: { id: string }[] };
  expect((await crosswalk('alerts', 'acknowledge', 'nothing', '--why', 'x')).code).toBe(2);
  const acknowledged = await crosswalk('alerts', 'acknowledge', alert?.id ?? '', '--why', 'the vendor is on it', '--as', 'vera');
  show(acknowledged.out);
  expect(acknowledged).toMatchObject({ code: 0 });
  expect((await crosswalk('alerts')).out).toContain('acknowledged by vera: the vendor is on it');
  await instance.database.pool.query(`update budgets set closed_until = null`);
  await expect.poll(() => ops.received.map(({ body }) => body).join('\n'), { timeout: 60_000, interval: 1_000 }).toContain('all clear: crm');
  expect((await crosswalk('alerts')).out).toContain('No alert is open.');
});
