import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestNamespace, uniqueName } from '../../support/servers.js';
import { installSilentRuntime, quiet } from '../../support/quiet-runtime.js';

// Row 48 of the fault matrix: workers come with other workflow code while workflows are under way. See docs/faults.md.
const releases = { before: './workflow-releases/before.ts', broken: './workflow-releases/broken.ts', patched: './workflow-releases/patched.ts' } as const;
installSilentRuntime();

let client: Client;
let native: NativeConnection;
let bundles: Readonly<Record<keyof typeof releases, WorkflowBundle>>;
const queue = uniqueName('releases');

beforeAll(async () => {
  const { temporalAddress } = inject('crosswalkServers');
  const namespace = await createTestNamespace(temporalAddress);
  const bundled = (file: string) => bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL(file, import.meta.url)), logger: quiet });
  const [connection, worker, before, broken, patched] = await Promise.all([
    Connection.connect({ address: temporalAddress }), NativeConnection.connect({ address: temporalAddress }), bundled(releases.before), bundled(releases.broken), bundled(releases.patched),
  ]);
  [client, native, bundles] = [new Client({ connection, namespace }), worker, { before, broken, patched }];
});
afterAll(async () => {
  await client?.connection.close();
  await native?.close();
});

const activities = { step: async (name: string) => name, other: async (name: string) => name };

/** Deploys a release, for as long as the task takes. Workflows are not kept in memory, so that each task replays. */
async function deployed<Result>(release: keyof typeof releases, task: () => Promise<Result>): Promise<Result> {
  const worker = await Worker.create({ connection: native, namespace: client.options.namespace, taskQueue: queue, workflowBundle: bundles[release], activities, maxCachedWorkflows: 0 });
  return worker.runUntil(task);
}

const start = (type: string) => client.workflow.start(type, { workflowId: uniqueName(type), taskQueue: queue, args: [] });

/** Waits until a workflow has come to its wait. */
async function waiting(handle: WorkflowHandle): Promise<void> {
  await expect.poll(async () => handle.query<string[]>('done'), { timeout: 20_000 }).toEqual(['first']);
}

async function blocked(handle: WorkflowHandle): Promise<string> {
  let cause = '';
  await expect.poll(async () => {
    const { events } = await handle.fetchHistory();
    cause = events?.map((event) => event.workflowTaskFailedEventAttributes?.failure?.message ?? '').findLast((message) => message !== '') ?? '';
    return cause;
  }, { timeout: 20_000 }).not.toBe('');
  return cause;
}

test('row 48: changed workflow code blocks the workflows of that type alone, others go on, and with mended code the blocked one comes to its end', async () => {
  const [changed, other] = await deployed('before', async () => {
    const handles = await Promise.all([start('changed'), start('unchanged')]);
    await Promise.all(handles.map((handle) => waiting(handle)));
    return handles;
  });
  await deployed('broken', async () => {
    await Promise.all([changed.signal('go'), other.signal('go')]);
    expect(await other.result()).toEqual(['first', 'second']);
    expect(await blocked(changed)).toMatch(/nondeterminism/i);
    const later = await start('unchanged');
    await later.signal('go');
    expect(await later.result()).toEqual(['first', 'second']);
    expect((await changed.describe()).status.name).toBe('RUNNING');
  });
  await deployed('before', async () => { expect(await changed.result()).toEqual(['first', 'second']); });
}, 90_000);

test('row 48: with patched() a workflow that is under way ends on its old course, and a new one takes the new', async () => {
  const old = await deployed('before', async () => {
    const handle = await start('changed');
    await waiting(handle);
    return handle;
  });
  await deployed('patched', async () => {
    const next = await start('changed');
    await Promise.all([old.signal('go'), next.signal('go')]);
    expect(await old.result()).toEqual(['first', 'second']);
    expect(await next.result()).toEqual(['before the first', 'first', 'second']);
  });
  expect((await old.fetchHistory()).events?.some(({ workflowTaskFailedEventAttributes: failed }) => failed !== undefined && failed !== null)).toBe(false);
}, 90_000);

test('row 48: replay before the deploy tells a broken release from a good one, by the histories of the one before', async () => {
  const history = await deployed('before', async () => {
    const handle = await start('changed');
    await handle.signal('go');
    await handle.result();
    return handle.fetchHistory();
  });
  await expect(Worker.runReplayHistory({ workflowBundle: bundles.broken }, history)).rejects.toThrow(DeterminismViolationError);
  await Worker.runReplayHistory({ workflowBundle: bundles.patched }, history);
}, 90_000);
