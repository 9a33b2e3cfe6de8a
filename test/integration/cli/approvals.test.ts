import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let instance: Instance;
let channel: Server;
let refuse = 0;
const told: string[] = [];

beforeAll(async () => {
  channel = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => { body += part.toString(); });
    request.on('end', () => {
      refuse -= 1;
      if (refuse < 0) told.push((JSON.parse(body) as { text: string }).text);
      response.writeHead(refuse < 0 ? 200 : 503).end();
    });
  });
  await new Promise<void>((resolve) => { channel.listen(0, '127.0.0.1', resolve); });
  const { port } = channel.address() as AddressInfo;
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox', workerEnv: { CROSSWALK_NOTIFY_URL: `http://127.0.0.1:${port}/a-secret-path` } });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'accounts', count: 5 });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'deals', count: 10 });
});
afterAll(async () => {
  await instance?.stop();
  await new Promise((resolve) => { channel.close(resolve); });
});

function crosswalk(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], {
      env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(instance.logs, 'no-instance'), ...instance.env },
    }, (error, out, err) => { resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }); });
  });
}

/** Wins a large deal and begins its handoff; gives the deal's id and the question that it puts. */
async function largeDeal(position: number): Promise<{ readonly deal: string; readonly approval: { readonly id: string; readonly hash: string } }> {
  const deal = String((await instance.sandbox.records('crm', 'deals'))[position]?.['id']);
  await instance.admin('POST', '/crm/deals/touch', { ids: [deal], fields: { stage: 'won', amount: '75000.00', currency: 'EUR', status: 'active' } });
  expect((await crosswalk('handoff', 'start', 'deal-closed', '--record', deal, '--detach')).code).toBe(0);
  const open = async () => (JSON.parse((await crosswalk('approvals', '--json')).out) as { approvals: { id: string; hash: string }[] }).approvals;
  await expect.poll(async () => (await open()).length, { timeout: 30_000 }).toBe(1);
  const [approval] = await open();
  if (approval === undefined) throw new Error('there is no approval');
  return { deal, approval };
}

const stateOf = async (deal: string) => (await instance.database.pool.query<{ state: string; message: string | null }>("select state, message from handoff_runs where handoff = 'deal-closed' and record_id = $1", [deal])).rows[0];

test('a large deal goes on when it is approved on the command line, and people are told, once, though their channel was away', async () => {
  const { deal, approval } = await largeDeal(0);
  refuse = 1;
  expect((await crosswalk('approvals')).out).toContain('75');
  expect(await crosswalk('approvals', 'approve', approval.id, '--hash', 'ffffffffffffffff', '--as', 'sales-lead')).toMatchObject({ code: 2, err: expect.stringContaining('hash') as string });
  expect(await crosswalk('approvals', 'approve', approval.id, '--hash', approval.hash, '--as', 'nobody')).toMatchObject({ code: 2, err: expect.stringContaining('not among those') as string });
  expect(await crosswalk('approvals', 'approve', approval.id, '--hash', approval.hash.slice(0, 16), '--as', 'sales-lead', '--comment', 'well done')).toMatchObject({ code: 0, out: expect.stringContaining('approved') as string });
  await expect.poll(() => stateOf(deal), { timeout: 60_000 }).toMatchObject({ state: 'succeeded' });
  expect(await crosswalk('approvals', 'reject', approval.id, '--hash', approval.hash, '--as', 'sales-lead')).toMatchObject({ code: 2, err: expect.stringContaining('has ended') as string });
  const list = JSON.parse((await crosswalk('notifications', '--json')).out) as { notifications: { title: string; deliveredAt: string | null }[] };
  expect(list.notifications.length).toBeGreaterThan(0);
  expect(list.notifications.every(({ deliveredAt }) => deliveredAt !== null)).toBe(true);
  expect(told).toHaveLength(list.notifications.length);
  const history = await instance.temporal.workflow.getHandle(`approval/${approval.id}`).fetchHistory();
  expect(JSON.stringify(history)).not.toContain('75000');
});

test('a large deal that is rejected has no effects', async () => {
  const before = (await instance.sandbox.records('projects', 'projects')).length;
  const { deal, approval } = await largeDeal(1);
  expect((await crosswalk('approvals', 'reject', approval.id, '--hash', approval.hash, '--as', 'sales-director')).code).toBe(0);
  await expect.poll(async () => (await stateOf(deal))?.state, { timeout: 30_000 }).not.toBe('running');
  expect((await instance.sandbox.records('projects', 'projects')).length).toBe(before);
});

test('a delegate answers on the command line, and the record says in whose place; what makes no sense is refused', async () => {
  const delegate = (...more: readonly string[]) => crosswalk('approvals', 'delegate', ...more);
  expect(await delegate('--from', 'sales-lead', '--to', 'SALES-lead', '--until', '2999-01-01')).toMatchObject({ code: 2, err: expect.stringContaining('themselves') as string });
  expect(await delegate('--from', 'sales-lead', '--to', 'zoe', '--until', '2020-01-01')).toMatchObject({ code: 2, err: expect.stringContaining('is over') as string });
  expect(await delegate('--from', 'sales-lead', '--to', 'zoe', '--until', 'tomorrow')).toMatchObject({ code: 2, err: expect.stringContaining('no date or time') as string });
  expect(await delegate('--from', 'team:sales', '--to', 'zoe', '--until', '2999-01-01')).toMatchObject({ code: 2, err: expect.stringContaining('--from has to be a person') as string });
  const made = await delegate('--from', 'sales-lead', '--to', 'zoe', '--until', '2999-01-01', '--reason', 'on leave', '--json');
  const { delegation } = JSON.parse(made.out) as { delegation: { id: string; until: string } };
  expect(delegation.until).toBe('2999-01-02T00:00:00.000Z');
  expect((await crosswalk('approvals', 'delegations')).out).toContain('zoe for sales-lead');
  const { approval } = await largeDeal(2);
  expect((await crosswalk('approvals', 'approve', approval.id, '--hash', approval.hash, '--as', 'zoe', '--comment', 'well done')).code).toBe(0);
  expect((await crosswalk('approvals', 'show', approval.id)).out).toContain('zoe for sales-lead: approve, accepted  “well done”');
  expect(await crosswalk('approvals', 'undelegate', delegation.id)).toMatchObject({ code: 0 });
  expect(await crosswalk('approvals', 'undelegate', delegation.id)).toMatchObject({ code: 2 });
  expect((await crosswalk('approvals', 'delegations')).out).not.toContain('zoe');
});
