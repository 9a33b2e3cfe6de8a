import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { onTestFinished } from 'vitest';
import { noCounts, type RunCounts } from '../../src/contracts/run.js';
import type {
  FinishRunInput, GuardedResult, MeasureInput, ObserveInput, RemovalsInput, RemovalsResult, StartedRun, StartRunInput, SyncActivities, SyncInput, SyncProgress, SyncResult, WindowInput, WindowResult,
} from '../../src/contracts/sync-workflow.js';
import type { DeliverInput, DeliverResult } from '../../src/contracts/notification.js';
import type { StrategyActivities, StrategyInput } from '../../src/contracts/strategy.js';
import { messageNames } from '../../src/contracts/names.js';
import { uniqueName } from '../support/servers.js';
import { workflowBundleCode } from '../support/workflow-bundle.js';
import { installQuietRuntime } from '../support/quiet-runtime.js';

/** FakeSync is the activities of a sync as a test wants them to go; it keeps each call. */
export class FakeSync implements SyncActivities, StrategyActivities {
  readonly calls: (readonly [name: keyof SyncActivities, input: StartRunInput | MeasureInput | WindowInput | RemovalsInput | FinishRunInput])[] = [];
  readonly started: Partial<StartedRun>;
  /** Results of the windows of each kind, in order; the last one is done. */
  readonly windows: Readonly<Record<'measureChanges' | 'indexTarget' | 'syncWindow' | 'removeMissing' | 'observeSide' | 'mergePairs', number>>;
  held: string | null = null;
  /** Why measuring holds the run, in its last window. */
  heldBefore: string | null = null;
  /** Called in each window, with its number from 1; may throw. */
  inWindow: (name: keyof SyncActivities, count: number) => Promise<void> | void = () => undefined;
  startFails: Error | undefined;
  /** Syncs whose strategy was looked at, notifications that were delivered, and what either throws. */
  readonly looks: string[] = [];
  readonly told: string[] = [];
  lookFails: Error | undefined;

  constructor({ started = {}, windows = {} }: { readonly started?: Partial<StartedRun>; readonly windows?: Partial<FakeSync['windows']> } = {}) {
    this.started = started;
    this.windows = { measureChanges: 1, indexTarget: 1, syncWindow: 1, removeMissing: 1, observeSide: 1, mergePairs: 1, ...windows };
  }

  /** names are the calls so far, in order. */
  get names(): readonly string[] {
    return this.calls.map(([name]) => name);
  }

  /** inputs are what an activity was called with. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the input of the activity it names
  inputs<Input>(name: keyof SyncActivities): readonly Input[] {
    return this.calls.filter(([called]) => called === name).map(([, input]) => input as Input);
  }

  readonly startRun = async (input: StartRunInput): Promise<StartedRun> => {
    this.calls.push(['startRun', input]);
    if (this.startFails !== undefined) throw this.startFails;
    return { runId: input.runId, definitionVersion: 3, fromSystem: 'crm', toSystem: 'mailing', mode: input.mode, measures: false, needsIndex: false, removes: false, ...this.started };
  };

  readonly measureChanges = async (input: MeasureInput): Promise<GuardedResult> => {
    const result = await this.window('measureChanges', input);
    return { ...result, held: result.done ? this.heldBefore : null };
  };

  readonly indexTarget = (input: WindowInput): Promise<WindowResult> => this.window('indexTarget', input);

  readonly syncWindow = (input: WindowInput): Promise<WindowResult> => this.window('syncWindow', input);

  readonly removeMissing = async (input: RemovalsInput): Promise<RemovalsResult> => ({ ...(await this.window('removeMissing', input)), held: this.held });

  readonly observeSide = (input: ObserveInput): Promise<WindowResult> => this.window('observeSide', input);

  readonly mergePairs = async (input: RemovalsInput): Promise<RemovalsResult> => ({ ...(await this.window('mergePairs', input)), held: this.held });

  readonly finishRun = async (input: FinishRunInput): Promise<SyncResult> => {
    this.calls.push(['finishRun', input]);
    return { runId: input.runId, sync: 'contacts', mode: 'incremental', state: input.state, counts: countsAfter(this.inputs('syncWindow').length), message: input.message };
  };

  readonly adjustStrategy = async ({ sync }: StrategyInput): Promise<{ readonly notificationIds: readonly string[] }> => {
    this.looks.push(sync);
    if (this.lookFails !== undefined) throw this.lookFails;
    return { notificationIds: [sync] };
  };

  private async window(name: keyof FakeSync['windows'], input: WindowInput): Promise<WindowResult> {
    this.calls.push([name, input]);
    const count = this.inputs(name).length;
    await this.inWindow(name, count);
    return { done: count >= this.windows[name], counts: countsAfter(count) };
  }
}

function countsAfter(windows: number): RunCounts {
  return { ...noCounts, read: windows * 10 };
}

/** Gate holds whoever comes to it until it is opened, and tells when somebody has come. */
export class Gate {
  readonly reached: Promise<void>;
  private readonly opened: Promise<void>;
  private readonly callers = { reach: (): void => undefined, open: (): void => undefined };

  constructor(onEnd: (open: () => void) => void = onTestFinished) {
    this.reached = new Promise((resolve) => { this.callers.reach = resolve; });
    this.opened = new Promise((resolve) => { this.callers.open = resolve; });
    // A test that fails half-way must not keep the worker from stopping.
    onEnd(() => { this.open(); });
  }

  open(): void {
    this.callers.open();
  }

  async pass(): Promise<void> {
    this.callers.reach();
    await this.opened;
  }
}

// Before anything starts the SDK's runtime, which may be set up only once.
installQuietRuntime();

/** TemporalUnderTest is a worker with this release's workflows, which hands each activity to the test that started the workflow. */
export class TemporalUnderTest {
  private readonly bySync = new Map<string, FakeSync>();
  private readonly byRun = new Map<string, FakeSync>();
  private running: Promise<void> = Promise.resolve();

  private constructor(readonly client: Client, private readonly native: NativeConnection, private readonly taskQueue: string) {}

  /** connect opens the connections, builds the workflows and starts the worker. */
  static async connect(address: string, namespace: string, taskQueue = uniqueName('queue')): Promise<TemporalUnderTest> {
    const [connection, native, code] = await Promise.all([
      Connection.connect({ address }), NativeConnection.connect({ address }),
      workflowBundleCode(),
    ]);
    const temporal = new TemporalUnderTest(new Client({ connection, namespace }), native, taskQueue);
    const worker = await Worker.create({ connection: native, namespace, taskQueue, workflowBundle: { code }, activities: temporal.activities() });
    temporal.running = worker.run();
    temporal.stop = () => { worker.shutdown(); };
    return temporal;
  }

  /** close stops the worker and closes the connections. */
  async close(): Promise<void> {
    this.stop();
    await this.running;
    await this.client.connection.close();
    await this.native.close();
  }

  /** of gives what starts workflows whose activities are those of a test. */
  of(fake: FakeSync): StartedWorkflows {
    return new StartedWorkflows(this.client, this.taskQueue, (sync) => { this.bySync.set(sync, fake); });
  }

  private stop: () => void = () => undefined;

  private activities(): SyncActivities & StrategyActivities & { deliverNotification(input: DeliverInput): Promise<DeliverResult> } {
    const ofRun = (runId: string): FakeSync => found(this.byRun.get(runId));
    return {
      adjustStrategy: (input) => found(this.bySync.get(input.sync)).adjustStrategy(input),
      deliverNotification: async ({ notificationId }) => {
        found(this.bySync.get(notificationId)).told.push(notificationId);
        return { delivered: 1, failed: 0 };
      },
      startRun: (input) => {
        const fake = found(this.bySync.get(input.sync));
        this.byRun.set(input.runId, fake);
        return fake.startRun(input);
      },
      measureChanges: (input) => ofRun(input.runId).measureChanges(input),
      indexTarget: (input) => ofRun(input.runId).indexTarget(input),
      syncWindow: (input) => ofRun(input.runId).syncWindow(input),
      removeMissing: (input) => ofRun(input.runId).removeMissing(input),
      observeSide: (input) => ofRun(input.runId).observeSide(input),
      mergePairs: (input) => ofRun(input.runId).mergePairs(input),
      finishRun: (input) => ofRun(input.runId).finishRun(input),
    };
  }
}

function found(fake: FakeSync | undefined): FakeSync {
  if (fake === undefined) throw ApplicationFailure.nonRetryable('no test has started this run');
  return fake;
}

/** StartedWorkflows starts workflows for one test, of a sync with a name of its own. */
export class StartedWorkflows {
  readonly sync = uniqueName('contacts');

  constructor(readonly client: Client, readonly taskQueue: string, register: (sync: string) => void) {
    register(this.sync);
  }

  /** start starts a workflow under an id of its own. */
  start(type: string, input: Partial<SyncInput> = {}, workflowId = uniqueName('workflow')): Promise<WorkflowHandle> {
    return this.client.workflow.start(type, { workflowId, taskQueue: this.taskQueue, args: [{ sync: this.sync, mode: 'incremental', ...input }] });
  }
}

/** progressOf asks a workflow how far it has come. */
export function progressOf(handle: WorkflowHandle): Promise<SyncProgress> {
  return handle.query<SyncProgress>(messageNames.progress);
}

/** untilProgress asks until the answer is as wanted. */
export async function untilProgress(handle: WorkflowHandle, wanted: (progress: SyncProgress) => boolean): Promise<SyncProgress> {
  for (;;) {
    const progress = await progressOf(handle);
    if (wanted(progress)) return progress;
  }
}
