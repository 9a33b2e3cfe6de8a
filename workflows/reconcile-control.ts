import { defineQuery, setHandler } from '@temporalio/workflow';
import { messageNames } from '../src/contracts/names.js';
import type { ReconcileInput, ReconcilePhase, ReconcileProgress } from '../src/contracts/reconcile-workflow.js';
import { noReconciliationCounts, type ReconciliationCounts } from '../src/contracts/reconciliation.js';
import { stopSignal } from './messages.js';

const reconcileProgressQuery = defineQuery<ReconcileProgress>(messageNames.progress);

/** ReconcileControl is what people can see of a reconciliation and ask of it while it goes on. */
export class ReconcileControl {
  phase: ReconcilePhase = 'starting';
  counts: ReconciliationCounts;
  reconciliationId: string | null;
  stopping = false;

  constructor({ continued, repairOf }: ReconcileInput) {
    this.reconciliationId = continued?.reconciliationId ?? repairOf ?? null;
    this.counts = continued?.counts ?? noReconciliationCounts;
    setHandler(stopSignal, () => { this.stopping = true; });
    setHandler(reconcileProgressQuery, () => ({ reconciliationId: this.reconciliationId, phase: this.phase, stopping: this.stopping, counts: this.counts }));
  }
}
