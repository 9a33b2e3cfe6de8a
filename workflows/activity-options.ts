import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { ConflictActivities } from '../src/contracts/conflict-workflow.js';
import type { ApprovalActivities } from '../src/contracts/approval.js';
import type { PlanActivities } from '../src/contracts/plan.js';
import type { QualityActivities } from '../src/contracts/quality-workflow.js';
import type { RealtimeActivities } from '../src/contracts/realtime-workflow.js';
import type { ReconcileActivities } from '../src/contracts/reconcile-workflow.js';
import type { SyncActivities } from '../src/contracts/sync-workflow.js';

/** quickOptions are for single short steps against our own database. */
export const quickOptions: ActivityOptions = {
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/**
 * bulkOptions are for windows of pages. The number of attempts is not limited here: an activity counts the attempts that
 * came no further and gives up by itself, so that a run survives any number of crashes as long as it moves. A failure
 * that a system caused carries its own delay, from the system's declared schedule; this policy is for crashes and lost
 * heartbeats.
 */
export const bulkOptions: ActivityOptions = {
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 seconds' },
};

/** quick is the activities that open and close a run. */
export const quick = proxyActivities<Pick<SyncActivities, 'startRun' | 'finishRun'>>(quickOptions);

/** bulk is the activities that work through many records. */
export const bulk = proxyActivities<Pick<SyncActivities, 'measureChanges' | 'indexTarget' | 'syncWindow' | 'removeMissing' | 'observeSide' | 'mergePairs'>>(bulkOptions);

/** quickReconcile is the activities that open and close a reconciliation. */
export const quickReconcile = proxyActivities<Pick<ReconcileActivities, 'startReconciliation' | 'finishReconciliation'>>(quickOptions);

/** bulkReconcile is the activities of a reconciliation that work through many records. */
export const bulkReconcile = proxyActivities<Pick<ReconcileActivities, 'readSide' | 'compareSides' | 'planRepair'>>(bulkOptions);

/** quickQuality is the activities that open and close quality runs. */
export const quickQuality = proxyActivities<Pick<QualityActivities, 'startQuality' | 'finishQuality' | 'startRepair'>>(quickOptions);

/** bulkQuality is the activities of quality runs that work through many records. */
export const bulkQuality = proxyActivities<Pick<QualityActivities, 'qualityWindow' | 'measureQuality' | 'repairWindow'>>(bulkOptions);

/** quickPlans is the activities that open the runs which make and apply plans. */
export const quickPlans = proxyActivities<Pick<PlanActivities, 'startUndo' | 'startApply'>>(quickOptions);

/** bulkPlans is the activities that work through a plan. */
export const bulkPlans = proxyActivities<Pick<PlanActivities, 'undoWindow' | 'checkPlan' | 'applyWindow'>>(bulkOptions);

/** quickConflicts is the activities around conflicts. */
export const quickConflicts = proxyActivities<ConflictActivities>(quickOptions);

/** quickRealtime is the activities around the inbox. */
export const quickRealtime = proxyActivities<RealtimeActivities>(quickOptions);
/** quickApproval is the activities of an approval. */
export const quickApproval = proxyActivities<ApprovalActivities>(quickOptions);
