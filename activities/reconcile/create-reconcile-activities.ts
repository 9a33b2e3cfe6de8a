import type { ReconcileActivities } from '../../src/contracts/reconcile-workflow.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import { withHeartbeat } from '../sync/heartbeat.js';
import { compareSides } from './compare-sides.js';
import { planRepair } from './plan-repair.js';
import { readSide } from './read-side.js';
import { finishReconciliation, startReconciliation } from './reconciliation-lifecycle.js';

/** createReconcileActivities joins the activities of a reconciliation to what they work with. */
export function createReconcileActivities(dependencies: SyncDependencies): ReconcileActivities {
  return {
    startReconciliation: (input) => startReconciliation(dependencies, input),
    readSide: (input) => withHeartbeat((heartbeat) => readSide(dependencies, input, heartbeat)),
    compareSides: (input) => withHeartbeat((heartbeat) => compareSides(dependencies, input, heartbeat)),
    planRepair: (input) => withHeartbeat((heartbeat) => planRepair(dependencies, input, heartbeat)),
    finishReconciliation: (input) => finishReconciliation(dependencies, input),
  };
}
