import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type NativeConnection, type WorkflowBundle } from '@temporalio/worker';
import {
  applyPlanWorkflowId, approvalWorkflowId, conflictWorkflowId, driftWorkflowId, handoffTriggersWorkflowId, handoffWorkflowId, planUndoWorkflowId, qualityRepairWorkflowId, qualityWorkflowId, realtimeWorkflowId, reconcileWorkflowId, redriveWorkflowId, syncWorkflowId,
} from '../../src/contracts/ids.js';
import type { ResolveConflictInput } from '../../src/contracts/conflict-workflow.js';
import type { ApprovalInput } from '../../src/contracts/approval.js';
import { approvalMessages, messageNames, taskQueue, workflowTypes } from '../../src/contracts/names.js';
import type { WatchDriftInput } from '../../src/contracts/drift.js';
import type { HandoffInput, TriggerInput } from '../../src/contracts/handoff.js';
import type { ApplyPlanInput, PlanUndoInput } from '../../src/contracts/plan.js';
import type { QualityInput } from '../../src/contracts/quality-workflow.js';
import type { ReconcileInput } from '../../src/contracts/reconcile-workflow.js';
import type { SyncInput, SyncProgress } from '../../src/contracts/sync-workflow.js';
import { fakeActivities } from './fake-activities.js';
import { fakeParallelSteps, fakeSteps } from './fake-handoff-activities.js';
import type { Intervention, Moment, Scenario } from './scenario.js';

const SYNC = 'contacts-to-mailing';
const DEAL = { system: 'crm', object: 'deal', id: 'd-1' };
const handoffOf: Readonly<Partial<Record<Scenario['workflow'], string>>> = { dealClosed: 'deal-closed', onboarding: 'onboarding', renewalDue: 'renewal-due', stageProgression: 'stage-progression' };
const PLAN = '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70';

/** Recorder is what scenarios are run with. */
export interface Recorder {
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly workflowBundle: WorkflowBundle;
}

/** recordScenario runs a scenario on a real server and gives the histories of its runs, in order, as JSON values. */
export async function recordScenario(recorder: Recorder, scenario: Scenario): Promise<unknown[]> {
  const { client } = recorder;
  const run = client.workflow.getHandle(runIdOf(scenario));
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => { letGo = resolve; });
  const reached = async (moment: Moment): Promise<void> => {
    if (scenario.anotherRunsAlready === true) await gate;
    if (scenario.during?.moment === moment) await intervene(run, scenario.during.intervention);
  };
  const worker = await Worker.create({
    connection: recorder.connection, taskQueue, workflowBundle: recorder.workflowBundle, identity: 'worker',
    activities: fakeActivities(scenario, reached),
  });
  return worker.runUntil(async () => {
    const other = scenario.anotherRunsAlready === true ? await start(client, { ...scenario, workflow: scenario.workflow === 'scheduledReconcile' ? 'reconcile' : 'sync' }) : undefined;
    const handle = await start(client, scenario);
    if (scenario.whilePaused !== undefined) {
      await untilPaused(handle);
      await handle.signal(messageNames[scenario.whilePaused]);
    }
    if (scenario.decision !== undefined) {
      await handle.executeUpdate(messageNames.resolve, { args: [{ decisionId: PLAN }] });
      if (scenario.anotherRunsAlready === true) letGo();
    }
    await answerApproval(handle, scenario);
    // A run that fails is a history like any other.
    await handle.result().catch(() => undefined);
    letGo();
    await other?.result();
    return histories(client, handle.workflowId, handle.firstExecutionRunId);
  });
}

// What a schedule starts is seen and asked through the run that it starts.
function runIdOf({ workflow, mode = 'incremental', redrives }: Scenario): string {
  const handoff = handoffOf[workflow];
  if (handoff !== undefined) return handoffWorkflowId(handoff, DEAL, '1');
  if (workflow === 'startHandoffs' || workflow === 'handoffTriggers') return handoffTriggersWorkflowId('renewal-due');
  if (workflow === 'applyPlan') return applyPlanWorkflowId(PLAN);
  if (workflow === 'approval') return approvalWorkflowId(PLAN);
  if (workflow === 'planUndo') return planUndoWorkflowId(PLAN);
  if (workflow === 'reconcile' || workflow === 'scheduledReconcile') return reconcileWorkflowId(SYNC);
  if (workflow === 'resolveConflict') return conflictWorkflowId(PLAN);
  if (workflow === 'watchDrift') return driftWorkflowId('crm');
  if (workflow === 'checkAlerts') return 'alerts/check';
  if (workflow === 'realtime') return realtimeWorkflowId(SYNC);
  if (workflow === 'quality') return qualityWorkflowId(SYNC);
  if (workflow === 'qualityRepair') return qualityRepairWorkflowId(SYNC);
  return redrives === undefined ? syncWorkflowId(SYNC, mode) : redriveWorkflowId(SYNC, redrives, mode === 'plan' ? 'plan' : 'redrive');
}

function start(client: Client, scenario: Scenario) {
  const { workflow } = scenario;
  const workflowId = workflow === 'scheduledReconcile' ? `scheduled/${SYNC}/reconcile` : workflow === 'scheduledSync' ? `scheduled/${SYNC}` : runIdOf(scenario);
  return client.workflow.start(workflow === 'renewalDue' || workflow === 'stageProgression' ? workflow : workflowTypes[workflow], { workflowId, taskQueue, args: [inputOf(scenario)] });
}

function inputOf({ workflow, mode = 'incremental', allowRemovals, redrives, repair, isOpened, together }: Scenario): ApprovalInput | WatchDriftInput | HandoffInput | TriggerInput | ResolveConflictInput | SyncInput | ReconcileInput | QualityInput | ApplyPlanInput | PlanUndoInput {
  if (workflow === 'approval') return { approvalId: PLAN };
  if (workflow === 'watchDrift') return { system: 'crm' };
  const handoff = handoffOf[workflow];
  if (handoff !== undefined) return { handoff, record: DEAL, key: '1', ...(isOpened === true ? { opened: { runId: PLAN, definitionVersion: 1, title: 'Deal closed', steps: together === 'only' ? fakeParallelSteps : fakeSteps, ...(together === undefined ? {} : { together: true as const }) } } : {}) };
  if (workflow === 'startHandoffs' || workflow === 'handoffTriggers') return { handoff: 'renewal-due', recordIds: ['d-1'] };
  if (workflow === 'applyPlan') return { planId: PLAN };
  if (workflow === 'resolveConflict') return { conflictId: PLAN, sync: SYNC };
  if (workflow === 'planUndo') return { planId: PLAN, scope: { runId: PLAN } };
  if (workflow === 'quality' || workflow === 'qualityRepair') return { quality: SYNC };
  if (workflow === 'reconcile' || workflow === 'scheduledReconcile') {
    return { sync: SYNC, ...(repair === 'after' ? { repair: true } : repair === 'only' ? { repairOf: '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70' } : {}) };
  }
  return { sync: SYNC, mode, ...(allowRemovals === undefined ? {} : { allowRemovals }), ...(redrives === undefined ? {} : { selection: { letters: redrives, by: 'ada' } }) };
}

async function intervene(handle: WorkflowHandle, intervention: Intervention): Promise<void> {
  if (intervention !== 'cancel') return handle.signal(messageNames[intervention]);
  await handle.cancel();
  // The activity must not end before the workflow has seen that it is cancelled.
  await handle.result().catch(() => undefined);
}

async function answerApproval(handle: WorkflowHandle, { answers }: Scenario): Promise<void> {
  if (answers === undefined) return;
  const by = (person: string) => ({ decisionId: `of-${person}`, person, hash: 'shown' });
  // The one who asked, so that a refusal is part of the history; its answer also shows that the question is open.
  await handle.executeUpdate(approvalMessages.decide, { args: [{ ...by('carl'), decision: 'approve' }] });
  if (answers === 'cancel') return void await handle.cancel();
  await handle.signal(approvalMessages[answers], by('ada'));
  if (answers === 'approve') await handle.executeUpdate(approvalMessages.decide, { args: [{ ...by('bea'), decision: 'approve' }] });
}

async function untilPaused(handle: WorkflowHandle): Promise<void> {
  for (;;) {
    const { paused, counts } = await handle.query<SyncProgress>(messageNames.progress);
    // With the window counted, the workflow waits and for nothing else.
    if (paused && counts.read > 0) return;
    await sleep(50);
  }
}

async function histories(client: Client, workflowId: string, firstRunId: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let runId: string | null | undefined = firstRunId; runId !== null && runId !== undefined && runId !== '';) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    found.push(withoutStackTraces(historyToJSON(history)));
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return found;
}

// Stack traces name the folders of the machine that recorded them, and no replay looks at them.
function withoutStackTraces(json: unknown): unknown {
  return JSON.parse(typeof json === 'string' ? json : JSON.stringify(json), (key, value: unknown) => (key === 'stackTrace' ? undefined : value));
}
