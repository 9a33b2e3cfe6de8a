import type { StartApplyInput, StartedPlanRun } from '../../src/contracts/plan.js';
import { activeDefinitions } from '../../src/store/definitions.js';
import { claimPlan, readPlan, whyNotApplicable, type Plan } from '../../src/store/plans.js';
import { closeRun, openRun } from '../../src/store/runs.js';
import { planUnusable } from '../failure.js';
import { activeRunDefinition, runDefinition } from '../quality/run-definition.js';
import type { SyncDependencies } from '../sync/dependencies.js';

/** startApply opens the run that applies an approved plan; a repeat finds the run that was opened before. */
export async function startApply({ database }: SyncDependencies, input: StartApplyInput): Promise<StartedPlanRun> {
  const plan = await readPlan(database, input.planId);
  if (plan === undefined) throw planUnusable(`There is no plan ${input.planId}.`);
  const isRepeat = plan.appliedRun?.id === input.runId;
  const why = isRepeat ? null : whyNotApplicable(plan);
  if (why !== null) throw planUnusable(why);
  const sync = await definitionOf(database, plan);
  const systems = await activeDefinitions(database, 'system');
  const systemVersions = Object.fromEntries(systems.filter(({ name }) => name === sync.from.system || name === sync.to.system).map(({ name, version }) => [name, version]));
  await openRun(database, {
    id: input.runId, syncNumber: plan.syncNumber, definitionVersion: plan.definitionVersion, systemVersions, mode: 'apply', workflowId: input.workflowId, place: {},
    planId: plan.id, ...(plan.approvedBy === null ? {} : { approvedBy: plan.approvedBy }),
  });
  if (!(await claimPlan(database, plan.id, input.runId))) {
    await closeRun(database, input.runId, 'failed', 'Another run applies the plan.');
    throw planUnusable(`The plan ${plan.id} is being applied by another run, or was applied.`);
  }
  return { runId: input.runId, sync: plan.sync, toSystem: sync.to.system, definitionVersion: plan.definitionVersion };
}

// What was undone may have been written under a definition that is retired by now; a plan to sync is bound to its own.
async function definitionOf(database: SyncDependencies['database'], plan: Plan) {
  const active = await activeRunDefinition(database, plan.sync);
  if (active?.version === plan.definitionVersion) return active.sync;
  if (active !== undefined || plan.kind !== 'undo') {
    throw planUnusable(`The plan was made with version ${plan.definitionVersion} of sync "${plan.sync}", and ${active === undefined ? 'the sync is no longer in force' : `version ${active.version} is in force`}. Make a new plan.`);
  }
  const own = await runDefinition(database, plan);
  if (own === undefined) throw planUnusable(`Sync "${plan.sync}" has no version ${plan.definitionVersion} in this database.`);
  return own.sync;
}
