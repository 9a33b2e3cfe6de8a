import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { CrosswalkClient } from '../../src/client/crosswalk-client.js';
import { failureTypes } from '../../src/contracts/failures.js';
import { taskQueue } from '../../src/contracts/names.js';
import { createTestNamespace, uniqueName } from '../support/servers.js';
import { FakeSync, Gate, TemporalUnderTest } from './worker-under-test.js';

let temporal: TemporalUnderTest;
let client: CrosswalkClient;

beforeAll(async () => {
  const { temporalAddress } = inject('crosswalkServers');
  const namespace = await createTestNamespace(temporalAddress);
  temporal = await TemporalUnderTest.connect(temporalAddress, namespace, taskQueue);
  client = await CrosswalkClient.connect({ connection: { address: temporalAddress }, namespace });
});
afterAll(async () => {
  await client.close();
  await temporal.close();
});

describe('the client', () => {
  test('starts a sync, waits for it and gives its result', async () => {
    const { sync } = temporal.of(new FakeSync());
    const handle = await client.startSync(sync);
    expect(handle).toMatchObject({ sync, workflowId: `sync/${sync}`, started: true });
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect(await client.syncStatus(sync)).toMatchObject({ state: 'completed', progress: null, temporalRunId: handle.temporalRunId });
  });

  test('gives the handle of the run that is under way, of whatever mode', async () => {
    const fake = new FakeSync();
    const gate = new Gate();
    fake.inWindow = () => gate.pass();
    const { sync } = temporal.of(fake);
    const first = await client.startSync(sync, { mode: 'full', allowRemovals: true });
    await gate.reached;
    const second = await client.startSync(sync);
    expect(second).toMatchObject({ started: false, temporalRunId: first.temporalRunId });
    expect(await client.syncStatus(sync)).toMatchObject({ state: 'running', progress: { phase: 'reading and writing', paused: false } });
    gate.open();
    expect(await second.result()).toEqual(await first.result());
    expect(fake.inputs('startRun')).toMatchObject([{ mode: 'full', allowRemovals: true }]);
  });

  test('pauses, resumes and stops a run, and sees each', async () => {
    const fake = new FakeSync({ windows: { syncWindow: 3 } });
    const [first, second] = [new Gate(), new Gate()];
    fake.inWindow = (_name, count) => (count === 1 ? first.pass() : second.pass());
    const { sync } = temporal.of(fake);
    const handle = await client.startSync(sync);
    await first.reached;
    await handle.pause();
    expect(await handle.progress()).toMatchObject({ paused: true });
    await handle.resume();
    expect(await handle.progress()).toMatchObject({ paused: false });
    first.open();
    await second.reached;
    await handle.stop();
    second.open();
    expect(await handle.result()).toMatchObject({ state: 'stopped' });
  });

  test('keeps the runs of a backfill apart from those of the sync', async () => {
    const fake = new FakeSync();
    const gate = new Gate();
    fake.inWindow = () => gate.pass();
    const { sync } = temporal.of(fake);
    const handles = await Promise.all([client.startSync(sync), client.startSync(sync, { mode: 'backfill' }), client.startSync(sync, { mode: 'plan' })]);
    expect(handles.map(({ workflowId, started }) => [workflowId, started])).toEqual([[`sync/${sync}`, true], [`backfill/${sync}`, true], [`plan/${sync}`, true]]);
    gate.open();
    await Promise.all(handles.map((handle) => handle.result()));
  });

  test('tells of a run that failed', async () => {
    const fake = new FakeSync();
    fake.inWindow = () => { throw ApplicationFailure.nonRetryable('no', failureTypes.systemRefused); };
    const { sync } = temporal.of(fake);
    await expect((await client.startSync(sync)).result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect(await client.syncStatus(sync)).toMatchObject({ state: 'failed' });
  });

  test('knows of no run where there was none', async () => {
    expect(await client.syncStatus(uniqueName('never'))).toBeNull();
  });
});
