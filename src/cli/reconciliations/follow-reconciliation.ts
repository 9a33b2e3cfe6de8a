import { setTimeout as sleep } from 'node:timers/promises';
import type { ReconciliationHandle } from '../../client/start-reconciliation.js';
import type { ReconcileProgress, ReconcileResult } from '../../contracts/reconcile-workflow.js';

/** ReconciliationEnd is how following a reconciliation ended. */
export type ReconciliationEnd =
  | { readonly kind: 'ended'; readonly result: ReconcileResult }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'detached' };

const EVERY_MS = 500;
const QUERY_WITHIN_MS = 3_000;

/** followReconciliation shows the progress of a reconciliation until it ends or the caller lets go of it; null: no worker has answered yet. */
export async function followReconciliation(
  handle: Pick<ReconciliationHandle, 'result' | 'progress'>, show: (progress: ReconcileProgress | null) => void, signal: AbortSignal, everyMs = EVERY_MS,
): Promise<ReconciliationEnd> {
  const ended = handle.result().then((result): ReconciliationEnd => ({ kind: 'ended', result }), (error: unknown): ReconciliationEnd => ({ kind: 'failed', error }));
  let known: ReconcileProgress | null = null;
  for (;;) {
    const end = await Promise.race([ended, sleep(everyMs, undefined, { signal }).catch((): ReconciliationEnd => ({ kind: 'detached' }))]);
    if (end !== undefined) return end;
    const answer = await Promise.race([ended, handle.progress().catch(() => null), sleep(QUERY_WITHIN_MS, null, { ref: false })]);
    if (answer !== null && 'kind' in answer) return answer;
    // Without an answer the last one stands.
    known = answer ?? known;
    show(known);
  }
}
