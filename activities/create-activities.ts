import { getClient } from '@temporalio/activity';
import type { ConflictActivities } from '../src/contracts/conflict-workflow.js';
import type { AlertActivities } from '../src/contracts/alert.js';
import type { ApprovalActivities } from '../src/contracts/approval.js';
import type { DriftActivities } from '../src/contracts/drift.js';
import type { HandoffActivities } from '../src/contracts/handoff.js';
import type { NotificationActivities } from '../src/contracts/notification.js';
import type { PlanActivities } from '../src/contracts/plan.js';
import type { QualityActivities } from '../src/contracts/quality-workflow.js';
import type { RealtimeActivities } from '../src/contracts/realtime-workflow.js';
import type { ReconcileActivities } from '../src/contracts/reconcile-workflow.js';
import type { StrategyActivities } from '../src/contracts/strategy.js';
import type { SyncActivities } from '../src/contracts/sync-workflow.js';
import { createConflictActivities } from './conflicts/decide-conflict.js';
import { createApprovalActivities, type ApprovalDependencies } from './approvals/create-approval-activities.js';
import { findWatched, sampleObject } from './drift/sample-object.js';
import { createHandoffActivities } from './handoff/create-handoff-activities.js';
import type { HandoffDependencies } from './handoff/dependencies.js';
import { mergePairs } from './pairs/merge-pairs.js';
import { observeSide } from './pairs/observe-side.js';
import { checkAlerts } from './alerts/check-alerts.js';
import { deliverNotification } from './notifications/deliver-notification.js';
import type { NotificationDependencies } from './notifications/live-channels.js';
import { applyWindow } from './plans/apply-window.js';
import { checkPlan } from './plans/check-plan.js';
import { startApply } from './plans/start-apply.js';
import { startUndo } from './plans/start-undo.js';
import { undoWindow } from './plans/undo-window.js';
import { finishQuality, startQuality } from './quality/quality-lifecycle.js';
import { measureQuality } from './quality/quality-measure.js';
import { qualityWindow } from './quality/quality-window.js';
import { repairWindow, startRepair } from './quality/repair-window.js';
import { createReconcileActivities } from './reconcile/create-reconcile-activities.js';
import { createRealtimeActivities } from './realtime/announced-changes.js';
import { adjustStrategy } from './strategy/adjust-strategy.js';
import { withHeartbeat } from './sync/heartbeat.js';
import { measureChanges } from './sync/measure-changes.js';
import { removeMissing } from './sync/removals.js';
import { finishRun, startRun } from './sync/run-lifecycle.js';
import { syncWindow } from './sync/sync-window.js';
import { indexTarget } from './sync/target-index.js';

/** createActivities joins the activities to what they work with. */
export function createActivities(dependencies: HandoffDependencies & Pick<NotificationDependencies, 'notifyUrl' | 'resolve' | 'secretsReady' | 'networkAllow'> & Pick<ApprovalDependencies, 'answerLinks'>): SyncActivities & ReconcileActivities & QualityActivities & PlanActivities & HandoffActivities & ConflictActivities & RealtimeActivities & ApprovalActivities & NotificationActivities & StrategyActivities & AlertActivities & DriftActivities {
  return {
    ...createHandoffActivities(dependencies),
    ...createReconcileActivities(dependencies),
    ...createConflictActivities(dependencies),
    ...createRealtimeActivities(dependencies),
    ...createApprovalActivities(dependencies),
    findWatched: (input) => findWatched(dependencies, input),
    sampleObject: (input) => withHeartbeat((heartbeat) => sampleObject(dependencies, input, heartbeat)),
    checkAlerts: () => checkAlerts(dependencies),
    deliverNotification: (input) => deliverNotification(dependencies, input),
    adjustStrategy: (input) => adjustStrategy(dependencies, () => getClient().schedule, input),
    startRun: (input) => startRun(dependencies, input),
    measureChanges: (input) => withHeartbeat((heartbeat) => measureChanges(dependencies, input, heartbeat)),
    indexTarget: (input) => withHeartbeat((heartbeat) => indexTarget(dependencies, input, heartbeat)),
    syncWindow: (input) => withHeartbeat((heartbeat) => syncWindow(dependencies, input, heartbeat)),
    removeMissing: (input) => withHeartbeat((heartbeat) => removeMissing(dependencies, input, heartbeat)),
    observeSide: (input) => withHeartbeat((heartbeat) => observeSide(dependencies, input, heartbeat)),
    mergePairs: (input) => withHeartbeat((heartbeat) => mergePairs(dependencies, input, heartbeat)),
    finishRun: (input) => finishRun(dependencies, input),
    startQuality: (input) => startQuality(dependencies, input),
    qualityWindow: (input) => withHeartbeat((heartbeat) => qualityWindow(dependencies, input, heartbeat)),
    measureQuality: (input) => withHeartbeat((heartbeat) => measureQuality(dependencies, input, heartbeat)),
    finishQuality: (input) => finishQuality(dependencies, input),
    startRepair: (input) => startRepair(dependencies, input),
    repairWindow: (input) => withHeartbeat((heartbeat) => repairWindow(dependencies, input, heartbeat)),
    startUndo: (input) => startUndo(dependencies, input),
    undoWindow: (input) => withHeartbeat((heartbeat) => undoWindow(dependencies, input, heartbeat)),
    startApply: (input) => startApply(dependencies, input),
    checkPlan: (input) => withHeartbeat((heartbeat) => checkPlan(dependencies, input, heartbeat)),
    applyWindow: (input) => withHeartbeat((heartbeat) => applyWindow(dependencies, input, heartbeat)),
  };
}
