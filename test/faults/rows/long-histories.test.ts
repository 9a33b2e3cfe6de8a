import { setTimeout as sleep } from 'node:timers/promises';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HandoffActivities, HandoffInput, StepOutline } from '../../../src/contracts/handoff.js';
import { handoffMessages, messageNames, workflowTypes } from '../../../src/contracts/names.js';
import { SEARCH_ATTRIBUTES } from '../../../src/local/temporal-server.js';
import { resolveTemporalBinary } from '../../../src/local/temporal-binary.js';
import { uniqueName } from '../../support/servers.js';
import { workflowBundleCode } from '../../support/workflow-bundle.js';
import { installSilentRuntime } from '../../support/quiet-runtime.js';

// Row 49 of the fault matrix: histories that become long, on a server that suggests to go on in a new execution after
// SUGGESTED events in place of 4,096, and would warn at 10,240. See docs/faults.md.
const SUGGESTED = 60;
/** What may come on top: events that arrive while the last task is under way, and in the second that Temporal waits before the next execution. */
const ALLOWED = SUGGESTED + 180;
/** Between two signals, milliseconds. */
const APART_MS = 15;
const SIGNALS = 150;
type RecordedStep = Parameters<HandoffActivities['recordStep']>[0];

installSilentRuntime();

let environment: TestWorkflowEnvironment;
let worker: Worker;
let workflowBundle: { readonly code: string };
let running: Promise<void>;
const taskQueue = uniqueName('long');

/** What waits in the inbox, and what was carried over. */
const inbox = new Set<string>();
const carried = new Set<string>();
const recorded: RecordedStep[] = [];

const activities = {
  carryAnnounced: async () => {
    const taken = [...inbox];
    for (const id of taken) inbox.delete(id);
    for (const id of taken) carried.add(id);
    return taken.length === 0 ? 'nothing' : 'carried';
  },
  decideStep: async () => ({ untilMs: Date.now() + 30 * 86_400_000 }),
  recordStep: async (input: RecordedStep) => { recorded.push(input); },
  finishHandoff: async ({ runId, state, message }: { runId: string; state: string; message: string | null }) => ({ runId, handoff: 'renewal-due', state, message }),
};

beforeAll(async () => {
  const { path } = await resolveTemporalBinary({ onProgress: (message) => process.stderr.write(`${message}\n`) });
  environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path }, namespace: 'long', log: { level: 'error', format: 'pretty' },
      extraArgs: ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${SUGGESTED}`, ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`])],
    },
  });
  workflowBundle = { code: await workflowBundleCode() };
  worker = await Worker.create({ connection: environment.nativeConnection, namespace: 'long', taskQueue, workflowBundle, activities });
  running = worker.run();
});
afterAll(async () => {
  worker?.shutdown();
  await running;
  await environment?.teardown();
});

/** How many events each execution of a workflow has, the first one first; each is replayed. */
async function lengths(first: WorkflowHandle & { readonly firstExecutionRunId: string }): Promise<readonly number[]> {
  const found: number[] = [];
  for (let runId: string | null | undefined = first.firstExecutionRunId; runId !== undefined && runId !== null && runId !== '';) {
    const history: Awaited<ReturnType<WorkflowHandle['fetchHistory']>> = await environment.client.workflow.getHandle(first.workflowId, runId).fetchHistory();
    await Worker.runReplayHistory({ workflowBundle }, history);
    const { events } = history;
    found.push(events?.length ?? 0);
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return found;
}

test('row 49: real-time under a stream of announcements goes on in new executions in time, and none of the announcements is lost', async () => {
  const first = await environment.client.workflow.start(workflowTypes.realtime, { workflowId: uniqueName('realtime'), taskQueue, args: [{ sync: 'contacts-to-mailing' }] });
  const current = environment.client.workflow.getHandle(first.workflowId);
  const all = Array.from({ length: SIGNALS }, (_, at) => `c${at}`);
  for (const id of all) {
    inbox.add(id);
    await current.signal(messageNames.wake);
    await sleep(APART_MS);
  }
  await expect.poll(() => carried.size, { timeout: 20_000 }).toBe(all.length);
  await current.terminate();
  const events = await lengths(first);
  expect(events.length).toBeGreaterThan(2);
  console.log(`row 49: events of each execution: ${events.join(', ')}`);
  expect(Math.max(...events)).toBeLessThan(ALLOWED);
}, 60_000);

test('row 49: a handoff that waits while event after event comes goes on in new executions in time, and does not lose the one it waits for', async () => {
  const pause: StepOutline = { name: 'pause', title: 'Pause', kind: 'wait', onFailure: 'compensate', undo: false, decides: true, events: ['go-on'] };
  const later: StepOutline = { ...pause, name: 'later', title: 'Later', events: ['early'] };
  const input: HandoffInput = {
    handoff: 'renewal-due', record: { system: 'crm', object: 'deal', id: 'd-1' }, key: '1', opened: { runId: '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70', definitionVersion: 1, title: 'Renewal due', steps: [pause, later] },
  };
  const first = await environment.client.workflow.start('renewalDue', { workflowId: uniqueName('handoff'), taskQueue, args: [input] });
  const current = environment.client.workflow.getHandle(first.workflowId);
  // One that a later step waits for comes first of all.
  await current.signal(handoffMessages.event, 'early');
  for (let at = 0; at < SIGNALS; at += 1) {
    await current.signal(handoffMessages.event, `noise-${at % 7}`);
    await sleep(APART_MS);
  }
  expect(recorded).toEqual([]);
  await current.signal(handoffMessages.event, 'go-on');
  expect(await current.result()).toMatchObject({ state: 'succeeded' });
  expect(recorded.map(({ name, event }) => [name, event])).toEqual([['pause', 'go-on'], ['later', 'early']]);
  const events = await lengths(first);
  expect(events.length).toBeGreaterThan(2);
  console.log(`row 49: events of each execution: ${events.join(', ')}`);
  expect(Math.max(...events)).toBeLessThan(ALLOWED);
}, 60_000);
