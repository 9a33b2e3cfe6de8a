import type { PlanCheckResult } from '../../src/contracts/plan.js';
import { planHash } from '../../src/store/plan-seal.js';
import { countRefusals, forgetRefusals, refuse, type NewRefusal } from '../../src/store/plan-refusals.js';
import { readPlanned, type PlannedIntent } from '../../src/store/plan-writes.js';
import { readPlan, type Plan } from '../../src/store/plans.js';
import { advance, readRun, totalCounts, type Run } from '../../src/store/runs.js';
import { planUnusable, superseded } from '../failure.js';
import { attemptFailure } from '../sync/attempt-failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { recoverOpenWrites } from '../sync/open-write-recovery.js';
import { takeAttempt } from '../sync/run-context.js';
import { systemTrouble } from '../sync/trouble.js';
import { checkPairs } from './check-pairs.js';
import { checkWrites } from './check-writes.js';
import { PlanContexts } from './plan-context.js';
import { plannedPairsOf } from './planned-pairs.js';

/** How many planned writes are looked at before the place is stored. */
const PART = 500;

/**
 * checkPlan looks whether the world still fits a plan, one window of its writes at a time, before the first of them is
 * sent. What no longer fits is stored with its reason.
 */
export async function checkPlan(dependencies: SyncDependencies, input: { readonly runId: string }, heartbeat: Heartbeat): Promise<PlanCheckResult> {
  const { database } = dependencies;
  const run = await takeAttempt(database, input.runId);
  const plan = await planOf(dependencies, run);
  const contexts = await PlanContexts.load(dependencies, run);
  try {
    if (run.place.checkedAfter === undefined) await begin(plan, run, contexts, heartbeat);
    const done = await checkParts(dependencies, { plan, run, contexts }, heartbeat);
    const misfits = (await countRefusals(database, run.id)).reduce((sum, { count }) => sum + count, 0);
    return { done, misfits, counts: await totalCounts(database, await readRun(database, run.id)) };
  } catch (error) {
    throw await attemptFailure(contexts.forward, systemTrouble(error));
  }
}

/** planOf is the plan that a run applies; throws where there is none. */
export async function planOf({ database }: SyncDependencies, run: Run): Promise<Plan> {
  const plan = run.planId === null ? undefined : await readPlan(database, run.planId);
  if (plan === undefined) throw planUnusable(`Run ${run.id} applies no plan.`);
  return plan;
}

async function begin(plan: Plan, run: Run, contexts: PlanContexts, heartbeat: Heartbeat): Promise<void> {
  const { database } = contexts.forward;
  if ((await planHash(database, plan.id)) !== plan.hash) throw planUnusable('The stored writes of the plan no longer have the hash that was approved. Make a new plan.');
  await forgetRefusals(database, run.id);
  // A run that began this plan before may have left writes whose answers nobody recorded.
  for (const context of contexts.all) await recoverOpenWrites(context, heartbeat.signal, (probed) => heartbeat.report({ phase: 'probing lost answers', probed }), contexts.closing(context));
}

interface Attempt {
  readonly plan: Plan;
  readonly run: Run;
  readonly contexts: PlanContexts;
}

async function checkParts({ database, window }: SyncDependencies, { plan, run, contexts }: Attempt, heartbeat: Heartbeat): Promise<boolean> {
  const startedMs = Date.now();
  let { place } = run;
  for (let looked = 0; ; looked += PART) {
    const writes = await readPlanned(database, plan.id, { after: place.checkedAfter, limit: PART });
    await refuse(database, run.id, await misfitsOf(plan, contexts, writes, heartbeat.signal));
    const last = writes.at(-1);
    place = last === undefined ? { ...place, checkedMs: place.checkedMs ?? Date.now() } : { ...place, checkedAfter: last.id };
    if (!(await advance(database, run.id, run.epoch, place, run.counts))) throw superseded();
    heartbeat.report({ phase: 'checking the plan', looked: looked + writes.length });
    if (last === undefined) return true;
    if (Date.now() - startedMs >= window.durationMs) return false;
  }
}

async function misfitsOf(plan: Plan, contexts: PlanContexts, writes: readonly PlannedIntent[], signal: AbortSignal): Promise<NewRefusal[]> {
  const { twoWay } = contexts;
  if (plan.kind !== 'two-way' || twoWay === undefined) return checkWrites(contexts, plan.kind, writes.filter(({ applied }) => applied === null), signal);
  return checkPairs(twoWay, (await plannedPairsOf(contexts.forward.database, plan.id, writes)).open, signal);
}
