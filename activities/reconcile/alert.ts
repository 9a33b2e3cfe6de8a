import { differencesIn, shareOfDifferences } from '../../src/contracts/reconciliation.js';
import type { Reconciliation } from '../../src/store/reconciliations.js';
import type { SyncDependencies } from '../sync/dependencies.js';

/**
 * raiseAlert tells that more differs than a sync allows. It is the one place where that happens, so that other ways of
 * telling people are added here; the alert itself is stored with the reconciliation and shown by "crosswalk status".
 */
export async function raiseAlert({ logger }: Pick<SyncDependencies, 'logger'>, { id, sync, owner, counts, alertAbove }: Reconciliation): Promise<void> {
  logger.warn({ reconciliation: id, sync, owner, differences: differencesIn(counts), share: shareOfDifferences(counts), alertAbove }, 'More records differ than the sync allows.');
}
