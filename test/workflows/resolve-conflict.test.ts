import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { conflictWorkflowId } from '../../src/contracts/ids.js';
import type { ConflictActivities, DecisionOutcome, ResolveConflictResult } from '../../src/contracts/conflict-workflow.js';
import type { StartRunInput } from '../../src/contracts/sync-workflow.js';
import { messageNames, workflowTypes } from '../../src/contracts/names.js';
import { installQuietRuntime } from '../support/quiet-runtime.js';
import { createTestNamespace, uniqueName } from '../support/servers.js';
import { workflowBundleCode } from '../support/workflow-bundle.js';
import { Gate } from './worker-under-test.js';

installQuietRuntime();

const taskQueue = uniqueName('conflicts');
const outcomes: Record<string, DecisionOutcome> = { late: 'outdated', good: 'decided' };
const begun: string[] = [];
let looks = 0;
let firstLook: Gate;
let client: Client;
let native: NativeConnection;
let worker: Worker;
let running: Promise<void>;

const activities: ConflictActivities & { startRun(input: StartRunInput): Promise<never> } = {
  decideConflict: ({ decisionId }) => Promise.resolve(outcomes[decisionId] ?? 'outdated'),
  isConflictClosed: async () => {
    looks += 1;
    if (looks === 1) await firstLook.pass();
    return false;
  },
  // That a run is begun is all that is asked of it here.
  startRun: ({ sync }) => {
    begun.push(sync);
    throw ApplicationFailure.nonRetryable('no run here');
  },
};

beforeAll(async () => {
  const { temporalAddress: address } = inject('crosswalkServers');
  const namespace = await createTestNamespace(address);
  const [connection, forWorker, code] = await Promise.all([Connection.connect({ address }), NativeConnection.connect({ address }), workflowBundleCode()]);
  client = new Client({ connection, namespace });
  native = forWorker;
  worker = await Worker.create({ connection: native, namespace, taskQueue, workflowBundle: { code }, activities });
  running = worker.run();
});
afterAll(async () => {
  worker?.shutdown();
  await running;
  await native?.close();
  await client?.connection.close();
});

test('a decision that comes while an outdated one is being closed is written', async () => {
  firstLook = new Gate();
  const sync = uniqueName('contacts');
  const conflictId = uniqueName('conflict');
  const handle = await client.workflow.start<(input: object) => Promise<ResolveConflictResult>>(workflowTypes.resolveConflict, { workflowId: conflictWorkflowId(conflictId), taskQueue, args: [{ conflictId, sync }] });
  const decide = (decisionId: string) => handle.executeUpdate<DecisionOutcome, [object]>(messageNames.resolve, { args: [{ decisionId }], updateId: decisionId });
  expect(await decide('late')).toBe('outdated');
  await firstLook.reached;
  expect(await decide('good')).toBe('decided');
  firstLook.open();
  expect(await handle.result()).toMatchObject({ conflictId, outcome: 'decided' });
  expect(begun).toEqual([sync]);
});
