import { noteReconciliationFailure } from '../../src/store/reconciliations.js';
import { isPatient, troubleFailure } from '../failure.js';
import { systemTrouble } from '../sync/trouble.js';
import type { ReconcileContext } from './reconcile-context.js';

/** reconcileFailure is what an attempt at a reconciliation fails with, by the declared schedule of the system that caused it; faults of ours are given back as they are. */
export async function reconcileFailure({ database, reconciliation, source, target }: ReconcileContext, error: unknown): Promise<unknown> {
  try {
    const trouble = systemTrouble(error);
    const { system } = trouble.system === source.system.system ? source : target;
    const attempts = await noteReconciliationFailure(database, reconciliation, isPatient(trouble));
    return troubleFailure(trouble, { scheduleMs: system.retry.scheduleMs, attempts: Math.max(1, attempts) });
  } catch (fault) {
    return fault;
  }
}
