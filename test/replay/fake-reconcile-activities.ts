import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../src/contracts/failures.js';
import { noReconciliationCounts } from '../../src/contracts/reconciliation.js';
import type { ReconcileActivities } from '../../src/contracts/reconcile-workflow.js';
import type { Moment, Scenario } from './scenario.js';

/** fakeReconcileActivities follow a scenario without any system or database; `reached` is awaited before the first window answers. */
export function fakeReconcileActivities(scenario: Scenario, reached: (moment: Moment) => Promise<void>): ReconcileActivities {
  const { windows = 2 } = scenario;
  const read = { source: 0, target: 0 };
  const failIf = (activity: Scenario['fails']): void => {
    if (scenario.fails === activity) throw ApplicationFailure.nonRetryable('The system refused the credentials.', failureTypes.systemRefused);
  };
  const counts = () => ({ ...noReconciliationCounts, source: read.source * 500, target: read.target * 500 });
  return {
    startReconciliation: async ({ reconciliationId }) => ({ reconciliationId, definitionVersion: 1, toSystem: 'mailing' }),
    readSide: async ({ side }) => {
      read[side] += 1;
      if (side === 'source' && read.source === 1) await reached('first window');
      return { done: read[side] >= windows, counts: counts() };
    },
    compareSides: async () => {
      failIf('compareSides');
      return { done: true, counts: counts() };
    },
    planRepair: async ({ runId }) => {
      failIf('planRepair');
      return { runId, writes: 3, left: 1 };
    },
    finishReconciliation: async ({ reconciliationId, state, message }) => ({ reconciliationId, sync: 'contacts-to-mailing', state, counts: counts(), alert: false, plan: null, message }),
  };
}
