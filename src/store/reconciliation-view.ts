import type { Reconciliation } from './reconciliations.js';

/** ReconciliationView is what other programs are told of a reconciliation. */
export type ReconciliationView = Omit<Reconciliation, 'place' | 'epoch' | 'stalls' | 'failures' | 'syncNumber'>;

/** reconciliationView leaves out how far a reconciliation has come inside, which is nobody's business. */
export function reconciliationView({ place: _place, epoch: _epoch, stalls: _stalls, failures: _failures, syncNumber: _number, ...view }: Reconciliation): ReconciliationView {
  return view;
}
