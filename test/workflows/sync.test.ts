import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { failureTypes } from '../../src/contracts/failures.js';
import { messageNames, searchAttributes, workflowTypes } from '../../src/contracts/names.js';
import type { FinishRunInput, MeasureInput, RemovalsInput, StartRunInput, WindowInput } from '../../src/contracts/sync-workflow.js';
import { createTestNamespace, uniqueName } from '../support/servers.js';
import { FakeSync, Gate, progressOf, TemporalUnderTest, untilProgress } from './worker-under-test.js';

let temporal: TemporalUnderTest;

beforeAll(async () => {
  const { temporalAddress } = inject('crosswalkServers');
  temporal = await TemporalUnderTest.connect(temporalAddress, await createTestNamespace(temporalAddress));
});
afterAll(() => temporal.close());

/** The ApplicationFailure at the bottom of a workflow's failure. */
async function failureOf(handle: WorkflowHandle): Promise<ApplicationFailure | undefined> {
  const error: unknown = await handle.result().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) if (cause instanceof ApplicationFailure) return cause;
  return undefined;
}

describe('a sync workflow', () => {
  test('indexes, reads and writes, removes and closes, in this order', async () => {
    const fake = new FakeSync({ started: { needsIndex: true, removes: true }, windows: { indexTarget: 2, syncWindow: 3, removeMissing: 2 } });
    const workflows = temporal.of(fake);
    const handle = await workflows.start(workflowTypes.sync, { mode: 'full', allowRemovals: true });
    expect(await handle.result()).toMatchObject({ state: 'succeeded', counts: { read: 30 }, message: null });
    expect(fake.names).toEqual(['startRun', 'indexTarget', 'indexTarget', 'syncWindow', 'syncWindow', 'syncWindow', 'removeMissing', 'removeMissing', 'finishRun']);
    const [started] = fake.inputs<StartRunInput>('startRun');
    expect(started).toMatchObject({ sync: workflows.sync, mode: 'full', allowRemovals: true, workflowId: handle.workflowId });
    const runId = started?.runId;
    expect(runId).toMatch(/^[0-9a-f-]{36}$/);
    expect(fake.inputs<WindowInput>('syncWindow')).toEqual([{ runId }, { runId }, { runId }]);
    expect(fake.inputs<RemovalsInput>('removeMissing')[0]).toEqual({ runId, allowRemovals: true });
    expect(fake.inputs<FinishRunInput>('finishRun')).toEqual([{ runId, state: 'succeeded', message: null }]);
  });

  test('measures before anything else where the run says so, with what a person has allowed', async () => {
    const fake = new FakeSync({ started: { measures: true, needsIndex: true }, windows: { measureChanges: 2 } });
    const workflows = temporal.of(fake);
    const handle = await workflows.start(workflowTypes.sync, { allowShrink: true });
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect(fake.names).toEqual(['startRun', 'measureChanges', 'measureChanges', 'indexTarget', 'syncWindow', 'finishRun']);
    expect(fake.inputs<MeasureInput>('measureChanges')[1]).toMatchObject({ allowRemovals: false, allowChanges: false, allowShrink: true });
  });

  test('ends as held, with the reason and without having written, when measuring finds one', async () => {
    const fake = new FakeSync({ started: { measures: true, needsIndex: true, removes: true } });
    fake.heldBefore = 'The run would change 400 of 1000 linked records';
    const workflows = temporal.of(fake);
    expect(await (await workflows.start(workflowTypes.sync)).result()).toMatchObject({ state: 'held', message: fake.heldBefore });
    expect(fake.names).toEqual(['startRun', 'measureChanges', 'finishRun']);
  });

  test('leaves out what the run does not need', async () => {
    const fake = new FakeSync();
    const workflows = temporal.of(fake);
    await (await workflows.start(workflowTypes.sync)).result();
    expect(fake.names).toEqual(['startRun', 'syncWindow', 'finishRun']);
  });

  test('can be found by what it is and what came of it', async () => {
    const workflows = temporal.of(new FakeSync());
    const handle = await workflows.start(workflowTypes.sync);
    await handle.result();
    const found = (await handle.describe()).searchAttributes;
    expect(found).toMatchObject({
      [searchAttributes.sync]: [workflows.sync], [searchAttributes.system]: ['mailing'], [searchAttributes.definitionVersion]: [`${workflows.sync}/v3`], [searchAttributes.outcome]: ['succeeded'],
    });
  });

  test('tells how far it has come, also when it is over', async () => {
    const fake = new FakeSync({ started: { needsIndex: true, removes: true }, windows: { syncWindow: 2 } });
    const gates = { indexTarget: new Gate(), syncWindow: new Gate(), removeMissing: new Gate() };
    fake.inWindow = (name, count) => (name === 'indexTarget' || name === 'removeMissing' || count === 2 ? gates[name as keyof typeof gates].pass() : undefined);
    const workflows = temporal.of(fake);
    const handle = await workflows.start(workflowTypes.sync);
    const phases: unknown[] = [];
    for (const gate of [gates.indexTarget, gates.syncWindow, gates.removeMissing]) {
      await gate.reached;
      const { phase, counts, paused, stopping, runId } = await progressOf(handle);
      phases.push([phase, counts.read]);
      expect([paused, stopping, runId]).toEqual([false, false, fake.inputs<StartRunInput>('startRun')[0]?.runId]);
      gate.open();
    }
    await handle.result();
    expect(phases).toEqual([['indexing the target', 0], ['reading and writing', 10], ['removing', 20]]);
    expect(await progressOf(handle)).toMatchObject({ phase: 'done', counts: { read: 20 } });
  });

  test('ends as held, with the reason, when removals are held back', async () => {
    const fake = new FakeSync({ started: { removes: true } });
    fake.held = '20 of 20 linked records were not in a complete read';
    const workflows = temporal.of(fake);
    expect(await (await workflows.start(workflowTypes.sync)).result()).toMatchObject({ state: 'held', message: fake.held });
  });

  test.each([[workflowTypes.backfill, 'backfill'], [workflowTypes.plan, 'plan']])('of type %s runs in the mode %s, whatever it is told', async (type, mode) => {
    const fake = new FakeSync();
    const workflows = temporal.of(fake);
    await (await workflows.start(type, { mode: 'full' })).result();
    expect(fake.inputs<StartRunInput>('startRun')).toMatchObject([{ mode }]);
  });
});

describe('signals to a sync workflow', () => {
  test('pause holds it at the end of a window, and resume lets it go on', async () => {
    const fake = new FakeSync({ windows: { syncWindow: 3 } });
    const first = new Gate();
    fake.inWindow = (_name, count) => (count === 1 ? first.pass() : undefined);
    const workflows = temporal.of(fake);
    const handle = await workflows.start(workflowTypes.sync);
    await first.reached;
    await handle.signal(messageNames.pause);
    expect(await progressOf(handle)).toMatchObject({ paused: true });
    first.open();
    await untilProgress(handle, ({ counts }) => counts.read === 10);
    // Each query is answered by a workflow that could go on if it wanted to.
    for (let turn = 0; turn < 5; turn += 1) expect(await progressOf(handle)).toMatchObject({ paused: true, counts: { read: 10 } });
    expect(fake.names).toEqual(['startRun', 'syncWindow']);
    await handle.signal(messageNames.resume);
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect(fake.inputs('syncWindow')).toHaveLength(3);
  });

  test('stop ends it at the end of a window, as stopped', async () => {
    const fake = new FakeSync({ started: { removes: true }, windows: { syncWindow: 5 } });
    const second = new Gate();
    fake.inWindow = (_name, count) => (count === 2 ? second.pass() : undefined);
    const workflows = temporal.of(fake);
    const handle = await workflows.start(workflowTypes.sync);
    await second.reached;
    await handle.signal(messageNames.stop);
    expect(await progressOf(handle)).toMatchObject({ stopping: true });
    second.open();
    expect(await handle.result()).toMatchObject({ state: 'stopped' });
    expect(fake.names).toEqual(['startRun', 'syncWindow', 'syncWindow', 'finishRun']);
  });

  test('stop ends one that is paused', async () => {
    const fake = new FakeSync({ windows: { syncWindow: 2 } });
    const workflows = temporal.of(fake);
    const handle = await workflows.client.workflow.signalWithStart(workflowTypes.sync, {
      workflowId: uniqueName('workflow'), taskQueue: workflows.taskQueue, args: [{ sync: workflows.sync, mode: 'incremental' }], signal: messageNames.pause, signalArgs: [],
    });
    await untilProgress(handle, ({ runId }) => runId !== null);
    expect(fake.names).toEqual(['startRun']);
    await handle.signal(messageNames.stop);
    expect(await handle.result()).toMatchObject({ state: 'stopped' });
    expect(fake.names).toEqual(['startRun', 'finishRun']);
  });

  test('stop that comes in the last window does not undo what is done', async () => {
    const fake = new FakeSync();
    const gate = new Gate();
    fake.inWindow = () => gate.pass();
    const workflows = temporal.of(fake);
    const handle = await workflows.start(workflowTypes.sync);
    await gate.reached;
    await handle.signal(messageNames.stop);
    gate.open();
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
  });
});

describe('failures of a sync workflow', () => {
  test('close the run as failed, and the workflow fails with the stable type and the reason', async () => {
    const fake = new FakeSync();
    fake.inWindow = () => { throw ApplicationFailure.nonRetryable('mailing refused the credentials', failureTypes.systemRefused); };
    const workflows = temporal.of(fake);
    const handle = await workflows.start(workflowTypes.sync);
    expect(await failureOf(handle)).toMatchObject({ type: failureTypes.systemRefused, message: 'mailing refused the credentials' });
    expect(fake.inputs<FinishRunInput>('finishRun')).toMatchObject([{ state: 'failed', message: 'mailing refused the credentials' }]);
    expect((await handle.describe()).searchAttributes).toMatchObject({ [searchAttributes.outcome]: ['failed'] });
  });

  test.each(['indexTarget', 'removeMissing'] as const)('in %s close the run as well', async (name) => {
    const fake = new FakeSync({ started: { needsIndex: true, removes: true } });
    fake.inWindow = (called) => { if (called === name) throw ApplicationFailure.nonRetryable('no more', failureTypes.systemUnavailable); };
    const workflows = temporal.of(fake);
    expect(await failureOf(await workflows.start(workflowTypes.sync))).toMatchObject({ type: failureTypes.systemUnavailable });
    expect(fake.inputs<FinishRunInput>('finishRun')).toMatchObject([{ state: 'failed' }]);
  });

  test('before the run is open leave nothing to close', async () => {
    const fake = new FakeSync();
    fake.startFails = ApplicationFailure.nonRetryable('There is no sync "contacts" in force.', failureTypes.definitionUnusable);
    const workflows = temporal.of(fake);
    expect(await failureOf(await workflows.start(workflowTypes.sync))).toMatchObject({ type: failureTypes.definitionUnusable });
    expect(fake.names).toEqual(['startRun']);
  });

  test('that may be retried are, after the delay that they name', async () => {
    const fake = new FakeSync({ windows: { syncWindow: 2 } });
    fake.inWindow = (_name, count) => {
      if (count < 2) throw ApplicationFailure.create({ message: 'slow down', type: failureTypes.systemUnavailable, nextRetryDelay: 10 });
    };
    const workflows = temporal.of(fake);
    expect(await (await workflows.start(workflowTypes.sync)).result()).toMatchObject({ state: 'succeeded' });
    expect(fake.inputs('syncWindow')).toHaveLength(2);
  });
});

describe('cancelling a sync workflow', () => {
  test('closes its run as stopped', async () => {
    const fake = new FakeSync({ windows: { syncWindow: 5 } });
    const gate = new Gate();
    fake.inWindow = () => gate.pass();
    const workflows = temporal.of(fake);
    const handle = await workflows.start(workflowTypes.sync);
    await gate.reached;
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ state: 'stopped', message: 'The workflow was cancelled.' });
    expect(fake.names).toEqual(['startRun', 'syncWindow', 'finishRun']);
    gate.open();
  });

  test('closes it also while it is paused', async () => {
    const fake = new FakeSync({ windows: { syncWindow: 2 } });
    const workflows = temporal.of(fake);
    const handle = await workflows.start(workflowTypes.sync, { continued: { runId: uniqueName('run'), paused: true } });
    await untilProgress(handle, ({ phase }) => phase === 'reading and writing');
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ state: 'stopped' });
    expect(fake.names).toEqual(['startRun', 'finishRun']);
  });
});

describe('a scheduled sync', () => {
  test('gives its run the id that every run of the sync has', async () => {
    const fake = new FakeSync();
    const workflows = temporal.of(fake);
    expect(await (await workflows.start(workflowTypes.scheduledSync)).result()).toMatchObject({ state: 'succeeded' });
    expect(fake.inputs<StartRunInput>('startRun')).toMatchObject([{ sync: workflows.sync, workflowId: `sync/${workflows.sync}` }]);
    expect(await (await workflows.start(workflowTypes.scheduledSync, { mode: 'full' })).result()).toMatchObject({ state: 'succeeded' });
    expect(fake.inputs<StartRunInput>('startRun')[1]).toMatchObject({ mode: 'full', workflowId: `sync/${workflows.sync}` });
  });

  test('has its strategy looked at after a sweep, and not after a complete read; a look that fails leaves the result as it is', async () => {
    const fake = new FakeSync();
    const workflows = temporal.of(fake);
    await (await workflows.start(workflowTypes.scheduledSync)).result();
    expect([fake.looks, fake.told]).toEqual([[workflows.sync], [workflows.sync]]);
    await (await workflows.start(workflowTypes.scheduledSync, { mode: 'full' })).result();
    expect(fake.looks).toHaveLength(1);
    fake.lookFails = ApplicationFailure.nonRetryable('no', failureTypes.systemRefused);
    expect(await (await workflows.start(workflowTypes.scheduledSync)).result()).toMatchObject({ state: 'succeeded' });
    expect([fake.looks.length, fake.told.length]).toEqual([2, 1]);
  });

  test('is skipped while a run is under way, whoever started that', async () => {
    const fake = new FakeSync();
    const gate = new Gate();
    fake.inWindow = () => gate.pass();
    const workflows = temporal.of(fake);
    const running = await workflows.start(workflowTypes.sync, {}, `sync/${workflows.sync}`);
    await gate.reached;
    for (const mode of ['incremental', 'full'] as const) expect(await (await workflows.start(workflowTypes.scheduledSync, { mode })).result()).toBeNull();
    gate.open();
    expect(await running.result()).toMatchObject({ state: 'succeeded' });
    expect(fake.inputs('startRun')).toHaveLength(1);
  });

  test('fails when its run fails, and with the same reason', async () => {
    const fake = new FakeSync();
    fake.inWindow = () => { throw ApplicationFailure.nonRetryable('no', failureTypes.systemRefused); };
    const workflows = temporal.of(fake);
    expect(await failureOf(await workflows.start(workflowTypes.scheduledSync))).toMatchObject({ type: failureTypes.systemRefused });
  });

  test('leaves its run alone when it is ended itself', async () => {
    const fake = new FakeSync();
    const gate = new Gate();
    fake.inWindow = () => gate.pass();
    const workflows = temporal.of(fake);
    const scheduled = await workflows.start(workflowTypes.scheduledSync);
    await gate.reached;
    await scheduled.terminate('the schedule was removed');
    gate.open();
    expect(await workflows.client.workflow.getHandle(`sync/${workflows.sync}`).result()).toMatchObject({ state: 'succeeded' });
  });
});
