import { Client, Connection, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type ClientOptions, type ConnectionOptions } from '@temporalio/client';
import type { DecideInput, DecideResult } from '../contracts/approval.js';
import { applyPlanWorkflowId, planUndoWorkflowId, realtimeWorkflowId, redriveWorkflowId, syncWorkflowId } from '../contracts/ids.js';
import { messageNames, taskQueue, workflowTypes } from '../contracts/names.js';
import type { ApplyPlanInput, PlanResult, PlanUndoInput, UndoScope } from '../contracts/plan.js';
import type { RealtimeInput } from '../contracts/realtime-workflow.js';
import type { RedriveSelection } from '../contracts/redrive.js';
import type { SyncMode } from '../contracts/run.js';
import type { Allowances, SyncInput, SyncProgress, SyncResult } from '../contracts/sync-workflow.js';
import type { ConflictDecision, ResolveConflictInput } from '../contracts/conflict-workflow.js';
import type { QualityResult } from '../contracts/quality-workflow.js';
import { decideApproval } from './decide-approval.js';
import { startQuality, type QualityHandle } from './quality-client.js';
import { resolveConflict, type ResolvedConflict } from './resolve-conflict.js';
import { startHandoff, wakeHandoffTriggers, type StartedHandoffs } from './handoffs-client.js';
import { startReconciliation, type ReconciliationHandle, type StartReconciliationOptions } from './start-reconciliation.js';

/** CrosswalkClientOptions says which Temporal server to use. */
export interface CrosswalkClientOptions {
  readonly connection: ConnectionOptions;
  readonly namespace?: string;
  /** How payloads are encoded, where workers encrypt them. */
  readonly dataConverter?: ClientOptions['dataConverter'];
}

/** StartSyncOptions says how a sync is to run. */
export interface StartSyncOptions extends Allowances {
  /** `incremental` unless given. */
  readonly mode?: SyncMode;
}

/** SyncStatus is where a sync's newest workflow stands. */
export interface SyncStatus {
  readonly sync: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
  readonly state: 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed out' | 'unknown';
  /** What a running one has done so far; null when it does not run, or does not answer. */
  readonly progress: SyncProgress | null;
}

/** SyncHandle is a started run of a sync. */
export interface SyncHandle {
  readonly sync: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
  /** False when a run was under way already and this handle is its. */
  readonly started: boolean;
  /** result waits for the end; rejects with Temporal's WorkflowFailedError when the run failed. */
  result(): Promise<SyncResult>;
  progress(): Promise<SyncProgress>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** PlanHandle is a started workflow that makes or applies a plan. */
export interface PlanHandle extends Omit<SyncHandle, 'sync' | 'result'> {
  readonly planId: string;
  /** result waits for the end; rejects with Temporal's WorkflowFailedError when the workflow failed. */
  result(): Promise<PlanResult>;
}

/** How long a running sync may take to say how far it has come, milliseconds. */
const PROGRESS_WITHIN_MS = 2_000;

const workflowTypeOf: Readonly<Record<SyncMode, string>> = {
  incremental: workflowTypes.sync, full: workflowTypes.sync, backfill: workflowTypes.backfill, plan: workflowTypes.plan, redrive: workflowTypes.redrive,
};

/** CrosswalkClient is how backend services start syncs, wait for them and read where they stand. */
export class CrosswalkClient {
  private constructor(private readonly client: Client) {}

  /** temporal is the Temporal client beneath, for what is not specific to Crosswalk. */
  get temporal(): Client {
    return this.client;
  }

  /** connect opens a connection to the Temporal server. */
  static async connect({ connection, namespace, dataConverter }: CrosswalkClientOptions): Promise<CrosswalkClient> {
    return new CrosswalkClient(new Client({ connection: await Connection.connect(connection), ...(namespace === undefined ? {} : { namespace }), ...(dataConverter === undefined ? {} : { dataConverter }) }));
  }

  /** using wraps a Temporal client that the service has already. */
  static using(client: Client): CrosswalkClient {
    return new CrosswalkClient(client);
  }

  /** startSync starts a run, or gives the handle of the one that is under way. */
  async startSync(sync: string, { mode = 'incremental', allowRemovals = false, allowChanges = false, allowShrink = false }: StartSyncOptions = {}): Promise<SyncHandle> {
    return this.start(syncWorkflowId(sync, mode), { sync, mode, allowRemovals, allowChanges, allowShrink });
  }

  /** redrive tries dead letters of a sync again, or gives the handle of the redrive of the same letters that is under way. */
  async redrive(sync: string, selection: RedriveSelection): Promise<SyncHandle> {
    return this.start(redriveWorkflowId(sync, selection.letters), { sync, mode: 'redrive', selection });
  }

  /** previewRedrive finds out what a redrive would write, without sending anything; the preview is stored under the run's id. */
  async previewRedrive(sync: string, selection: RedriveSelection): Promise<SyncHandle> {
    return this.start(redriveWorkflowId(sync, selection.letters, 'plan'), { sync, mode: 'plan', selection });
  }

  private async start(workflowId: string, input: SyncInput): Promise<SyncHandle> {
    const { sync, mode } = input;
    try {
      const handle = await this.client.workflow.start(workflowTypeOf[mode], { workflowId, taskQueue, args: [input], staticSummary: `${sync} (${mode})` });
      return this.handle(sync, workflowId, handle.firstExecutionRunId, true);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const { runId } = await this.client.workflow.getHandle(workflowId).describe();
      return this.handle(sync, workflowId, runId, false);
    }
  }

  /** startReconciliation compares both sides of a sync, or gives the handle of the comparison that is under way. */
  startReconciliation(sync: string, options: StartReconciliationOptions = {}): Promise<ReconciliationHandle> {
    return startReconciliation(this.client, sync, options);
  }

  /** syncStatus is where a sync's newest workflow stands; null when there has been none that Temporal still keeps. */
  async syncStatus(sync: string, mode: SyncMode = 'incremental'): Promise<SyncStatus | null> {
    const workflowId = syncWorkflowId(sync, mode);
    const handle = this.client.workflow.getHandle(workflowId);
    try {
      const description = await handle.describe();
      const state = states[description.status.name] ?? 'unknown';
      // Only a worker can answer; where none is there, the server would wait for one for long.
      const asked = (): Promise<SyncProgress> => handle.query<SyncProgress>(messageNames.progress);
      const progress = state === 'running' ? await this.client.withDeadline(Date.now() + PROGRESS_WITHIN_MS, asked).catch(() => null) : null;
      return { sync, workflowId, temporalRunId: description.runId, state, progress };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  /** applyPlan starts the applying of an approved plan, or gives the handle of the one that is under way. */
  applyPlan(planId: string): Promise<PlanHandle> {
    const input: ApplyPlanInput = { planId };
    return this.startPlan(workflowTypes.applyPlan, applyPlanWorkflowId(planId), planId, input);
  }

  /** planUndo starts the making of a plan that undoes the writes in a scope; the plan then waits for an approval. */
  planUndo(scope: UndoScope): Promise<PlanHandle> {
    const planId = crypto.randomUUID();
    const input: PlanUndoInput = { planId, scope };
    return this.startPlan(workflowTypes.planUndo, planUndoWorkflowId(planId), planId, input);
  }

  /** startQuality checks the records of a quality definition, or gives the handle of the run that is under way. */
  startQuality(quality: string): Promise<QualityHandle<QualityResult>> {
    return startQuality(this.client, quality);
  }

  /** wakeRealtime tells the workflow that carries a sync's announced changes over that there are some, and starts it where it does not run. */
  async wakeRealtime(sync: string): Promise<void> {
    const input: RealtimeInput = { sync };
    await this.client.workflow.signalWithStart(workflowTypes.realtime, {
      workflowId: realtimeWorkflowId(sync), taskQueue, args: [input], signal: messageNames.wake, signalArgs: [], staticSummary: `${sync} (realtime)`,
    });
  }

  /** wakeHandoff tells a handoff that records of its object have been announced. */
  wakeHandoff(handoff: string): Promise<void> {
    return wakeHandoffTriggers(this.client, handoff);
  }

  /** resolveConflict says how a conflict is decided, by the id of the stored decision; the value is then written at once. */
  resolveConflict(decision: ResolveConflictInput & ConflictDecision): Promise<ResolvedConflict> {
    return resolveConflict(this.client, decision);
  }

  /** decideApproval answers a question, bound to the hash of what was shown; null where its workflow is not under way. */
  decideApproval(approvalId: string, input: DecideInput): Promise<DecideResult | null> {
    return decideApproval(this.client, approvalId, input);
  }

  /** startHandoff reads a record and starts the handoff that it begins, or gives the one that was started before. */
  startHandoff(handoff: string, recordId: string): Promise<StartedHandoffs> {
    return startHandoff(this.client, handoff, recordId);
  }

  /** close ends the connection to the Temporal server. */
  async close(): Promise<void> {
    await this.client.connection.close();
  }

  private async startPlan(type: string, workflowId: string, planId: string, input: ApplyPlanInput | PlanUndoInput): Promise<PlanHandle> {
    try {
      const handle = await this.client.workflow.start(type, { workflowId, taskQueue, args: [input], staticSummary: `${type} ${planId}` });
      return this.planHandle(planId, workflowId, handle.firstExecutionRunId, true);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const { runId } = await this.client.workflow.getHandle(workflowId).describe();
      return this.planHandle(planId, workflowId, runId, false);
    }
  }

  private planHandle(planId: string, workflowId: string, temporalRunId: string, started: boolean): PlanHandle {
    const { sync: _none, ...handle } = this.handle('', workflowId, temporalRunId, started);
    return { ...handle, planId, result: async () => (await handle.result()) as PlanResult };
  }

  private handle(sync: string, workflowId: string, temporalRunId: string, started: boolean): SyncHandle {
    // Signals and queries follow the run through continue-as-new, so they name the workflow and not one of its runs.
    const current = this.client.workflow.getHandle(workflowId);
    const whole = this.client.workflow.getHandle(workflowId, temporalRunId, { followRuns: true });
    return {
      sync, workflowId, temporalRunId, started,
      result: async () => (await whole.result()) as SyncResult,
      progress: () => current.query<SyncProgress>(messageNames.progress),
      pause: () => current.signal(messageNames.pause),
      resume: () => current.signal(messageNames.resume),
      stop: () => current.signal(messageNames.stop),
    };
  }
}

const states: Readonly<Record<string, SyncStatus['state']>> = {
  RUNNING: 'running', COMPLETED: 'completed', FAILED: 'failed', CANCELLED: 'cancelled', TERMINATED: 'terminated', TIMED_OUT: 'timed out', CONTINUED_AS_NEW: 'running',
};
