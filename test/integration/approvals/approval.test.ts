import { fileURLToPath } from 'node:url';
import { Client, Connection, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createApprovalActivities } from '../../../activities/approvals/create-approval-activities.js';
import type { ApprovalPolicy, ApprovalResult, DecideResult, NewApproval } from '../../../src/contracts/approval.js';
import { approvalWorkflowId } from '../../../src/contracts/ids.js';
import { approvalMessages, searchAttributes, workflowTypes } from '../../../src/contracts/names.js';
import { answersOf, ApprovalPolicyError, eventsOf, findApproval, openApproval, openApprovals, reviseApproval, storeComment } from '../../../src/store/approvals.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { createTestNamespace, uniqueName } from '../../support/servers.js';

const logger = new DefaultLogger('ERROR');
Runtime.install({ logger });

const taskQueue = uniqueName('queue');
const policy: ApprovalPolicy = { approvers: ['ada', 'bea', 'carl'], quorum: 2, remindAfterMs: [3_600_000], escalateAfterMs: null, escalateTo: [], expireAfterMs: 7_200_000 };
let migrated: MigratedDatabase;
let client: Client;
let native: NativeConnection;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  const { temporalAddress: address } = inject('crosswalkServers');
  migrated = await openMigratedDatabase();
  const namespace = await createTestNamespace(address);
  client = new Client({ connection: await Connection.connect({ address }), namespace });
  native = await NativeConnection.connect({ address });
  const workflowBundle = await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url)), logger });
  worker = await Worker.create({ connection: native, namespace, taskQueue, workflowBundle, activities: createApprovalActivities(migrated.database) });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await client.connection.close();
  await native.close();
  await migrated.drop();
});

interface Asked { readonly id: string; readonly hash: string; readonly handle: WorkflowHandle }

async function ask(more: Partial<NewApproval> = {}): Promise<Asked> {
  const approval: NewApproval = {
    id: newId(), runId: null, title: 'Raise the credit limit of Acme', shown: { limit: 'from 10,000 to secret-50,000 EUR' }, policy, requestedBy: 'carl', department: 'finance', ...more,
  };
  await openApproval(migrated.database, approval);
  const handle = await client.workflow.start(workflowTypes.approval, { workflowId: approvalWorkflowId(approval.id), taskQueue, args: [{ approvalId: approval.id }] });
  return { id: approval.id, hash: (await findApproval(migrated.database, approval.id))?.hash ?? '', handle };
}

const by = (person: string, hash: string, decisionId = `of-${person}`) => ({ decisionId, person, hash });
const decide = (handle: WorkflowHandle, answer: object) => handle.executeUpdate<DecideResult, [object]>(approvalMessages.decide, { args: [answer] });
const verdicts = async (id: string) => (await answersOf(migrated.database, id)).map(({ person, verdict }) => `${person}: ${verdict}`);

describe('an approval', () => {
  test('is approved by the signals of enough people; repeats and its own asker do not count', async () => {
    const { id, hash, handle } = await ask();
    for (const person of ['carl', 'ada', 'ada', 'bea']) await handle.signal(approvalMessages.approve, by(person, hash));
    expect(await handle.result()).toEqual({ approvalId: id, state: 'approved' } satisfies ApprovalResult);
    expect(await findApproval(migrated.database, id)).toMatchObject({ state: 'approved', closedAt: expect.any(Date) });
    expect((await verdicts(id)).toSorted()).toEqual(['ada: accepted', 'bea: accepted', 'carl: own-request']);
    expect((await handle.describe()).searchAttributes).toMatchObject({ [searchAttributes.outcome]: ['approved'] });
  });

  test('tells who answers by the update at once what became of it', async () => {
    const { hash, handle } = await ask();
    expect(await decide(handle, { ...by('carl', hash), decision: 'approve' })).toMatchObject({ verdict: 'own-request', state: 'open', missing: 2 });
    expect(await decide(handle, { ...by('ada', hash), decision: 'approve' })).toMatchObject({ verdict: 'accepted', state: 'open', missing: 1, approvedBy: ['ada'] });
    expect(await decide(handle, { ...by('eve', hash), decision: 'reject' })).toMatchObject({ verdict: 'no-approver' });
    await expect(decide(handle, { ...by('bea', hash), decision: 'maybe' })).rejects.toThrow(WorkflowUpdateFailedError);
    expect(await decide(handle, { ...by('bea', hash), decision: 'reject' })).toMatchObject({ verdict: 'accepted', state: 'rejected' });
    expect(await handle.result()).toMatchObject({ state: 'rejected' });
  });

  test('is asked again when what is shown has changed: an answer to the former is refused', async () => {
    const { id, hash, handle } = await ask();
    await decide(handle, { ...by('ada', hash), decision: 'approve' });
    const changed = await reviseApproval(migrated.database, id, { limit: 'from 10,000 to 90,000 EUR' });
    await handle.signal(approvalMessages.shownChanged, { hash: changed });
    expect(await decide(handle, { ...by('bea', hash), decision: 'approve' })).toMatchObject({ verdict: 'stale', approvedBy: [], missing: 2, hash: changed });
    expect(await decide(handle, { ...by('bea', changed ?? ''), decision: 'approve' })).toMatchObject({ verdict: 'accepted' });
    expect(await decide(handle, { ...by('ada', changed ?? '', 'anew'), decision: 'approve' })).toMatchObject({ state: 'approved' });
    // The refused answer of this id was given again and accepted.
    expect((await verdicts(id)).filter((text) => text.startsWith('bea'))).toEqual(['bea: accepted']);
  });

  test('reminds, escalates and lapses while nobody answers', async () => {
    const { id, handle } = await ask({ policy: { ...policy, remindAfterMs: [100], escalateAfterMs: 200, escalateTo: ['dan'], expireAfterMs: 300 } });
    expect(await handle.result()).toMatchObject({ state: 'expired' });
    expect((await eventsOf(migrated.database, id)).map(({ event, told }) => [event, told])).toEqual([['reminder-1', ['ada', 'bea']], ['escalation', ['dan']], ['expiry', []]]);
  });

  test('that is cancelled is closed', async () => {
    const { id, hash, handle } = await ask();
    await decide(handle, { ...by('carl', hash), decision: 'approve' });
    await handle.cancel();
    expect(await handle.result()).toEqual({ approvalId: id, state: 'cancelled' });
    expect((await openApprovals(migrated.database, 1000)).map((open) => open.id)).not.toContain(id);
  });

  test('that is not stored fails and says so', async () => {
    const handle = await client.workflow.start(workflowTypes.approval, { workflowId: uniqueName('approval'), taskQueue, args: [{ approvalId: newId() }] });
    await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { message: expect.stringContaining('There is no approval') } } });
  });

  test('leaves what is shown and what people say out of its history', async () => {
    const { id, hash, handle } = await ask();
    await storeComment(migrated.database, { approvalId: id, decisionId: 'of-ada', text: 'secret-opinion' });
    await handle.signal(approvalMessages.reject, by('ada', hash));
    await handle.result();
    const history = JSON.stringify(await handle.fetchHistory()).replaceAll(/"data":"([^"]*)"/g, (_all, data: string) => Buffer.from(data, 'base64').toString());
    expect(history).toContain('of-ada');
    expect(history).not.toContain('secret-');
    expect(await answersOf(migrated.database, id)).toMatchObject([{ comment: 'secret-opinion', decision: 'reject' }]);
  });
});

describe('asking', () => {
  test('twice under one id asks once, as it was first asked', async () => {
    const { id } = await ask();
    await openApproval(migrated.database, { id, runId: null, title: 'Another', shown: {}, policy, requestedBy: null, department: null });
    expect(await findApproval(migrated.database, id)).toMatchObject({ title: 'Raise the credit limit of Acme' });
  });

  test('is refused where nobody could ever answer', async () => {
    await expect(openApproval(migrated.database, { id: newId(), runId: null, title: 'x', shown: {}, policy: { ...policy, approvers: ['carl'] }, requestedBy: 'carl', department: null })).rejects.toThrow(ApprovalPolicyError);
  });
});
