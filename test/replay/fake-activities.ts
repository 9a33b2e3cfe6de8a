import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../src/contracts/failures.js';
import { noCounts } from '../../src/contracts/run.js';
import type { ConflictActivities } from '../../src/contracts/conflict-workflow.js';
import type { ApprovalActivities } from '../../src/contracts/approval.js';
import type { PlanActivities } from '../../src/contracts/plan.js';
import type { QualityActivities } from '../../src/contracts/quality-workflow.js';
import type { RealtimeActivities } from '../../src/contracts/realtime-workflow.js';
import type { ReconcileActivities } from '../../src/contracts/reconcile-workflow.js';
import type { StrategyActivities } from '../../src/contracts/strategy.js';
import type { SyncActivities } from '../../src/contracts/sync-workflow.js';
import { fakeHandoffActivities } from './fake-handoff-activities.js';
import { fakeReconcileActivities } from './fake-reconcile-activities.js';
import { fakeApprovalActivities } from './fake-approval-activities.js';
import type { Moment, Scenario } from './scenario.js';

/** fakeActivities follow a scenario without any system or database; `reached` is awaited before an activity answers. */
export function fakeActivities(scenario: Scenario, reached: (moment: Moment) => Promise<void>): SyncActivities & ReconcileActivities & QualityActivities & PlanActivities & ConflictActivities & RealtimeActivities & ApprovalActivities & StrategyActivities & ReturnType<typeof fakeHandoffActivities> {
  const { mode = 'incremental', indexWindows = 0, windows = 2, measureWindows = 0, measureHolds = null, removes = false, held = null } = scenario;
  let announced = 0;
  let measured = 0;
  let indexed = 0;
  let read = 0;
  const failIf = (activity: Scenario['fails']): void => {
    if (scenario.fails === activity) throw ApplicationFailure.nonRetryable('The system refused the credentials.', failureTypes.systemRefused);
  };
  const counts = () => ({ ...noCounts, read: read * 500 });
  const window = async (activity: Scenario['fails']) => {
    read += 1;
    if (read <= 2) await reached(read === 1 ? 'first window' : 'second window');
    failIf(activity);
    return { done: read === windows, counts: counts() };
  };
  const opened = (runId: string) => ({ runId, sync: 'contacts-to-mailing', toSystem: 'mailing', definitionVersion: 1 });
  return {
    ...fakeReconcileActivities(scenario, reached),
    carryAnnounced: async () => {
      announced += 1;
      if (announced === 1) return 'left';
      if (announced === 2) return 'carried';
      await reached('second window');
      return 'nothing';
    },
    finishAnnounced: async () => undefined,
    decideConflict: async () => scenario.decision ?? 'outdated',
    isConflictClosed: async () => scenario.decision === 'decided' && scenario.fails === undefined,
    ...fakeApprovalActivities(scenario),
    ...fakeHandoffActivities(scenario, reached),
    adjustStrategy: async () => {
      failIf('adjustStrategy');
      return { notificationIds: ['0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70'] };
    },
    startRun: async ({ runId }) => {
      failIf('startRun');
      return {
        runId, definitionVersion: 1, fromSystem: 'crm', toSystem: 'mailing', mode, measures: measureWindows > 0, needsIndex: indexWindows > 0, removes,
        ...(scenario.twoWay === true ? { twoWay: true } : {}),
      };
    },
    measureChanges: async () => {
      measured += 1;
      if (measured === 1) await reached('first measuring window');
      failIf('measureChanges');
      return { done: measured === measureWindows, counts: counts(), held: measured === measureWindows ? measureHolds : null };
    },
    indexTarget: async () => {
      indexed += 1;
      if (indexed === 1) await reached('first index window');
      return { done: indexed === indexWindows, counts: counts() };
    },
    syncWindow: () => window('syncWindow'),
    removeMissing: async () => {
      failIf('removeMissing');
      return { done: true, counts: counts(), held };
    },
    observeSide: async () => {
      read += 1;
      if (read <= 2) await reached(read === 1 ? 'first window' : 'second window');
      return { done: read >= windows, counts: counts() };
    },
    mergePairs: async () => ({ done: true, counts: counts(), held }),
    startQuality: async ({ runId }) => {
      failIf('startQuality');
      return { runId, definitionVersion: 1, system: 'crm' };
    },
    qualityWindow: () => window('syncWindow'),
    measureQuality: async () => { failIf('measureQuality'); },
    finishQuality: async ({ runId, state, message }) => ({ runId, quality: 'contacts-to-mailing', state, figures: null, missed: [], message }),
    startRepair: async ({ runId }) => ({ runId, definitionVersion: 1, system: 'crm' }),
    repairWindow: () => window('syncWindow'),
    finishRun: async ({ runId, state, message }) => ({ runId, sync: 'contacts-to-mailing', mode, state, counts: counts(), message }),
    startApply: async ({ runId }) => {
      failIf('startApply');
      return opened(runId);
    },
    checkPlan: async () => ({ done: true, misfits: scenario.misfits ?? 0, counts: counts() }),
    applyWindow: () => window('applyWindow'),
    startUndo: async ({ planId }) => {
      failIf('startUndo');
      return opened(planId);
    },
    undoWindow: () => window('undoWindow'),
  };
}
