import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { realtimeWorkflowId } from '../../src/contracts/ids.js';
import { messageNames, workflowTypes } from '../../src/contracts/names.js';
import type { RealtimeActivities } from '../../src/contracts/realtime-workflow.js';
import { installQuietRuntime, quiet } from '../support/quiet-runtime.js';
import { workerOptions } from '../../workers/run-worker.js';
import { createTestNamespace, uniqueName } from '../support/servers.js';
import { workflowBundleCode } from '../support/workflow-bundle.js';

installQuietRuntime();

let client: Client;
let native: NativeConnection;
let namespace: string;
let code: string;

beforeAll(async () => {
  const { temporalAddress: address } = inject('crosswalkServers');
  namespace = await createTestNamespace(address);
  const [connection, forWorker, bundle] = await Promise.all([Connection.connect({ address }), NativeConnection.connect({ address }), workflowBundleCode()]);
  client = new Client({ connection, namespace });
  native = forWorker;
  code = bundle;
});
afterAll(async () => {
  await native?.close();
  await client?.connection.close();
});

test.each([
  ['before the worker comes', { before: 100, after: 0, carriesMs: 20, restsEvery: 4 }],
  ['while the first of them are carried over', { before: 1, after: 60, carriesMs: 20, restsEvery: 4 }],
  // The server calls off a workflow task during which more than 100 are signalled.
  ['for longer than a task may last', { before: 1, after: 160, carriesMs: 100, restsEvery: 45 }],
])('a history in which many announcements came %s is replayed, and no task of it failed', async (_when, { before, after, carriesMs, restsEvery }) => {
  const [taskQueue, sync] = [uniqueName('realtime'), uniqueName('contacts')];
  const workflowId = realtimeWorkflowId(sync);
  const wake = () => client.workflow.signalWithStart(workflowTypes.realtime, { workflowId, taskQueue, args: [{ sync }], signal: messageNames.wake, signalArgs: [] });
  for (let at = 0; at < before; at += 1) await wake();
  let carried = 0;
  const activities: RealtimeActivities = {
    carryAnnounced: async () => {
      await sleep(carriesMs);
      carried += 1;
      return carried % restsEvery === 0 ? 'nothing' : 'carried';
    },
    finishAnnounced: () => Promise.resolve(),
  };
  const worker = await Worker.create({ connection: native, namespace, taskQueue, workflowBundle: { code }, activities });
  await worker.runUntil(async () => {
    for (let at = 0; at < after; at += 1) {
      await wake();
      await sleep(20);
    }
    await sleep(2_500);
  });
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  await client.workflow.getHandle(workflowId).terminate();
  expect(history.events?.flatMap(({ workflowTaskFailedEventAttributes: failed }) => (failed ? [failed] : []))).toEqual([]);
  await expect(Worker.runReplayHistory({ workflowBundle: { code } }, history, workflowId)).resolves.toBeUndefined();
});

test('a workflow whose history cannot be replayed ends, and the next wake begins it anew', async () => {
  const [taskQueue, sync] = [uniqueName('realtime'), uniqueName('contacts')];
  const workflowId = realtimeWorkflowId(sync);
  const wake = () => client.workflow.signalWithStart(workflowTypes.realtime, { workflowId, taskQueue, args: [{ sync }], signal: messageNames.wake, signalArgs: [] });
  let looks = 0;
  const activities: RealtimeActivities = {
    carryAnnounced: () => {
      looks += 1;
      return Promise.resolve('nothing');
    },
    finishAnnounced: () => Promise.resolve(),
  };
  const first = client.workflow.getHandle(workflowId, (await wake()).signaledRunId);
  const other = await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('./another-realtime.ts', import.meta.url)), logger: quiet });
  const before = await Worker.create({ connection: native, namespace, taskQueue, workflowBundle: other, activities, maxCachedWorkflows: 0 });
  await before.runUntil(() => expect.poll(async () => (await first.fetchHistory()).events?.some(({ timerStartedEventAttributes: timer }) => timer), { timeout: 10_000 }).toBe(true));
  const worker = await Worker.create({ connection: native, namespace, taskQueue, workflowBundle: { code }, activities, workflowFailureErrorTypes: workerOptions({ activities: 10 }).workflowFailureErrorTypes ?? { '*': [] } });
  await worker.runUntil(async () => {
    await wake();
    await expect.poll(async () => (await first.describe()).status.name, { timeout: 10_000 }).toBe('FAILED');
    await wake();
    await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(0);
  });
  await client.workflow.getHandle(workflowId).terminate();
});
