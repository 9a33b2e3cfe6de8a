import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createApprovalActivities } from '../../../activities/approvals/create-approval-activities.js';
import type { ApprovalPolicy, ApprovalResult, DecideResult, NewApproval } from '../../../src/contracts/approval.js';
import type { DeliverInput, DeliverResult } from '../../../src/contracts/notification.js';
import { approvalWorkflowId } from '../../../src/contracts/ids.js';
import { approvalMessages, searchAttributes, workflowTypes } from '../../../src/contracts/names.js';
import { answersOf, ApprovalPolicyError, eventsOf, findApproval, openApproval, openApprovals, reviseApproval, storeComment } from '../../../src/store/approvals.js';
import { recentNotifications } from '../../../src/store/notifications.js';
import { storeDefinitions, type NewDefinition } from '../../../src/store/definitions.js';
import { endDelegation, storeDelegation } from '../../../src/store/delegations.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.js';
import { createTestNamespace, uniqueName } from '../../support/servers.js';
import { workflowBundleCode } from '../../support/workflow-bundle.js';
import { installQuietRuntime } from '../../support/quiet-runtime.js';

installQuietRuntime();

const taskQueue = uniqueName('queue');
const policy: ApprovalPolicy = { approvers: ['ada', 'bea', 'carl'], quorum: 2, remindAfterMs: [3_600_000], escalateAfterMs: null, escalateTo: [], expireAfterMs: 7_200_000 };
let migrated: MigratedDatabase;
let client: Client;
let native: NativeConnection;
let stopWorker: () => Promise<void>;
const delivered: string[] = [];
let channelIsDown = false;
const slowToFind = new Set<string>();

beforeAll(async () => {
  const { temporalAddress: address } = inject('crosswalkServers');
  migrated = await openMigratedDatabase();
  const namespace = await createTestNamespace(address);
  client = new Client({ connection: await Connection.connect({ address }), namespace });
  native = await NativeConnection.connect({ address });
  stopWorker = await startWorker(taskQueue);
});
afterAll(async () => {
  await stopWorker();
  await client.connection.close();
  await native.close();
  await migrated.drop();
});

async function startWorker(queue: string): Promise<() => Promise<void>> {
  const { namespace } = client.options;
  const workflowBundle = { code: await workflowBundleCode() };
  const approvalActivities = createApprovalActivities({ database: migrated.database });
  const worker = await Worker.create({ connection: native, namespace, taskQueue: queue, workflowBundle, activities: {
    ...approvalActivities,
    findAnswerer: async (input: { readonly approvalId: string; readonly person: string }) => {
      if (slowToFind.has(input.person)) await sleep(500);
      return approvalActivities.findAnswerer(input);
    },
    deliverNotification: async ({ notificationId }: DeliverInput): Promise<DeliverResult> => {
      if (channelIsDown) throw new Error('the channel is down');
      delivered.push(notificationId);
      return { delivered: 1, failed: 0 };
    },
  } });
  const running = worker.run();
  return async () => { worker.shutdown(); await running; };
}

interface Asked { readonly id: string; readonly hash: string; readonly handle: WorkflowHandle }

async function ask(more: Partial<NewApproval> = {}, queue = taskQueue): Promise<Asked> {
  const approval: NewApproval = {
    id: newId(), runId: null, title: 'Raise the credit limit of Acme', shown: { limit: 'from 10,000 to secret-50,000 EUR' }, policy, requestedBy: 'carl', department: 'finance', ...more,
  };
  await openApproval(migrated.database, approval);
  const handle = await client.workflow.start(workflowTypes.approval, { workflowId: approvalWorkflowId(approval.id), taskQueue: queue, args: [{ approvalId: approval.id }] });
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

  test('is decided by the answer that came first, though who gave it was found last', async () => {
    const first = uniqueName('ada');
    slowToFind.add(first);
    const { id, hash, handle } = await ask({ policy: { ...policy, approvers: [first, 'bea'], quorum: 1 } });
    await handle.signal(approvalMessages.approve, by(first, hash));
    await handle.signal(approvalMessages.reject, by('bea', hash));
    expect(await handle.result()).toMatchObject({ state: 'approved' });
    expect((await verdicts(id)).toSorted()).toEqual([`${first}: accepted`, 'bea: closed']);
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
    const { id, handle } = await ask({ title: 'Lapses', policy: { ...policy, remindAfterMs: [300], escalateAfterMs: 600, escalateTo: ['dan'], expireAfterMs: 900 } });
    expect(await handle.result()).toMatchObject({ state: 'expired' });
    expect((await eventsOf(migrated.database, id)).map(({ event, told }) => [event, told])).toEqual([['asked', ['ada', 'bea']], ['reminder-1', ['ada', 'bea']], ['escalation', ['dan']], ['expiry', []]]);
    // Stored first, then delivered through the channels: nothing that people are told is lost or told twice.
    const told = (await recentNotifications(migrated.database, 1000)).filter(({ body, title }) => body.includes(id) || title.startsWith('Nobody decided in time: Lapses'));
    expect(told.map(({ title, severity, department }) => [title.split(':')[0], severity, department]).toReversed()).toEqual([
      ['Please decide', 'info', 'finance'], ['Still waiting', 'info', 'finance'], ['Nobody has answered yet', 'warning', 'finance'], ['Nobody decided in time', 'warning', 'finance'],
    ]);
    expect(delivered.filter((given) => told.some((one) => one.id === given)).toSorted()).toEqual(told.map((one) => one.id).toSorted());
  });

  test('is decided while the channel is down; that it lapsed is told once the channel is back', async () => {
    channelIsDown = true;
    const decided = await ask();
    await decide(decided.handle, { ...by('ada', decided.hash), decision: 'reject' });
    expect(await decided.handle.result()).toMatchObject({ state: 'rejected' });
    const lapsed = await ask({ title: 'Lapses unheard', policy: { ...policy, remindAfterMs: [], expireAfterMs: 500 } });
    await expect.poll(async () => (await findApproval(migrated.database, lapsed.id))?.state, { timeout: 10_000 }).toBe('expired');
    const notice = (await recentNotifications(migrated.database, 1000)).find(({ title }) => title === 'Nobody decided in time: Lapses unheard')?.id;
    expect(delivered).not.toContain(notice);
    channelIsDown = false;
    expect(await lapsed.handle.result()).toMatchObject({ state: 'expired' });
    expect(delivered.filter((id) => id === notice)).toHaveLength(1);
  });

  test('that is cancelled is closed', async () => {
    const { id, hash, handle } = await ask();
    await decide(handle, { ...by('carl', hash), decision: 'approve' });
    await handle.cancel();
    expect(await handle.result()).toEqual({ approvalId: id, state: 'cancelled' });
    expect((await openApprovals(migrated.database, 1000)).map((open) => open.id)).not.toContain(id);
  });

  test('that is cancelled while it is put anew is closed', async () => {
    // Nothing takes up the tasks of this queue until all three have come, so that they come together.
    const queue = uniqueName('queue');
    const { id, handle } = await ask({}, queue);
    await handle.signal(approvalMessages.shownChanged, { hash: 'ab'.repeat(32) });
    await handle.cancel();
    const stop = await startWorker(queue);
    try {
      expect(await handle.result()).toEqual({ approvalId: id, state: 'cancelled' });
      expect(await findApproval(migrated.database, id)).toMatchObject({ state: 'cancelled' });
    } finally {
      await stop();
    }
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

const team = (name: string, ...members: readonly (readonly string[])[]): NewDefinition => ({
  kind: 'team', name, hash: members.join(), source: '', body: { team: name, title: name, members: members.map((names) => ({ names })) },
});
const inAnHour = () => new Date(Date.now() + 3_600_000);

describe('teams and delegations', () => {
  test('a quorum is of different members, by whichever name they answer; who asked is kept out by every name', async () => {
    await storeDefinitions(migrated.database, [team('credit-board', ['vera', 'vera@example.org'], ['wim'], ['carl', 'carl@example.org']), team('directors', ['wim'], ['xenia'])]);
    const { id, hash, handle } = await ask({ requestedBy: 'Carl@Example.org', policy: { ...policy, approvers: ['team:credit-board', 'team:directors'] } });
    const say = async (person: string) => (await decide(handle, { ...by(person, hash), decision: 'approve' })).verdict;
    expect([await say('carl'), await say('CARL'), await say('carl@example.org'), await say('credit-board'), await say('ada')]).toEqual(['own-request', 'own-request', 'own-request', 'no-approver', 'no-approver']);
    expect([await say('vera'), await say('VERA@example.org'), await say('wim')]).toEqual(['accepted', 'answered-before', 'accepted']);
    expect(await handle.result()).toMatchObject({ state: 'approved' });
    expect((await eventsOf(migrated.database, id))[0]).toMatchObject({ event: 'asked', told: ['vera', 'wim', 'xenia'] });
  });

  test('who has left the team meanwhile may no longer answer', async () => {
    await storeDefinitions(migrated.database, [team('credit-board', ['vera'], ['wim'], ['xenia'])]);
    const { hash, handle } = await ask({ policy: { ...policy, approvers: ['team:credit-board'] } });
    await storeDefinitions(migrated.database, [team('credit-board', ['wim'], ['xenia'])]);
    expect(await decide(handle, { ...by('vera', hash), decision: 'approve' })).toMatchObject({ verdict: 'no-approver' });
  });

  test('a delegate answers once, in the place of one other, and the record says so', async () => {
    const [from, to] = [uniqueName('xenia'), uniqueName('yuri')];
    await storeDelegation(migrated.database, { id: newId(), from, to, until: inAnHour(), reason: 'on leave' });
    const { id, hash, handle } = await ask({ policy: { ...policy, approvers: [from, 'ada', 'bea'] } });
    expect(await decide(handle, { ...by(to, hash), decision: 'approve' })).toMatchObject({ verdict: 'accepted', approvedBy: [from], missing: 1 });
    expect(await decide(handle, { ...by(to, hash, 'again'), decision: 'approve' })).toMatchObject({ verdict: 'answered-before' });
    expect(await decide(handle, { ...by(from, hash), decision: 'approve' })).toMatchObject({ verdict: 'answered-before' });
    expect(await decide(handle, { ...by('ada', hash), decision: 'approve' })).toMatchObject({ verdict: 'accepted', state: 'approved' });
    expect((await answersOf(migrated.database, id)).filter(({ verdict }) => verdict === 'accepted')).toMatchObject([{ person: to, onBehalfOf: from }, { person: 'ada', onBehalfOf: null }]);
  });

  test('a member who stands in for another is one vote, not two; nobody stands in for who asked, or is reached by who asked', async () => {
    const [member, other, stranger, asker] = [uniqueName('zoe'), uniqueName('max'), uniqueName('ivo'), uniqueName('uma')];
    for (const [from, to] of [[other, member], [asker, stranger], [other, asker]] as const) await storeDelegation(migrated.database, { id: newId(), from, to, until: inAnHour(), reason: null });
    const { hash, handle } = await ask({ requestedBy: asker, policy: { ...policy, approvers: [member, other, asker] } });
    const say = async (person: string, decisionId: string) => (await decide(handle, { ...by(person, hash, decisionId), decision: 'approve' })).verdict;
    expect([await say(stranger, '1'), await say(asker, '2'), await say(member, '3'), await say(member, '4')]).toEqual(['no-approver', 'own-request', 'accepted', 'answered-before']);
    expect(await say(other, '5')).toBe('accepted');
  });

  test('a delegation that is over counts no longer', async () => {
    const [from, to] = [uniqueName('xenia'), uniqueName('yuri')];
    const ended = newId();
    await storeDelegation(migrated.database, { id: newId(), from, to, until: new Date(Date.now() - 1000), reason: null });
    await storeDelegation(migrated.database, { id: ended, from, to, until: inAnHour(), reason: null });
    expect([await endDelegation(migrated.database, ended), await endDelegation(migrated.database, ended)]).toEqual([true, false]);
    const { hash, handle } = await ask({ policy: { ...policy, approvers: [from, 'ada'] } });
    expect(await decide(handle, { ...by(to, hash), decision: 'approve' })).toMatchObject({ verdict: 'no-approver' });
  });
});

describe('asking', () => {
  test('twice under one id asks once, as it was first asked', async () => {
    const { id } = await ask();
    await openApproval(migrated.database, { id, runId: null, title: 'Another', shown: {}, policy, requestedBy: null, department: null });
    expect(await findApproval(migrated.database, id)).toMatchObject({ title: 'Raise the credit limit of Acme' });
  });

  test('is refused where a team has too few members besides who asks', async () => {
    await storeDefinitions(migrated.database, [team('two', ['carl', 'carl@example.org'], ['dan'])]);
    const asked = (requestedBy: string | null) => openApproval(migrated.database, { id: newId(), runId: null, title: 'x', shown: {}, policy: { ...policy, approvers: ['team:two'] }, requestedBy, department: null });
    await expect(asked('carl@example.org')).rejects.toThrow('only 1 others');
    await expect(asked(null)).resolves.toBeUndefined();
  });

  test('is refused where nobody could ever answer', async () => {
    await expect(openApproval(migrated.database, { id: newId(), runId: null, title: 'x', shown: {}, policy: { ...policy, approvers: ['carl'] }, requestedBy: 'carl', department: null })).rejects.toThrow(ApprovalPolicyError);
  });
});
