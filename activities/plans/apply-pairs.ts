import type { PlanWindowResult } from '../../src/contracts/plan.js';
import { addCounts, type RunCounts } from '../../src/contracts/run.js';
import { park } from '../../src/store/dead-letters.js';
import { readPairs } from '../../src/store/pairs.js';
import type { RefusedField } from '../../src/store/plan-refusals.js';
import { readPlanned, type PlannedIntent } from '../../src/store/plan-writes.js';
import type { Plan } from '../../src/store/plans.js';
import { advance, readRun, settleAttempt, totalCounts } from '../../src/store/runs.js';
import { superseded } from '../failure.js';
import { lookAgain } from '../pairs/look-again.js';
import { PairBatch } from '../pairs/pair-batch.js';
import { recoverBothWays } from '../pairs/recover-both-ways.js';
import type { TwoWayContext } from '../pairs/two-way-context.js';
import { attemptFailure } from '../sync/attempt-failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { LostAnswers } from '../sync/lost-answers.js';
import { orTrouble, TroubleBox } from '../sync/trouble.js';
import { planLetter } from './apply-follow-ups.js';
import { mergesOtherwise } from './check-pairs.js';
import { plannedPairsOf } from './planned-pairs.js';

/** How many planned writes are worked on before the place is stored. */
const PART = 200;

/** How often lost answers may be probed for within one attempt. */
const PROBE_ROUNDS = 3;

/** How often a pair is merged again when a record of it changes while it is written; a write gives up by itself before that. */
const MERGE_ROUNDS = 5;

/** For how long a look at both sides counts; what is written later is looked at once more, milliseconds. */
const CHECK_COUNTS_MS = 60_000;

/**
 * applyPairs does the next part of a two-way plan: it merges its pairs as an ordinary run does, and writes those that come
 * to the very writes that were approved. The others become dead letters; their pairs are left to the next run.
 */
export async function applyPairs(dependencies: SyncDependencies, context: TwoWayContext, plan: Plan, heartbeat: Heartbeat): Promise<PlanWindowResult> {
  const { database, run } = context.towards.target;
  const trouble = new TroubleBox();
  const applying = new Applying(dependencies, { context, plan, trouble, heartbeat });
  const lost = { source: new LostAnswers(context.towards.source), target: new LostAnswers(context.towards.target) };
  let done = false;
  for (let round = 0; round < PROBE_ROUNDS; round += 1) {
    trouble.clear();
    await orTrouble(trouble, async () => {
      const open = await recoverBothWays(context, heartbeat);
      for (const side of ['source', 'target'] as const) lost[side].add(open[side]);
    });
    if (trouble.current() === undefined) await orTrouble(trouble, async () => { done = await applying.window({ source: lost.source.hopeless(), target: lost.target.hopeless() }); });
    // Only a lost answer is worth another round at once: probing settles it. Everything else takes time.
    if (trouble.current()?.kind !== 'unknown') break;
  }
  const left = trouble.current();
  if (left !== undefined) throw await attemptFailure(context.towards.target, left);
  await settleAttempt(database, run.id, run.epoch, { failures: 0 });
  return { done, counts: await totalCounts(database, await readRun(database, run.id)) };
}

type Hopeless = Readonly<Record<'source' | 'target', ReadonlySet<string>>>;

class Applying {
  private readonly conflicts = new Map<string, number>();
  private place;
  private counts;

  constructor(
    private readonly dependencies: SyncDependencies,
    private readonly parts: { readonly context: TwoWayContext; readonly plan: Plan; readonly trouble: TroubleBox; readonly heartbeat: Heartbeat },
  ) {
    ({ place: this.place, counts: this.counts } = parts.context.towards.target.run);
  }

  /** window works until the time is up or the plan has no more writes; true when there are none. */
  async window(hopeless: Hopeless): Promise<boolean> {
    const { context, plan, trouble, heartbeat } = this.parts;
    const { database, run } = context.towards.target;
    const startedMs = Date.now();
    for (let sent = 0; ;) {
      const part = await readPlanned(database, plan.id, { after: this.place.appliedAfter, limit: PART });
      const last = part.at(-1);
      if (last === undefined) return true;
      const counts = await this.apply(part, hopeless);
      if (trouble.current() !== undefined) return false;
      this.counts = addCounts(this.counts, counts);
      this.place = { ...this.place, appliedAfter: last.id };
      if (!(await advance(database, run.id, run.epoch, this.place, this.counts))) throw superseded();
      sent += part.length;
      heartbeat.report({ phase: 'writing the plan', sent });
      if (Date.now() - startedMs >= this.dependencies.window.durationMs) return false;
    }
  }

  private async apply(part: readonly PlannedIntent[], hopeless: Hopeless): Promise<Partial<RunCounts>> {
    const { context, plan, trouble, heartbeat: { signal } } = this.parts;
    const { database, scope } = context.towards.target;
    const { writes, open } = await plannedPairsOf(database, plan.id, part);
    const unfit = new Map<string, readonly RefusedField[]>();
    let parked = writes.filter(({ applied }) => applied === 'refused' || applied === 'unknown').length;
    let left = [...new Set(open.map(({ entityId }) => entityId))];
    let mayBeOld = Date.now() - (this.place.checkedMs ?? 0) >= CHECK_COUNTS_MS;
    for (let round = 0; left.length > 0 && round < MERGE_ROUNDS; round += 1) {
      let pairs = [...(await readPairs(database, scope.syncNumber, left)).values()];
      if (mayBeOld) {
        for (const entityId of await lookAgain(context, pairs, signal)) unfit.set(entityId, []);
        pairs = [...(await readPairs(database, scope.syncNumber, left)).values()].filter(({ entityId }) => !unfit.has(entityId));
        mayBeOld = false;
      }
      // What this attempt has written of a pair already is no longer to be made.
      const approved = groupByEntity((await plannedPairsOf(database, plan.id, part)).open);
      const merged = await new PairBatch({ context, trouble, signal, conflicts: this.conflicts, hopeless, approved }).merge(pairs);
      if (trouble.current() !== undefined) return {};
      parked += merged.counts.parked ?? 0;
      for (const [entityId, fields] of merged.unfit) unfit.set(entityId, fields);
      const known = new Set(pairs.map(({ entityId }) => entityId));
      for (const entityId of left) if (!known.has(entityId) && !unfit.has(entityId)) unfit.set(entityId, []);
      left = merged.again.filter((entityId) => !unfit.has(entityId));
    }
    for (const entityId of left) unfit.set(entityId, []);
    return { read: part.length, parked: parked + await this.parkUnfit((await plannedPairsOf(database, plan.id, part)).open, unfit) };
  }

  private async parkUnfit(open: readonly PlannedIntent[], unfit: ReadonlyMap<string, readonly RefusedField[]>): Promise<number> {
    const { towards } = this.parts.context;
    const writes = open.filter(({ entityId }) => unfit.has(entityId));
    for (const write of writes) {
      const { database, scope } = write.targetObject === towards.target.scope.targetObject ? towards.target : towards.source;
      const fields = unfit.get(write.entityId)?.map(({ field }) => field) ?? [];
      const message = fields.length === 0 ? mergesOtherwise : `${mergesOtherwise} It differs in ${fields.join(', ')}.`;
      await park(database, scope, [planLetter({ intent: write, payload: write.after }, 'changed-since-plan', message)]);
    }
    return writes.length;
  }
}

function groupByEntity(writes: readonly PlannedIntent[]): ReadonlyMap<string, readonly PlannedIntent[]> {
  const groups = new Map<string, PlannedIntent[]>();
  for (const write of writes) {
    const group = groups.get(write.entityId);
    if (group === undefined) groups.set(write.entityId, [write]);
    else group.push(write);
  }
  return groups;
}
