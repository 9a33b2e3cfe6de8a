import type { FinishReconciliationInput, ReconcileResult, StartedReconciliation, StartReconciliationInput } from '../../src/contracts/reconcile-workflow.js';
import { shareOfDifferences } from '../../src/contracts/reconciliation.js';
import { defaultReconcileRule } from '../../src/contracts/sync-definition.js';
import { activeDefinitions } from '../../src/store/definitions.js';
import { syncNumber } from '../../src/store/names.js';
import { closeReconciliation, forgetOldReconciliations, openReconciliation, readReconciliation } from '../../src/store/reconciliations.js';
import { definitionUnusable } from '../failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import { raiseAlert } from './alert.js';

/** startReconciliation opens a reconciliation, pinned to the definitions now in force; a repeat finds the one that was opened before. */
export async function startReconciliation({ database }: SyncDependencies, { reconciliationId, sync, workflowId }: StartReconciliationInput): Promise<StartedReconciliation> {
  const active = (await activeDefinitions(database, 'sync')).find(({ name }) => name === sync);
  if (active === undefined) throw definitionUnusable(`There is no sync "${sync}" in force. See "crosswalk status" for those there are, or apply it with "crosswalk apply".`);
  const { from, to, owner, reconcile = defaultReconcileRule } = active.body;
  const systems = await activeDefinitions(database, 'system');
  const ownerOf = (name: string): string | undefined => systems.find((system) => system.name === name)?.body.owner;
  const systemVersions = Object.fromEntries(systems.filter(({ name }) => name === from.system || name === to.system).map(({ name, version }) => [name, version]));
  await openReconciliation(database, {
    id: reconciliationId, syncNumber: await syncNumber(database, sync), definitionVersion: active.version, systemVersions, alertAbove: reconcile.alertAbove, workflowId,
    owner: owner ?? ownerOf(from.system) ?? ownerOf(to.system) ?? null,
  });
  const { definitionVersion } = await readReconciliation(database, reconciliationId);
  return { reconciliationId, definitionVersion, toSystem: to.system };
}

/** finishReconciliation closes a reconciliation, and raises an alert where more differs than the sync allows; a repeat finds it closed. */
export async function finishReconciliation(dependencies: SyncDependencies, { reconciliationId, state, message }: FinishReconciliationInput): Promise<ReconcileResult> {
  const { database } = dependencies;
  const before = await readReconciliation(database, reconciliationId);
  const alert = state === 'succeeded' && shareOfDifferences(before.counts) > before.alertAbove;
  const closed = await closeReconciliation(database, reconciliationId, state, message, alert);
  await forgetOldReconciliations(database, closed.syncNumber);
  if (before.state === 'running' && closed.alert) await raiseAlert(dependencies, closed);
  return { reconciliationId, sync: closed.sync, state: closed.state, counts: closed.counts, alert: closed.alert, plan: closed.plan, message: closed.message };
}
