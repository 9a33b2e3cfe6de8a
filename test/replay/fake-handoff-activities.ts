import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../src/contracts/failures.js';
import type { AlertActivities } from '../../src/contracts/alert.js';
import type { DriftActivities } from '../../src/contracts/drift.js';
import type { FailedAttempt, HandoffActivities, StepAttempt, StepOutline } from '../../src/contracts/handoff.js';
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

/** fakeParallelSteps are three actions at the same moment and nothing else. */
export const fakeParallelSteps: readonly StepOutline[] = [step('effects', 'parallel', { ways: [[step('invoice', 'action')], [step('task', 'action')], [step('message', 'action')]] })];

/** fakeHandoffActivities go through a handoff without any system or database; `reached` is awaited at the first step and the second look for work. */
export function fakeHandoffActivities(scenario: Scenario, reached: (moment: Moment) => Promise<void>): HandoffActivities & NotificationActivities & AlertActivities & DriftActivities {
  let looks = 0;
  const failIf = (failing: boolean): void => {
    if (failing) throw ApplicationFailure.nonRetryable('The system refused the credentials.', failureTypes.systemRefused);
  };
  const carryOutStep: HandoffActivities['carryOutStep'] = async ({ name }) => {
    if (name === 'project') await reached('first window');
    failIf(scenario.fails === 'carryOutStep' && name === 'invoice');
    return { state: 'done' };
  };
  return {
    openHandoff: async ({ runId }) => {
      failIf(scenario.fails === 'openHandoff');
      return { runId, definitionVersion: 1, title: 'Deal closed', ...(scenario.together === undefined ? {} : { together: true as const }), steps: scenario.movedOn === true ? [] : scenario.together === 'only' ? fakeParallelSteps : fakeSteps, ...(scenario.movedOn === true ? { over: 'The record had moved on.' } : {}) };
    },
    carryOutStep,
    carryOutSteps: async ({ runId, places, closes }) => {
      const attempts = await Promise.all(places.map((place) => carryOutStep({ runId, ...place }).catch((error: unknown): StepAttempt => ({ failure: attemptFailure(error) }))));
      const closed = closes && attempts.every(({ state }) => state === 'done');
      return { attempts, closed: closed ? { runId, handoff: 'deal-closed', state: 'succeeded', message: null } : null };
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

function attemptFailure(error: unknown): FailedAttempt {
  return { message: error instanceof Error ? error.message : String(error), nonRetryable: error instanceof ApplicationFailure && error.nonRetryable === true, ...(error instanceof ApplicationFailure && typeof error.type === 'string' ? { type: error.type } : {}) };
}
