import type { WorkflowStartOptions } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ApprovalsClient } from '../../../src/client/approvals-client.js';
import { answerLink } from '../../../src/config/answer-links.js';
import type { DecideResult, Decision, NewApproval } from '../../../src/contracts/approval.js';
import { approvalWorkflowId } from '../../../src/contracts/ids.js';
import { approvalMessages, taskQueue, workflowTypes } from '../../../src/contracts/names.js';
import { createApi } from '../../../src/ingress/server.js';
import { answersOf, eventsOf, findApproval, openApproval, reviseApproval } from '../../../src/store/approvals.js';
import { newId } from '../../../src/store/new-id.js';
import { startInstance, type Instance } from '../../support/instance.js';

// Row 56 of the fault matrix. See docs/faults.md.
const keys = [{ id: 'k1', secret: 'k'.repeat(40) }];
const people = Array.from({ length: 12 }, (_, at) => `person-${at + 1}`);
let instance: Instance;
let api: FastifyInstance;
let url: string;
let approvals: ApprovalsClient;

beforeAll(async () => {
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox' });
  api = createApi({ database: instance.database, client: instance.client, hosts: ['127.0.0.1'], linkKeys: keys });
  url = await api.listen({ host: '127.0.0.1', port: 0 });
  approvals = new ApprovalsClient({ url });
});
afterAll(async () => {
  await api?.close();
  await instance?.stop();
});

async function ask(more: Partial<NewApproval['policy']> = {}, start: Pick<WorkflowStartOptions, 'startDelay'> = {}) {
  const id = newId();
  const policy = { approvers: people, quorum: 1, remindAfterMs: [], escalateAfterMs: null, escalateTo: [], expireAfterMs: 3_600_000, ...more };
  await openApproval(instance.database, { id, runId: null, title: 'Sure?', shown: { amount: 1 }, policy, requestedBy: null, department: null });
  const handle = await instance.temporal.workflow.start(workflowTypes.approval, { workflowId: approvalWorkflowId(id), taskQueue, args: [{ approvalId: id }], ...start });
  const hash = (await findApproval(instance.database, id))?.hash ?? '';
  const link = (person: string) => answerLink({ publicUrl: url, keys }, { approvalId: id, person, hash, expiresAt: new Date(Date.now() + 3_600_000) });
  /** Every way to answer, in turn; each gives nothing, whatever became of it. */
  const ways = [
    (person: string, decision: Decision) => handle.signal(approvalMessages[decision], { decisionId: person, person, hash }),
    (person: string, decision: Decision) => handle.executeUpdate<DecideResult, [object]>(approvalMessages.decide, { args: [{ decisionId: person, person, hash, decision }] }),
    (person: string, decision: Decision) => approvals.decide({ id, hash }, decision, person, { decisionId: person }),
    (person: string, decision: Decision) => fetch(link(person), { method: 'POST', body: new URLSearchParams({ decision }) }),
  ];
  const everybody = (decisionOf: (at: number) => Decision) => Promise.allSettled(people.map(async (person, at) => ways[at % ways.length]?.(person, decisionOf(at))));
  const accepted = async () => (await answersOf(instance.database, id)).filter(({ verdict }) => verdict === 'accepted').map(({ decision }) => decision);
  return { id, hash, handle, link, everybody, accepted };
}

test('row 56: the approvers time out: the question lapses, they are told, and a late answer by any way changes nothing', async () => {
  const { id, handle, everybody, accepted } = await ask({ expireAfterMs: 1_000 });
  expect(await handle.result()).toMatchObject({ state: 'expired' });
  await everybody(() => 'approve');
  expect([(await findApproval(instance.database, id))?.state, await accepted()]).toEqual(['expired', []]);
  expect((await eventsOf(instance.database, id)).map(({ event }) => event)).toEqual(['asked', 'expiry']);
});

test('row 56: twelve answer at once, by every way, some for and some against: one decision wins, and it is the one that is recorded', async () => {
  for (const quorum of [1, 3, 12]) {
    const { id, handle, everybody, accepted } = await ask({ quorum });
    await everybody((at) => (at % 3 === 2 ? 'reject' : 'approve'));
    const { state } = (await handle.result()) as { state: string };
    const decisions = await accepted();
    console.log(`row 56: quorum ${quorum}: ${state} by ${decisions.join(', ')}`);
    expect((await findApproval(instance.database, id))?.state).toBe(state);
    const approvalsGiven = decisions.filter((decision) => decision === 'approve').length;
    expect(state === 'approved' ? [decisions.length, approvalsGiven] : decisions.length - approvalsGiven).toEqual(state === 'approved' ? [quorum, quorum] : 1);
    if (state === 'rejected') expect(approvalsGiven).toBeLessThan(quorum);
  }
}, 60_000);

test('row 56: the worker is killed while answers come in: what was answered counts, once', async () => {
  const { handle, everybody, accepted } = await ask({ quorum: 12 });
  const answered = everybody(() => 'approve');
  await instance.worker.kill();
  await instance.worker.start();
  await answered;
  expect(await handle.result()).toMatchObject({ state: 'approved' });
  expect(await accepted()).toEqual(people.map(() => 'approve'));
}, 90_000);

test('row 56: an approval after the question was cancelled changes nothing', async () => {
  const { id, handle, everybody, accepted } = await ask();
  await handle.cancel();
  expect(await handle.result()).toMatchObject({ state: 'cancelled' });
  await everybody(() => 'approve');
  expect([(await findApproval(instance.database, id))?.state, await accepted()]).toEqual(['cancelled', []]);
});

test('row 56: a question that is cancelled before anybody was asked is closed too', async () => {
  const { id, handle, accepted } = await ask({}, { startDelay: '1 second' });
  await handle.cancel();
  expect(await handle.result()).toMatchObject({ state: 'cancelled' });
  expect([(await findApproval(instance.database, id))?.state, await accepted()]).toEqual(['cancelled', []]);
});

test('row 56: the data changes after the question: former answers are void, an answer to the former is refused by every way, and it is asked again', async () => {
  const { id, handle, everybody, accepted } = await ask({ quorum: 2 });
  await approvals.decide(await approvals.show(id), 'approve', 'person-12');
  const changed = await reviseApproval(instance.database, id, { amount: 2 });
  await handle.signal(approvalMessages.shownChanged, { hash: changed });
  await everybody(() => 'approve');
  await expect.poll(async () => (await answersOf(instance.database, id)).filter(({ verdict }) => verdict === 'stale').length).toBeGreaterThanOrEqual(6);
  expect([(await findApproval(instance.database, id))?.state, await accepted()]).toEqual(['open', ['approve']]);
  const anew = await approvals.show(id);
  expect(anew).toMatchObject({ shown: { amount: 2 }, hash: changed });
  expect(anew.events.map(({ event, told }) => [event, told.length])).toEqual([['asked', 12], ['asked-2', 12]]);
  expect(await approvals.decide(anew, 'approve', 'person-12')).toMatchObject({ state: 'open', missing: 1 });
  expect(await approvals.decide(anew, 'approve', 'person-11')).toMatchObject({ state: 'approved' });
  expect(await handle.result()).toMatchObject({ state: 'approved' });
});
