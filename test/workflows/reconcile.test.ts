import { Client, Connection, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { reconcileWorkflowId } from '../../src/contracts/ids.js';
import { messageNames, searchAttributes, workflowTypes } from '../../src/contracts/names.js';
import { noReconciliationCounts } from '../../src/contracts/reconciliation.js';
import type { FinishReconciliationInput, ReconcileActivities, ReconcileInput, ReconcileProgress, ReconcileResult } from '../../src/contracts/reconcile-workflow.js';
import { createTestNamespace, uniqueName } from '../support/servers.js';
import { workflowBundleCode } from '../support/workflow-bundle.js';
import { installQuietRuntime } from '../support/quiet-runtime.js';

// Before anything starts the SDK's runtime, which may be set up only once.
installQuietRuntime();

const taskQueue = uniqueName('reconcile');
let client: Client;
let native: NativeConnection;
let worker: Worker;
let running: Promise<void>;

const calls: string[] = [];
const finished: FinishReconciliationInput[] = [];
let fails: keyof ReconcileActivities | undefined;
let inWindow: (handleOf: string, window: number) => Promise<void> | void = () => undefined;
let windows = 1;

function called(name: keyof ReconcileActivities, more = ''): number {
  calls.push(`${name}${more}`);
  if (fails === name) throw ApplicationFailure.nonRetryable('The system refused the credentials.', 'SystemRefused');
  return calls.filter((each) => each === `${name}${more}`).length;
}

const counts = { ...noReconciliationCounts, source: 10, target: 10 };

const activities: ReconcileActivities = {
  startReconciliation: async ({ reconciliationId }) => {
    called('startReconciliation');
    return { reconciliationId, definitionVersion: 3, toSystem: 'mailing' };
  },
  readSide: async ({ side, reconciliationId }) => {
    const window = called('readSide', ` ${side}`);
    await inWindow(reconciliationId, window);
    return { done: window >= windows, counts };
  },
  compareSides: async () => {
    called('compareSides');
    return { done: true, counts: { ...counts, differs: 2 } };
  },
  planRepair: async ({ runId }) => {
    called('planRepair');
    return { runId, writes: 2, left: 0 };
  },
  finishReconciliation: async (input) => {
    called('finishReconciliation');
    finished.push(input);
    return { reconciliationId: input.reconciliationId, sync: 'contacts', state: input.state, counts, alert: false, plan: null, message: input.message };
  },
};

beforeAll(async () => {
  const { temporalAddress: address } = inject('crosswalkServers');
  const namespace = await createTestNamespace(address);
  const workflowBundle = { code: await workflowBundleCode() };
  client = new Client({ connection: await Connection.connect({ address }), namespace });
  native = await NativeConnection.connect({ address });
  worker = await Worker.create({ connection: native, namespace, taskQueue, workflowBundle, activities });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await client.connection.close();
  await native.close();
});
beforeEach(() => {
  calls.length = 0;
  finished.length = 0;
  fails = undefined;
  windows = 1;
  inWindow = () => undefined;
});

function start(type: string, input: Partial<ReconcileInput> = {}, workflowId = uniqueName('workflow')): Promise<WorkflowHandle> {
  return client.workflow.start(type, { workflowId, taskQueue, args: [{ sync: 'contacts', ...input }] });
}

async function resultOf(handle: WorkflowHandle): Promise<ReconcileResult> {
  return (await handle.result()) as ReconcileResult;
}

describe('a reconciliation', () => {
  test('reads both sides, compares them and closes, in this order', async () => {
    windows = 2;
    const handle = await start(workflowTypes.reconcile);
    expect(await resultOf(handle)).toMatchObject({ state: 'succeeded', plan: null });
    expect(calls).toEqual(['startReconciliation', 'readSide source', 'readSide source', 'readSide target', 'readSide target', 'compareSides', 'finishReconciliation']);
    expect((await handle.describe()).searchAttributes).toMatchObject({
      [searchAttributes.sync]: ['contacts'], [searchAttributes.system]: ['mailing'], [searchAttributes.definitionVersion]: ['contacts/v3'], [searchAttributes.outcome]: ['succeeded'],
    });
  });

  test('plans the repair after it is closed, so that a failing plan takes nothing from the report', async () => {
    expect(await resultOf(await start(workflowTypes.reconcile, { repair: true }))).toMatchObject({ state: 'succeeded', plan: { writes: 2 } });
    expect(calls.slice(-2)).toEqual(['finishReconciliation', 'planRepair']);
    calls.length = 0;
    finished.length = 0;
    fails = 'planRepair';
    await expect((await start(workflowTypes.reconcile, { repair: true })).result()).rejects.toThrow(WorkflowFailedError);
    expect(finished[0]).toMatchObject({ state: 'succeeded' });
  });

  test('that was there before is repaired without reading anything again', async () => {
    const reconciliationId = '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70';
    expect(await resultOf(await start(workflowTypes.reconcile, { repairOf: reconciliationId }))).toMatchObject({ reconciliationId, plan: { writes: 2 } });
    expect(calls).toEqual(['finishReconciliation', 'planRepair']);
  });

  test('that fails is closed as failed, with the reason', async () => {
    fails = 'compareSides';
    await expect((await start(workflowTypes.reconcile)).result()).rejects.toThrow(WorkflowFailedError);
    expect(finished).toMatchObject([{ state: 'failed', message: 'The system refused the credentials.' }]);
  });

  test('can be stopped at its next checkpoint, and says how far it has come', async () => {
    windows = 3;
    const workflowId = uniqueName('workflow');
    inWindow = async () => { await client.workflow.getHandle(workflowId).signal(messageNames.stop); };
    const handle = await start(workflowTypes.reconcile, {}, workflowId);
    expect(await resultOf(handle)).toMatchObject({ state: 'stopped' });
    expect(calls).toEqual(['startReconciliation', 'readSide source', 'finishReconciliation']);
    expect(await handle.query<ReconcileProgress>(messageNames.progress)).toMatchObject({ phase: 'done', stopping: true, counts: { source: 10 } });
  });
});

describe('a scheduled reconciliation', () => {
  test('runs under the id of its sync', async () => {
    expect(await resultOf(await start(workflowTypes.scheduledReconcile))).toMatchObject({ state: 'succeeded' });
    expect((await client.workflow.getHandle(reconcileWorkflowId('contacts')).describe()).type).toBe('reconcile');
  });

  test('is skipped while one is under way', async () => {
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => { letGo = resolve; });
    inWindow = () => gate;
    const other = await start(workflowTypes.reconcile, {}, reconcileWorkflowId('contacts'));
    expect(await (await start(workflowTypes.scheduledReconcile)).result()).toBeNull();
    letGo();
    expect(await resultOf(other)).toMatchObject({ state: 'succeeded' });
  });
});
