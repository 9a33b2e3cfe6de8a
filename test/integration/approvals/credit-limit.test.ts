import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ApprovalsClient, type SentApproval } from '../../../src/client/approvals-client.js';
import { createApi } from '../../../src/ingress/server.js';
import { approvalWorkflowId } from '../../../src/contracts/ids.js';
import { activeDefinitions, storeDefinitions } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { startInstance, type Instance } from '../../support/instance.js';

const secret = 's'.repeat(40);
let instance: Instance;
let api: FastifyInstance;
let channel: Server;
let url: string;
let approvals: ApprovalsClient;
const told: string[] = [];

beforeAll(async () => {
  channel = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => { body += part.toString(); });
    request.on('end', () => {
      told.push((JSON.parse(body) as { text: string }).text);
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => { channel.listen(0, '127.0.0.1', resolve); });
  const port = (channel.address() as AddressInfo).port;
  instance = await startInstance({
    servers: inject('crosswalkServers'), definitions: 'examples/sandbox',
    workerEnv: { CROSSWALK_NOTIFY_URL: `http://127.0.0.1:${port}/`, CROSSWALK_PUBLIC_URL: 'https://crosswalk.example.org', CROSSWALK_LINK_KEYS: 'k2:secret://env/LINK_SECRET', LINK_SECRET: secret },
  });
  api = createApi({ database: instance.database, client: instance.client, hosts: ['127.0.0.1'], linkKeys: [{ id: 'k2', secret }] });
  url = await api.listen({ host: '127.0.0.1', port: 0 });
  approvals = new ApprovalsClient({ url });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'accounts', count: 8, messy: 0 });
});
afterAll(async () => {
  await api?.close();
  await instance?.stop();
  await new Promise((resolve) => { channel.close(resolve); });
});

let position = 0;

/** Asks for a limit in the CRM, and starts the handoff that follows. */
async function requestLimit(limit: string | number, by: string | null) {
  const id = String((await instance.sandbox.records('crm', 'accounts'))[position++]?.['id']);
  await instance.admin('POST', '/crm/accounts/touch', { ids: [id], fields: { status: 'active', currency: 'EUR', credit_limit: limit, credit_requested_by: by, credit_requested_at: newId(), credit_status: 'requested' } });
  const { handles: [handle] } = await instance.client.startHandoff('credit-limit', id);
  if (handle === undefined) throw new Error('no handoff began');
  return { id, handle, inCrm: async () => (await instance.sandbox.records('crm', 'accounts')).find((record) => record['id'] === id)?.['credit_status'],
    inAccounting: async () => (await instance.sandbox.records('books', 'customers')).find((record) => record['reference'] === id)?.['creditLimit'] };
}

async function question(): Promise<SentApproval> {
  await expect.poll(async () => (await approvals.list()).length, { timeout: 30_000 }).toBe(1);
  const [approval] = await approvals.list();
  if (approval === undefined) throw new Error('nothing is asked');
  // Listed once it is stored, and put by a workflow that begins after that.
  await expect.poll(() => instance.temporal.workflow.getHandle(approvalWorkflowId(approval.id)).describe().then(() => true, () => false), { timeout: 30_000 }).toBe(true);
  return approval;
}

test('a low limit is written to accounting without a question', async () => {
  const { handle, inCrm, inAccounting } = await requestLimit('9999.50', 'ned');
  expect(await handle.result()).toMatchObject({ state: 'succeeded' });
  expect([await inAccounting(), await inCrm()]).toEqual([999_950, 'approved']);
});

test('a high limit is decided by two of the board, none of whom asked, and written once it is approved', async () => {
  const { handle, inCrm, inAccounting } = await requestLimit('50000.00', 'Vera@example.org');
  const approval = await question();
  expect(approval).toMatchObject({ requestedBy: 'Vera@example.org', shown: { 'limit asked for': '50000.00', currency: 'EUR' }, policy: { quorum: 2, approvers: ['team:credit-board'] } });
  await expect(approvals.decide(approval, 'approve', 'vera')).rejects.toMatchObject({ status: 403 });
  await expect(approvals.decide(approval, 'approve', 'yuri')).rejects.toMatchObject({ status: 403 });
  // The board is told, each with a link of their own; who asked is not.
  await expect.poll(() => told.filter((text) => text.includes(approval.id)).length, { timeout: 20_000 }).toBe(2);
  const link = told.find((text) => text.includes('For wim.'))?.match(/https:\/\/crosswalk\.example\.org(\/answer\/\S+)/)?.[1];
  expect((await fetch(`${url}${link ?? ''}`, { method: 'POST', body: new URLSearchParams({ decision: 'approve' }) })).status).toBe(200);
  expect([await inAccounting() ?? null, await inCrm()]).toEqual([null, 'requested']);
  await approvals.decide(approval, 'approve', 'xenia@example.org');
  expect(await handle.result()).toMatchObject({ state: 'succeeded' });
  expect([await inAccounting(), await inCrm()]).toEqual([5_000_000, 'approved']);
});

test('a limit that is rejected is not written, and the CRM is told', async () => {
  const { handle, inCrm, inAccounting } = await requestLimit('60000.00', 'ned');
  await approvals.decide(await question(), 'reject', 'vera', { comment: 'not before the audit' });
  expect(await handle.result()).toMatchObject({ state: 'succeeded', message: 'The limit was not approved' });
  expect([await inAccounting() ?? null, await inCrm()]).toEqual([null, 'rejected']);
});

test('an amount that nobody can read is asked about, and a request without a name waits for a person instead of being asked', async () => {
  const unreadable = await requestLimit('fifty thousand', 'ned');
  await approvals.decide(await question(), 'reject', 'vera');
  await unreadable.handle.result();
  const nameless = await requestLimit('70000.00', null);
  await expect.poll(async () => (await nameless.handle.progress()).waiting, { timeout: 30_000 }).toEqual(['decision']);
  expect(await approvals.list()).toEqual([]);
  await nameless.handle.settle({ path: 'decision', decision: 'fail' });
  await expect(nameless.handle.result()).rejects.toMatchObject({ cause: { message: expect.stringContaining('Step "decision" cannot tell who asked: "requestedBy" has no value.') as string } });
  expect([await nameless.inAccounting() ?? null, await nameless.inCrm()]).toEqual([null, 'requested']);
});

test('a limit that nobody decides about lapses, and the CRM is told', async () => {
  const { database } = instance;
  const all = (await Promise.all((['system', 'sync', 'quality', 'handoff', 'team'] as const).map((kind) => activeDefinitions(database, kind)))).flat();
  await storeDefinitions(database, all.map((definition) => (definition.name !== 'credit-limit' || !('steps' in definition.body) ? definition : {
    ...definition, hash: 'short', body: { ...definition.body, steps: definition.body.steps.map((step) => (step.kind === 'approval' ? { ...step, remindAfterMs: [], escalateAfterMs: null, expireAfterMs: 1_500 } : step)) },
  })));
  const { id, handle, inCrm, inAccounting } = await requestLimit('80000.00', 'ned');
  expect(await handle.result()).toMatchObject({ state: 'succeeded', message: 'The limit was not approved' });
  expect([await inAccounting() ?? null, await inCrm()]).toEqual([null, 'expired']);
  expect(told.some((text) => text.includes('Nobody decided in time') && text.includes('80000.00'))).toBe(true);
  expect((await approvals.list({ state: 'all' })).some(({ state, runId }) => state === 'expired' && runId !== null), id).toBe(true);
});
