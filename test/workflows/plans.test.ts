import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { messageNames, searchAttributes, workflowTypes } from '../../src/contracts/names.js';
import type { PlanActivities, PlanResult } from '../../src/contracts/plan.js';
import { noCounts } from '../../src/contracts/run.js';
import type { SyncActivities, SyncProgress } from '../../src/contracts/sync-workflow.js';
import { createTestNamespace, uniqueName } from '../support/servers.js';
import { workflowBundleCode } from '../support/workflow-bundle.js';
import { installQuietRuntime } from '../support/quiet-runtime.js';

// Before anything starts the SDK's runtime, which may be set up only once.
installQuietRuntime();

let client: Client;
let native: NativeConnection;
let namespace: string;
let workflowBundle: { readonly code: string };

beforeAll(async () => {
  const { temporalAddress: address } = inject('crosswalkServers');
  namespace = await createTestNamespace(address);
  client = new Client({ connection: await Connection.connect({ address }), namespace });
  native = await NativeConnection.connect({ address });
  workflowBundle = { code: await workflowBundleCode() };
});
afterAll(async () => {
  await client.connection.close();
  await native.close();
});

/** Runs a workflow whose activities are as a test wants them, and gives its result with the activities that were called. */
async function run(type: 'applyPlan' | 'planUndo', overrides: Partial<PlanActivities & SyncActivities>, input: object = {}) {
  const calls: string[] = [];
  const counts = { ...noCounts, read: 10 };
  const opened = async ({ planId, runId = planId }: { readonly planId: string; readonly runId?: string }) => ({ runId, sync: 'contacts', toSystem: 'mailing', definitionVersion: 3 });
  const all: PlanActivities & Pick<SyncActivities, 'finishRun'> = {
    startApply: opened, startUndo: opened, checkPlan: async () => ({ done: true, misfits: 0, counts }), applyWindow: async () => ({ done: true, counts }), undoWindow: async () => ({ done: true, counts }),
    finishRun: async ({ runId, state, message }) => ({ runId, sync: 'contacts', mode: 'apply', state, counts, message }), ...overrides,
  };
  const activities = Object.fromEntries(Object.entries(all).map(([name, activity]) => [name, async (argument: never) => {
    calls.push(name);
    return activity(argument);
  }]));
  const taskQueue = uniqueName('queue');
  const workflowId = uniqueName('plan');
  const worker = await Worker.create({ connection: native, namespace, taskQueue, workflowBundle, activities });
  return worker.runUntil(async () => {
    const handle = await client.workflow.start(workflowTypes[type], { workflowId, taskQueue, args: [{ planId: 'p1', ...input }] });
    const result = await (handle.result() as Promise<PlanResult>).catch((error: unknown) => error);
    const progress = await handle.query<SyncProgress>(messageNames.progress);
    return { calls, result, progress, attributes: (await handle.describe()).searchAttributes };
  });
}

describe('applyPlan', () => {
  test('looks at the whole plan before it writes, and closes its run', async () => {
    let looks = 0;
    let writes = 0;
    const { calls, result, progress, attributes } = await run('applyPlan', {
      checkPlan: async () => ({ done: (looks += 1) === 2, misfits: 0, counts: noCounts }), applyWindow: async () => ({ done: (writes += 1) === 2, counts: noCounts }),
    });
    expect(calls).toEqual(['startApply', 'checkPlan', 'checkPlan', 'applyWindow', 'applyWindow', 'finishRun']);
    expect(result).toMatchObject({ planId: 'p1', state: 'succeeded', message: null, counts: { read: 10 } });
    expect(progress).toMatchObject({ phase: 'done', counts: { read: 10 } });
    expect(attributes).toMatchObject({ [searchAttributes.sync]: ['contacts'], [searchAttributes.definitionVersion]: ['contacts/v3'], [searchAttributes.outcome]: ['succeeded'] });
  });

  test('is held before the first write where something no longer fits', async () => {
    const { calls, result } = await run('applyPlan', { checkPlan: async () => ({ done: true, misfits: 3, counts: noCounts }) });
    expect(calls).toEqual(['startApply', 'checkPlan', 'finishRun']);
    expect(result).toMatchObject({ state: 'held', message: expect.stringContaining('3 of its writes') });
  });

  test('that is asked to stop writes no further part', async () => {
    let workflow = '';
    const { calls, result } = await run('applyPlan', {
      startApply: async ({ runId, workflowId }) => { workflow = workflowId; return { runId, sync: 'contacts', toSystem: 'mailing', definitionVersion: 3 }; },
      applyWindow: async () => { await client.workflow.getHandle(workflow).signal(messageNames.stop); return { done: false, counts: noCounts }; },
    });
    expect(calls.filter((name) => name === 'applyWindow')).toHaveLength(1);
    expect(result).toMatchObject({ state: 'stopped' });
  });
});

describe('planUndo', () => {
  test('goes through what was written and closes the run that is the plan', async () => {
    let parts = 0;
    const { calls, result } = await run('planUndo', { undoWindow: async () => ({ done: (parts += 1) === 2, counts: noCounts }) }, { scope: { runId: 'r1' } });
    expect(calls).toEqual(['startUndo', 'undoWindow', 'undoWindow', 'finishRun']);
    expect(result).toMatchObject({ planId: 'p1', runId: 'p1', state: 'succeeded' });
  });
});
