import type { StartedPlanRun, StartUndoInput } from '../../src/contracts/plan.js';
import { isTwoWay } from '../../src/contracts/sync-definition.js';
import { activeDefinitions } from '../../src/store/definitions.js';
import { openPlan } from '../../src/store/plans.js';
import { openRun } from '../../src/store/runs.js';
import { wroteBothWays } from '../../src/store/undo-history.js';
import { planUnusable } from '../failure.js';
import { activeRunDefinition, runDefinition } from '../quality/run-definition.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import { undoSubject, type UndoSubject } from './undo-query.js';

/** startUndo opens the run that makes an undo plan; a repeat finds it opened. */
export async function startUndo({ database }: SyncDependencies, { planId, scope, workflowId }: StartUndoInput): Promise<StartedPlanRun> {
  const subject = await undoSubject(database, scope);
  const { version, sync: body } = await definitionOf(database, subject);
  // Only the sync as it was knows what both sides agreed on.
  if (!isTwoWay(body) && (await wroteBothWays(database, subject.query))) {
    throw planUnusable(`${subject.title}: the sync went both ways when it wrote this and goes one way now, so the writes cannot be undone by a plan. Put the values right by hand.`);
  }
  const systems = await activeDefinitions(database, 'system');
  const systemVersions = Object.fromEntries(systems.filter(({ name }) => name === body.from.system || name === body.to.system).map((system) => [system.name, system.version]));
  await openRun(database, { id: planId, syncNumber: subject.query.syncNumber, definitionVersion: version, systemVersions, mode: 'plan', workflowId, place: {} });
  await openPlan(database, { runId: planId, kind: 'undo', title: subject.title });
  return { runId: planId, sync: subject.sync, toSystem: body.to.system, definitionVersion: version };
}

// The definition in force says how to reach the systems now; that of the run stands in for a sync that is retired.
async function definitionOf(database: SyncDependencies['database'], { sync, run }: UndoSubject) {
  const own = async () => {
    const pinned = run === undefined ? undefined : await runDefinition(database, run);
    return pinned === undefined || run === undefined ? undefined : { version: run.definitionVersion, sync: pinned.sync };
  };
  const found = (await activeRunDefinition(database, sync)) ?? (await own());
  if (found === undefined) throw planUnusable(`There is no sync "${sync}" in force. Name the run that is to be undone.`);
  return found;
}
