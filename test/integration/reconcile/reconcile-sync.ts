import { compareSides } from '../../../activities/reconcile/compare-sides.js';
import { planRepair } from '../../../activities/reconcile/plan-repair.js';
import { readSide } from '../../../activities/reconcile/read-side.js';
import { finishReconciliation, startReconciliation } from '../../../activities/reconcile/reconciliation-lifecycle.js';
import type { ReconcileResult, RepairPlan } from '../../../src/contracts/reconcile-workflow.js';
import { newId } from '../../../src/store/new-id.js';
import { differencesAfter, type Difference } from '../../../src/store/reconciliation-differences.js';
import type { SyncUnderTest } from '../activities/sync-under-test.js';

/** Reconciled is a reconciliation that has ended, with all that it found. */
export interface Reconciled {
  readonly result: ReconcileResult;
  readonly differences: readonly Difference[];
}

/** openReconciliationOf opens a reconciliation of a sync under test. */
export async function openReconciliationOf(sync: SyncUnderTest): Promise<string> {
  const name = sync.definition.sync;
  return (await startReconciliation(sync.dependencies, { reconciliationId: newId(), sync: name, workflowId: `reconcile/${name}` })).reconciliationId;
}

/** readBoth reads both sides, as the workflow does. */
export async function readBoth(sync: SyncUnderTest, reconciliationId: string): Promise<void> {
  for (const side of ['source', 'target'] as const) for (let done = false; !done;) ({ done } = await readSide(sync.dependencies, { reconciliationId, side }, sync.heartbeat));
}

/** compareAndClose looks at what was read and closes the reconciliation. */
export async function compareAndClose(sync: SyncUnderTest, reconciliationId: string): Promise<Reconciled> {
  for (let done = false; !done;) ({ done } = await compareSides(sync.dependencies, { reconciliationId }, sync.heartbeat));
  const result = await finishReconciliation(sync.dependencies, { reconciliationId, state: 'succeeded', message: null });
  return { result, differences: await differencesAfter(sync.database, reconciliationId, 0, 100_000) };
}

/** reconcileNow drives a whole reconciliation as the workflow does. */
export async function reconcileNow(sync: SyncUnderTest): Promise<Reconciled> {
  const id = await openReconciliationOf(sync);
  await readBoth(sync, id);
  return compareAndClose(sync, id);
}

/** planRepairOf stores the plan that repairs what a reconciliation found. */
export function planRepairOf(sync: SyncUnderTest, { result }: Reconciled): Promise<RepairPlan> {
  return planRepair(sync.dependencies, { reconciliationId: result.reconciliationId, runId: newId(), workflowId: `reconcile/${sync.definition.sync}` }, sync.heartbeat);
}

/** found is what a reconciliation reported, in short: kind, cause and the records it is about. */
export function found({ differences }: Reconciled): readonly (readonly [kind: string, cause: string, sourceId: string | null, targetId: string | null])[] {
  return differences.map(({ kind, cause, sourceId, targetId }) => [kind, cause, sourceId, targetId] as const);
}
