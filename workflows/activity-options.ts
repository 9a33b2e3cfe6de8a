import { proxyActivities, proxyLocalActivities, type ActivityOptions, type LocalActivityOptions } from '@temporalio/workflow';
import type { AlertActivities } from '../src/contracts/alert.js';
import type { ConflictActivities } from '../src/contracts/conflict-workflow.js';
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

/**
 * onceOptions are for one quick attempt within the workflow task, without a task of its own: what does not come to its
 * end at once is left to something that is repeated.
 */
export const onceOptions: LocalActivityOptions = { startToCloseTimeout: '20 seconds', retry: { maximumAttempts: 1 } };

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

/** quickDrift is the look-up of what the watch over a system samples. */
export const quickDrift = proxyActivities<Pick<DriftActivities, 'findWatched'>>(quickOptions);

/** bulkDrift is the sampling of objects; a system that does not answer is looked at the next day. */
export const bulkDrift = proxyActivities<Pick<DriftActivities, 'sampleObject'>>({ ...bulkOptions, scheduleToCloseTimeout: '2 hours' });

/** quickConflicts is the activities around conflicts. */
export const quickConflicts = proxyActivities<ConflictActivities>(quickOptions);

/** quickRealtime is the activities around the inbox. */
export const quickRealtime = proxyActivities<Pick<RealtimeActivities, 'finishAnnounced'>>(quickOptions);

/** localRealtime is the carrying over of a few records, with no task of its own; what it cannot do is left to a run, so it is not repeated. */
export const localRealtime = proxyLocalActivities<Pick<RealtimeActivities, 'carryAnnounced'>>(onceOptions);

/** fewTimes is the look at a sync's strategy after a sweep, and the telling of it; the next sweep waits for both, and looks again, so they are not insisted on. */
export const fewTimes = proxyActivities<StrategyActivities & NotificationActivities>({ ...quickOptions, scheduleToCloseTimeout: '2 minutes', retry: { ...quickOptions.retry, maximumAttempts: 3 } });

/** quickApproval is the activities of an approval. */
export const quickApproval = proxyActivities<Omit<ApprovalActivities, 'findAnswerer'>>(quickOptions);

/**
 * stepOptions are for one step of a handoff in an outside system. The activity counts its attempts by the system's
 * declared schedule and gives up by itself; this policy is for crashes and lost heartbeats.
 */
export const stepOptions: ActivityOptions = {
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 seconds' },
};
/** localOptions are for short steps against our own database that may be repeated: they need no task of their own. */
export const localOptions: LocalActivityOptions = {
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '100 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
};
/** humanOptions are for telling people something: a channel that is down is tried for a day. */
export const humanOptions: ActivityOptions = {
  startToCloseTimeout: '1 minute', scheduleToCloseTimeout: '1 day',
  retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '10 minutes' },
};
/** localApproval looks up who answers in our own database. */
export const localApproval = proxyLocalActivities<Pick<ApprovalActivities, 'findAnswerer'>>(localOptions);

/** quickHandoff is the activities that open handoffs. */
export const quickHandoff = proxyActivities<Pick<HandoffActivities, 'openHandoff'>>(quickOptions);

/** stepsOfHandoff is the activities that go to outside systems. */
export const stepsOfHandoff = proxyActivities<Pick<HandoffActivities, 'carryOutStep' | 'undoStep' | 'findTriggers' | 'startTriggered'>>(stepOptions);
/** localHandoff is the activities that look at or note something in our own database. */
export const localHandoff = proxyLocalActivities<Pick<HandoffActivities, 'finishHandoff' | 'decideStep' | 'askApproval' | 'tellPeople' | 'recordStep' | 'parkHandoff'>>(localOptions);
/** onceHandoff is single attempts at what goes to outside systems; each is harmless to repeat. */
export const onceHandoff = proxyLocalActivities<Pick<HandoffActivities, 'openHandoff' | 'carryOutStep' | 'carryOutSteps' | 'findTriggers' | 'startTriggered'>>(onceOptions);
/** people is the activities that tell people something. */
export const people = proxyActivities<NotificationActivities>(humanOptions);
/** quickAlerts is the check for alerts, within our own database. */
export const quickAlerts = proxyActivities<AlertActivities>(quickOptions);
