import type { PlanRepairInput, RepairPlan } from '../../src/contracts/reconcile-workflow.js';
import type { JsonObject } from '../../src/contracts/json.js';
import { markTargetGone } from '../../src/store/crosswalk.js';
import { forgetPlanned, intend, type Intent, type LedgerScope } from '../../src/store/ledger.js';
import { differencesAfter, type Difference } from '../../src/store/reconciliation-differences.js';
import { storedFacts, type StagedSide, type StoredFacts } from '../../src/store/reconciliation-facts.js';
import type { ListedPair } from '../../src/store/reconciliation-pairs.js';
import { sealPlan } from '../../src/store/plan-seal.js';
import { setRepairPlan } from '../../src/store/reconciliations.js';
import { closeRun, openRun, takeOver } from '../../src/store/runs.js';
import { definitionUnusable } from '../failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { createPairJudge, type PairJudge } from './judge-pair.js';
import { livePair } from './live-pair.js';
import { readContext, type ReconcileContext } from './reconcile-context.js';
import { reconcileFailure } from './reconcile-failure.js';
import { planRepairWrite, type Repair } from './repair-write.js';

/** How many differences are looked at together. */
const PART = 100;

/**
 * planRepair stores a plan that brings the target back to what the source says: a run of mode `plan` whose planned writes
 * hold what the target has now as their before-image. Each difference is looked at again first; nothing is sent.
 */
export async function planRepair(dependencies: SyncDependencies, { reconciliationId, runId, workflowId }: PlanRepairInput, heartbeat: Heartbeat): Promise<RepairPlan> {
  const context = await readContext(dependencies, reconciliationId);
  const { state } = context.reconciliation;
  if (state !== 'succeeded') throw definitionUnusable(`Reconciliation ${reconciliationId} is ${state}; only one that succeeded can be repaired.`);
  try {
    return await storePlan(context, runId, workflowId, heartbeat);
  } catch (error) {
    throw await reconcileFailure(context, error);
  }
}

async function storePlan(context: ReconcileContext, runId: string, workflowId: string, heartbeat: Heartbeat): Promise<RepairPlan> {
  const { database, reconciliation } = context;
  const { syncNumber, definitionVersion, systemVersions } = reconciliation;
  await openRun(database, { id: runId, syncNumber, definitionVersion, systemVersions, mode: 'plan', workflowId, place: {} });
  const { epoch } = await takeOver(database, runId);
  // An attempt before this one may have stored a part of it.
  await forgetPlanned(database, runId);
  const scope: LedgerScope = { ...context.scope, runId, epoch, definitionVersion };
  const judge = await createPairJudge(context);
  let writes = 0;
  let left = 0;
  for (let after = 0; ;) {
    const differences = await differencesAfter(database, reconciliation.id, after, PART);
    const last = differences.at(-1);
    if (last === undefined) break;
    after = last.number;
    const repairs = await repairsOf(context, differences, judge, heartbeat.signal);
    const planned = repairs.flatMap((repair) => ('intent' in repair ? [repair] : []));
    // The crosswalk would keep the new record from taking the place of the one that was found to be gone.
    await markTargetGone(database, context.scope, planned.flatMap(({ lostTarget }) => lostTarget ?? []));
    await store(context, scope, planned.map(({ intent }) => intent));
    writes += planned.length;
    left += repairs.length - planned.length;
    heartbeat.report({ phase: 'planning the repair', writes, left });
  }
  await sealPlan(database, { runId, kind: 'repair', title: `Repair of reconciliation ${reconciliation.id}` });
  await closeRun(database, runId, 'succeeded', `Repair of reconciliation ${reconciliation.id}.`);
  const plan = { runId, writes, left };
  await setRepairPlan(database, reconciliation.id, plan);
  return plan;
}

async function store({ database }: ReconcileContext, scope: LedgerScope, intents: readonly Intent[]): Promise<void> {
  if (intents.length > 0) await intend(database, scope, intents, 'planned');
}

async function repairsOf(context: ReconcileContext, differences: readonly Difference[], judge: PairJudge, signal: AbortSignal): Promise<Repair[]> {
  const { database, reconciliation, scope } = context;
  const facts = new Map((await storedFacts(database, reconciliation.id, scope, differences)).map((row) => [row.number, row]));
  const repairs = await Promise.all(differences.map(async (difference) => {
    const found = facts.get(difference.number);
    if (found === undefined) return [];
    const known = withReportedValues(context, difference, found);
    const pair = listed(difference);
    const now = await livePair(context, pair, pair.duplicate === null ? known : { ...known, linkedSourceId: null, linkedTargetId: null }, signal);
    const still = judge(pair, known, now);
    return still === null ? [] : [planRepairWrite(context, still, known, now)];
  }));
  return repairs.flat();
}

function listed({ number, sourceId, targetId, duplicateSide, duplicateOf }: Difference): ListedPair {
  return { number, sourceId, targetId, duplicate: duplicateSide === null || duplicateOf === null ? null : { side: duplicateSide, of: duplicateOf, key: '' } };
}

// A system that cannot be asked for one record is taken at what it said when everything was read.
function withReportedValues({ mapper }: ReconcileContext, { sourceValues, targetValues }: Difference, facts: StoredFacts): StoredFacts {
  const side = (values: JsonObject | null): StagedSide | null => {
    if (values === null) return null;
    // The database keeps no order of members, on which a fingerprint depends.
    const ordered = mapper.project(values);
    return { status: 'present', values: ordered, fingerprint: mapper.fingerprint(ordered), updatedMs: null, version: null, remapped: false };
  };
  return { ...facts, source: side(sourceValues), target: side(targetValues) };
}
