import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messageNames, workflowTypes } from '../../src/contracts/names.js';
import type { StartRunInput, WindowInput } from '../../src/contracts/sync-workflow.js';
import { resolveTemporalBinary } from '../../src/local/temporal-binary.js';
import { SEARCH_ATTRIBUTES } from '../../src/local/temporal-server.js';
import { FakeSync, Gate, progressOf, TemporalUnderTest, untilProgress } from './worker-under-test.js';

let environment: TestWorkflowEnvironment;
let temporal: TemporalUnderTest;

// A server that suggests to continue as new from the first event on, so that a run does so after each window.
beforeAll(async () => {
  const { path } = await resolveTemporalBinary({ onProgress: (message) => process.stderr.write(`${message}\n`) });
  environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path }, namespace: 'continued', log: { level: 'error', format: 'pretty' },
      extraArgs: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=1', ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`])],
    },
  });
  temporal = await TemporalUnderTest.connect(environment.address, 'continued');
});
afterAll(async () => {
  await temporal.close();
  await environment.teardown();
});

// Temporal waits for a second before it goes on, so the tests wait together.
describe.concurrent('a run that continues as new', () => {
  test('stays one run, and comes to its end', async () => {
    const fake = new FakeSync({ started: { removes: true }, windows: { syncWindow: 3 } });
    const workflows = temporal.of(fake);
    const handle = await workflows.start(workflowTypes.sync, { mode: 'full', allowRemovals: true });
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    const starts = fake.inputs<StartRunInput>('startRun');
    expect(starts.length).toBeGreaterThan(2);
    expect(new Set(starts.map(({ runId }) => runId)).size).toBe(1);
    expect(starts.every(({ mode, allowRemovals, workflowId }) => mode === 'full' && allowRemovals && workflowId === handle.workflowId)).toBe(true);
    expect(new Set(fake.inputs<WindowInput>('syncWindow').map(({ runId }) => runId))).toEqual(new Set([starts[0]?.runId]));
    expect(fake.inputs('finishRun')).toHaveLength(1);
  });

  test('keeps the mode of a backfill', async () => {
    const fake = new FakeSync({ windows: { syncWindow: 2 } });
    const workflows = temporal.of(fake);
    await (await workflows.start(workflowTypes.backfill)).result();
    expect(new Set(fake.inputs<StartRunInput>('startRun').map(({ mode }) => mode))).toEqual(new Set(['backfill']));
  });

  test('stays paused', async ({ onTestFinished }) => {
    const fake = new FakeSync({ windows: { syncWindow: 2 } });
    const first = new Gate(onTestFinished);
    fake.inWindow = (_name, count) => (count === 1 ? first.pass() : undefined);
    const workflows = temporal.of(fake);
    const { workflowId } = await workflows.start(workflowTypes.sync);
    const current = workflows.client.workflow.getHandle(workflowId);
    await first.reached;
    const { runId } = await progressOf(current);
    await current.signal(messageNames.pause);
    first.open();
    // Counts begin anew in the execution that goes on.
    while (fake.inputs('startRun').length < 2) await progressOf(current).catch(() => undefined);
    const after = await untilProgress(current, ({ phase }) => phase === 'reading and writing');
    expect(after).toMatchObject({ paused: true, runId });
    for (let turn = 0; turn < 5; turn += 1) await progressOf(current);
    expect(fake.inputs('syncWindow')).toHaveLength(1);
    await current.signal(messageNames.resume);
    expect(await current.result()).toMatchObject({ state: 'succeeded' });
  });

  test('does not lose a stop that comes just before', async ({ onTestFinished }) => {
    const fake = new FakeSync({ windows: { syncWindow: 4 } });
    const first = new Gate(onTestFinished);
    fake.inWindow = (_name, count) => (count === 1 ? first.pass() : undefined);
    const workflows = temporal.of(fake);
    const handle = await workflows.start(workflowTypes.sync);
    await first.reached;
    await handle.signal(messageNames.stop);
    first.open();
    expect(await handle.result()).toMatchObject({ state: 'stopped' });
    expect(fake.inputs('syncWindow')).toHaveLength(1);
  });

  test('tells how far it has come without a gap', async ({ onTestFinished }) => {
    const fake = new FakeSync({ windows: { syncWindow: 2 } });
    const second = new Gate(onTestFinished);
    fake.inWindow = (_name, count) => (count === 2 ? second.pass() : undefined);
    const workflows = temporal.of(fake);
    const { workflowId } = await workflows.start(workflowTypes.sync);
    const current = workflows.client.workflow.getHandle(workflowId);
    await second.reached;
    expect(await progressOf(current)).toMatchObject({ counts: { read: 10 } });
    second.open();
    await current.result();
  });
});
