import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../src/contracts/failures.js';
import type { AlertActivities } from '../../src/contracts/alert.js';
import type { DriftActivities } from '../../src/contracts/drift.js';
import type { HandoffActivities, StepOutline } from '../../src/contracts/handoff.js';
import type { NotificationActivities } from '../../src/contracts/notification.js';
import type { Moment, Scenario } from './scenario.js';

const step = (name: string, kind: StepOutline['kind'], more: Partial<StepOutline> = {}): StepOutline => ({ name, title: name, kind, onFailure: 'compensate', undo: false, decides: false, ...more });

/** fakeSteps has one of every kind but an approval, whose workflow is not a handoff's. */
export const fakeSteps: readonly StepOutline[] = [
  step('project', 'action', { undo: true }),
  step('both', 'parallel', { ways: [[step('customer', 'action', { undo: true }), step('invoice', 'action')], [step('task', 'action')]] }),
  step('route', 'branch', { decides: true, ways: [[step('never', 'end')], [step('chosen', 'action')]] }),
  step('lines', 'forEach', { decides: true, ways: [[step('line', 'action')]] }),
  step('pause', 'wait', { decides: true, events: ['replied'] }),
  step('tell', 'notify'),
  step('last', 'end'),
];

/** fakeHandoffActivities go through a handoff without any system or database; `reached` is awaited at the first step and the second look for work. */
export function fakeHandoffActivities(scenario: Scenario, reached: (moment: Moment) => Promise<void>): HandoffActivities & NotificationActivities & AlertActivities & DriftActivities {
  let looks = 0;
  const failIf = (failing: boolean): void => {
    if (failing) throw ApplicationFailure.nonRetryable('The system refused the credentials.', failureTypes.systemRefused);
  };
  return {
    openHandoff: async ({ runId }) => {
      failIf(scenario.fails === 'openHandoff');
      return { runId, definitionVersion: 1, title: 'Deal closed', steps: scenario.movedOn === true ? [] : fakeSteps, ...(scenario.movedOn === true ? { over: 'The record had moved on.' } : {}) };
    },
    carryOutStep: async ({ name }) => {
      if (name === 'project') await reached('first window');
      failIf(scenario.fails === 'carryOutStep' && name === 'invoice');
      return { state: 'done' };
    },
    decideStep: async ({ name }) => (name === 'route' ? { choice: 1 } : name === 'lines' ? { count: 2 } : { untilMs: Date.now() + 1_000 }),
    askApproval: async () => ({ approvalId: null }),
    tellPeople: async () => ({ notificationId: '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b71' }),
    checkAlerts: async () => ({ notificationIds: ['0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70', '0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b71'], open: 1 }),
    findWatched: async () => ({ objects: ['account', 'contact'] }),
    sampleObject: async ({ object }) => {
      failIf(scenario.fails === 'sampleObject' && object === 'contact');
      return { object, records: 700, drifts: 2, quarantined: object === 'contact' ? 1 : 0, notificationIds: object === 'contact' ? ['0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70'] : [] };
    },
    deliverNotification: async () => ({ delivered: 1, failed: 0 }),
    recordStep: async () => undefined,
    undoStep: async () => ({ state: 'undone' }),
    parkHandoff: async () => undefined,
    finishHandoff: async ({ runId, state, message }) => ({ runId, handoff: 'deal-closed', state, message }),
    findTriggers: async ({ handoff, recordIds }) => ({ starts: recordIds.map((id) => ({ handoff, record: { system: 'crm', object: 'deal', id }, key: '1' })), left: 0 }),
    startTriggered: async () => {
      looks += 1;
      if (looks === 2) await reached('second window');
      return { more: looks === 1, started: looks === 1 ? 1 : 0, left: 0 };
    },
  };
}
