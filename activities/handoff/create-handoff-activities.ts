import { Context } from '@temporalio/activity';
import type { HandoffActivities } from '../../src/contracts/handoff.js';
import { setParked } from '../../src/store/handoff-runs.js';
import { withHeartbeat } from '../sync/heartbeat.js';
import { carryOutStep } from './carry-out-step.js';
import { carryOutSteps } from './carry-out-steps.js';
import { decideStep } from './decide-step.js';
import type { HandoffDependencies } from './dependencies.js';
import { finishHandoff, openHandoff } from './handoff-lifecycle.js';
import { askApproval, recordStep, tellPeople } from './people-steps.js';
import { findTriggers } from './read-triggers.js';
import { startTriggered } from './start-triggered.js';
import { undoStep } from './undo-step.js';

/** createHandoffActivities joins the activities of handoffs to what they work with. */
export function createHandoffActivities(dependencies: HandoffDependencies): HandoffActivities {
  return {
    openHandoff: (input) => openHandoff(dependencies, input),
    carryOutStep: (input) => withHeartbeat((heartbeat) => carryOutStep(dependencies, input, { signal: heartbeat.signal })),
    carryOutSteps: (input) => withHeartbeat((heartbeat) => carryOutSteps(dependencies, input, heartbeat)),
    decideStep: (input) => decideStep(dependencies, input),
    askApproval: (input) => askApproval(dependencies, input),
    tellPeople: (input) => tellPeople(dependencies, input),
    recordStep: (input) => recordStep(dependencies, input),
    undoStep: (input) => withHeartbeat((heartbeat) => undoStep(dependencies, input, heartbeat)),
    parkHandoff: ({ runId, parked }) => setParked(dependencies.database, runId, parked),
    finishHandoff: (input) => finishHandoff(dependencies, input),
    findTriggers: (input) => withHeartbeat(() => findTriggers(dependencies, input)),
    startTriggered: ({ handoff }) => withHeartbeat(() => startTriggered(dependencies, Context.current().client, handoff)),
  };
}
