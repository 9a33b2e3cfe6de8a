import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createApprovalActivities } from '../../../activities/approvals/create-approval-activities.js';
import { CrosswalkApiError } from '../../../src/client/api-request.js';
import { ApprovalsClient } from '../../../src/client/approvals-client.js';
import { CrosswalkClient } from '../../../src/client/crosswalk-client.js';
import { answerLink } from '../../../src/config/answer-links.js';
import type { NewApproval } from '../../../src/contracts/approval.js';
import type { DeliverResult } from '../../../src/contracts/notification.js';
import { approvalWorkflowId } from '../../../src/contracts/ids.js';
import { approvalMessages, workflowTypes } from '../../../src/contracts/names.js';
import { createApi } from '../../../src/ingress/server.js';
import { answersOf, findApproval, openApproval, reviseApproval } from '../../../src/store/approvals.js';
import { newId } from '../../../src/store/new-id.js';
import { recentNotifications } from '../../../src/store/notifications.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { createTestNamespace, uniqueName } from '../../support/servers.js';
import { workflowBundleCode } from '../../support/workflow-bundle.js';
import { installQuietRuntime } from '../../support/quiet-runtime.js';

installQuietRuntime();

const taskQueue = uniqueName('queue');
const keys = [{ id: 'k1', secret: 'k'.repeat(40) }];
let publicUrl = '';
let migrated: MigratedDatabase;
let client: Client;
let native: NativeConnection;
let worker: Worker;
let running: Promise<void>;
let api: FastifyInstance;
let approvals: ApprovalsClient;

beforeAll(async () => {
  const { temporalAddress: address } = inject('crosswalkServers');
  migrated = await openMigratedDatabase();
  const namespace = await createTestNamespace(address);
  client = new Client({ connection: await Connection.connect({ address }), namespace });
  native = await NativeConnection.connect({ address });
  api = createApi({ database: migrated.database, client: CrosswalkClient.using(client), hosts: ['127.0.0.1'], linkKeys: keys });
  publicUrl = await api.listen({ host: '127.0.0.1', port: 0 });
  approvals = new ApprovalsClient({ url: publicUrl });
  const workflowBundle = { code: await workflowBundleCode() };
  worker = await Worker.create({ connection: native, namespace, taskQueue, workflowBundle, activities: {
    ...createApprovalActivities({ database: migrated.database, answerLinks: { publicUrl, keys } }),
    deliverNotification: async (): Promise<DeliverResult> => ({ delivered: 1, failed: 0 }),
  } });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await api.close();
  await client.connection.close();
  await native.close();
  await migrated.drop();
});

interface Asked { readonly id: string; readonly hash: string; readonly handle: WorkflowHandle; readonly linkOf: (person: string) => Promise<string> }

async function ask(more: Partial<NewApproval['policy']> = {}, shown: NewApproval['shown'] = { limit: '<b>50,000</b> EUR' }): Promise<Asked> {
  const policy = { approvers: ['ada', 'bea', 'carl'], quorum: 2, remindAfterMs: [], escalateAfterMs: null, escalateTo: [], expireAfterMs: 7_200_000, ...more };
  const id = newId();
  await openApproval(migrated.database, { id, runId: null, title: 'Raise the limit?', shown, policy, requestedBy: 'carl', department: null });
  const handle = await client.workflow.start(workflowTypes.approval, { workflowId: approvalWorkflowId(id), taskQueue, args: [{ approvalId: id }] });
  const linkOf = async (person: string): Promise<string> => {
    let link: string | null | undefined;
    await expect.poll(async () => { link = (await recentNotifications(migrated.database, 1000)).find(({ body }) => body.includes(id) && body.startsWith(`For ${person}.`))?.link; return link; }, { timeout: 10_000 }).toBeTruthy();
    return link ?? '';
  };
  return { id, hash: (await findApproval(migrated.database, id))?.hash ?? '', handle, linkOf };
}

const refusal = async (task: Promise<unknown>) => {
  const error: unknown = await task.then(() => undefined, (caught: unknown) => caught);
  if (!(error instanceof CrosswalkApiError)) throw new Error(`it was not refused: ${String(error)}`);
  return error.status;
};
const press = async (link: string, decision: string, comment = '') => {
  const answer = await fetch(link, { method: 'POST', body: new URLSearchParams({ decision, comment }) });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
};

describe('over the API', () => {
  test('a question is listed, shown and decided, bound to what was shown, and repeats are harmless', async () => {
    const { id, handle } = await ask();
    const listed = (await approvals.list()).find((one) => one.id === id);
    if (listed === undefined) throw new Error('it is not listed');
    expect(await refusal(approvals.decide(listed, 'approve', 'carl'))).toBe(403);
    expect(await refusal(approvals.decide(listed, 'approve', 'eve'))).toBe(403);
    expect(await refusal(approvals.decide({ id, hash: 'ab'.repeat(32) }, 'approve', 'ada'))).toBe(409);
    expect(await approvals.decide(listed, 'approve', 'ada', { decisionId: 'one', comment: 'fine' })).toMatchObject({ verdict: 'accepted', missing: 1 });
    expect(await approvals.decide(listed, 'approve', 'ada', { decisionId: 'one' })).toMatchObject({ verdict: 'repeated', missing: 1 });
    expect(await refusal(approvals.decide(listed, 'approve', 'ada'))).toBe(409);
    expect(await approvals.decide(listed, 'approve', 'bea')).toMatchObject({ state: 'approved' });
    await handle.result();
    expect(await refusal(approvals.decide(listed, 'approve', 'bea'))).toBe(409);
    expect((await approvals.list()).map((one) => one.id)).not.toContain(id);
    expect((await approvals.list({ state: 'all', limit: 200 })).map((one) => one.id)).toContain(id);
    const shown = await approvals.show(id);
    expect(shown).toMatchObject({ state: 'approved', requestedBy: 'carl', events: [{ event: 'asked', told: ['ada', 'bea'] }] });
    expect(shown.answers.find(({ decisionId }) => decisionId === 'one')).toMatchObject({ person: 'ada', verdict: 'accepted', comment: 'fine' });
  });

  test('what makes no sense is refused with a problem', async () => {
    expect(await refusal(approvals.show(newId()))).toBe(404);
    expect(await refusal(approvals.show('%00'))).toBe(404);
    expect(await refusal(approvals.decide({ id: newId(), hash: 'ab'.repeat(32) }, 'approve', 'ada'))).toBe(404);
    expect(await refusal(approvals.decide({ id: newId(), hash: 'short' }, 'approve', 'ada'))).toBe(400);
    expect(await refusal(approvals.decide({ id: newId(), hash: 'ab'.repeat(32) }, 'approve', 'team:board'))).toBe(400);
    const answer = await fetch(`${publicUrl}/api/approvals?limit=0`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, expect.stringContaining('application/problem+json')]);
  });
});

describe('by the link of a notification', () => {
  test('opening shows the question and changes nothing; pressing decides; pressing again says what was decided', async () => {
    const { id, linkOf, handle } = await ask();
    const link = await linkOf('ada');
    for (const method of ['GET', 'HEAD', 'GET']) expect((await fetch(link, { method })).status).toBe(200);
    expect(await answersOf(migrated.database, id)).toEqual([]);
    const opened = await fetch(link);
    expect(await opened.text()).toContain('&lt;b&gt;50,000&lt;/b&gt; EUR');
    expect(Object.fromEntries(opened.headers)).toMatchObject({
      'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/),
    });
    expect(await press(link, 'approve', 'fine')).toMatchObject({ status: 200, text: expect.stringContaining('You have approved this') as string });
    expect(await press(link, 'reject')).toMatchObject({ status: 200, text: expect.stringContaining('You have approved this') as string });
    expect(await (await fetch(link)).text()).toContain('You have approved this');
    expect((await press(await linkOf('bea'), 'reject')).text).toContain('is rejected');
    expect(await handle.result()).toMatchObject({ state: 'rejected' });
    expect((await answersOf(migrated.database, id)).map(({ person, decision, comment }) => [person, decision, comment])).toEqual([['ada', 'approve', 'fine'], ['bea', 'reject', null]]);
    expect((await press(link, 'approve')).text).toContain('You have approved this');
  });

  test('twice at the same moment is one decision', async () => {
    const { id, linkOf } = await ask();
    const link = await linkOf('ada');
    const pages = await Promise.all(['approve', 'approve', 'approve', 'approve'].map((decision) => press(link, decision)));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await answersOf(migrated.database, id)).map(({ verdict }) => verdict)).toEqual(['accepted']);
  });

  test('who asked gets none, and one made for them does not count', async () => {
    const { id, hash, linkOf } = await ask();
    await linkOf('ada');
    expect((await recentNotifications(migrated.database, 1000)).filter(({ body }) => body.includes(id)).map(({ body }) => body.split('\n')[0])).not.toContain('For carl.');
    const link = answerLink({ publicUrl, keys }, { approvalId: id, person: 'carl', hash, expiresAt: new Date(Date.now() + 60_000) });
    expect(await press(link, 'approve')).toMatchObject({ status: 403, text: expect.stringContaining('own request') as string });
  });

  test('a link that is wrong, out of date, or about something else says so, and decides nothing', async () => {
    const { id, hash, linkOf, handle } = await ask();
    const link = await linkOf('ada');
    const made = (more: object) => answerLink({ publicUrl, keys }, { approvalId: id, person: 'ada', hash, expiresAt: new Date(Date.now() + 60_000), ...more });
    const cases = [[`${link}x`, 404], [link.slice(0, -3), 404], [`${publicUrl}/answer/`, 404], [`${publicUrl}/answer/a.b`, 404], [made({ approvalId: newId() }), 404], [made({ expiresAt: new Date(Date.now() - 1000) }), 410], [made({ hash: 'ab'.repeat(32) }), 409],
      [answerLink({ publicUrl, keys: [{ id: 'k1', secret: 'other'.repeat(8) }] }, { approvalId: id, person: 'ada', hash, expiresAt: new Date(Date.now() + 60_000) }), 404]] as const;
    for (const [address, status] of cases) {
      expect([address, (await fetch(address)).status, (await press(address, 'approve')).status]).toEqual([address, status, status]);
    }
    expect((await press(link, 'maybe')).status).toBe(400);
    expect((await press(link, 'approve', 'x'.repeat(20_000))).status).toBe(413);
    expect(await answersOf(migrated.database, id)).toEqual([]);
    const changed = await reviseApproval(migrated.database, id, { limit: 'another' });
    await handle.signal(approvalMessages.shownChanged, { hash: changed });
    expect((await press(link, 'approve')).status).toBe(409);
    await handle.cancel();
    await handle.result();
    expect(await press(link, 'approve')).toMatchObject({ status: 410, text: expect.stringContaining('is cancelled') as string });
    expect(await answersOf(migrated.database, id)).toEqual([]);
  });

  test('the secrets of links are in no history', async () => {
    const { linkOf, handle } = await ask({ quorum: 1 });
    const link = await linkOf('ada');
    await press(link, 'approve');
    await handle.result();
    const history = JSON.stringify(await handle.fetchHistory()).replaceAll(/"data":"([^"]*)"/g, (_all, data: string) => Buffer.from(data, 'base64').toString());
    expect(history).toContain('ada');
    expect(history).not.toContain(link.split('.').at(-1));
  });
});
