import type { MergeInput, RemovalsResult } from '../../src/contracts/sync-workflow.js';
import { addCounts, type RunCounts } from '../../src/contracts/run.js';
import { forgetPlanned } from '../../src/store/ledger.js';
import { dirtyPairs } from '../../src/store/pairs.js';
import { forgetRefusals } from '../../src/store/plan-refusals.js';
import { planOfSync, sealPlan } from '../../src/store/plan-seal.js';
import { advance, readRun, settleAttempt, totalCounts } from '../../src/store/runs.js';
import { superseded } from '../failure.js';
import { attemptFailure } from '../sync/attempt-failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import type { Heartbeat } from '../sync/heartbeat.js';
import { LostAnswers } from '../sync/lost-answers.js';
import { takeRun } from '../sync/run-context.js';
import { TroubleBox, orTrouble } from '../sync/trouble.js';
import { measurePairs } from './measure-pairs.js';
import { PairBatch } from './pair-batch.js';
import { recoverBothWays } from './recover-both-ways.js';
import { ScoredPairing } from './scored-pairing.js';
import { twoWayContext, type TwoWayContext } from './two-way-context.js';

/** How many pairs are merged at a time. */
const BATCH = 200;

/** How often lost answers may be probed for within one attempt. */
const PROBE_ROUNDS = 3;

const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * mergePairs merges the pairs of a two-way sync that were seen changed, and writes to either side what it lacks. It first
 * finds out what became of writes that an attempt before it left open. A run that would do more than the sync allows is
 * held before its first write.
 */
export async function mergePairs(dependencies: SyncDependencies, input: MergeInput, heartbeat: Heartbeat): Promise<RemovalsResult> {
  const run = await takeRun(dependencies, input.runId);
  const context = twoWayContext(run);
  const trouble = new TroubleBox();
  const merging = new Merging(dependencies, context, trouble, heartbeat);
  const lost = { source: new LostAnswers(context.towards.source), target: new LostAnswers(context.towards.target) };
  let done = false;
  let held: string | null = null;
  for (let round = 0; round < PROBE_ROUNDS; round += 1) {
    trouble.clear();
    await orTrouble(trouble, async () => {
      const open = await recoverBothWays(context, heartbeat);
      for (const side of ['source', 'target'] as const) lost[side].add(open[side]);
    });
    if (trouble.current() === undefined) {
      await orTrouble(trouble, async () => { held = await measurePairs(context, input); });
      if (held !== null || trouble.current() !== undefined) break;
      await orTrouble(trouble, async () => { done = await merging.window({ source: lost.source.hopeless(), target: lost.target.hopeless() }); });
    }
    // Only a lost answer is worth another round at once: probing settles it. Everything else takes time.
    if (trouble.current()?.kind !== 'unknown') break;
  }
  const left = trouble.current();
  if (left !== undefined) throw await attemptFailure(run, left);
  await settleAttempt(run.database, run.run.id, run.run.epoch, { failures: 0 });
  return { done: done || held !== null, counts: await totalCounts(run.database, await readRun(run.database, run.run.id)), held };
}

class Merging {
  /** How often the writes of an entity met a newer version. */
  private readonly conflicts = new Map<string, number>();
  private counts: RunCounts;

  constructor(private readonly dependencies: SyncDependencies, private readonly context: TwoWayContext, private readonly trouble: TroubleBox, private readonly heartbeat: Heartbeat) {
    this.counts = context.towards.target.run.counts;
  }

  /** window merges batches until the time is up or nothing is left to merge; true when nothing is. */
  async window(hopeless: Readonly<Record<'source' | 'target', ReadonlySet<string>>>): Promise<boolean> {
    const { database, scope, run } = this.context.towards.target;
    if (run.mode === 'plan') {
      await forgetPlanned(database, run.id);
      await forgetRefusals(database, run.id);
    }
    // As it is now: the place says by now that the run has been measured.
    const { place } = await readRun(database, run.id);
    const scored = ScoredPairing.of(this.context);
    await scored?.begin();
    const startedAt = Date.now();
    for (;;) {
      let merged = 0;
      // What is new at the source goes first, so that every question is put before anything is made of the target's records.
      for (const selection of scored === undefined ? ['all' as const] : ['new at the source' as const, 'others' as const]) {
        for (let after = FIRST; ;) {
          const pairs = await dirtyPairs(database, scope.syncNumber, after, BATCH, selection);
          const last = pairs.at(-1);
          if (last === undefined) break;
          const batch = new PairBatch({ context: this.context, trouble: this.trouble, signal: this.heartbeat.signal, conflicts: this.conflicts, hopeless, scored });
          this.counts = addCounts(this.counts, (await batch.merge(pairs)).counts);
          if (!(await advance(database, run.id, run.epoch, place, this.counts))) throw superseded();
          if (this.trouble.current() !== undefined) return false;
          merged += pairs.length;
          after = last.entityId;
          this.heartbeat.report({ phase: 'merging', merged });
          if (run.mode !== 'plan' && Date.now() - startedAt >= this.dependencies.window.durationMs) return false;
        }
      }
      if (run.mode === 'plan') await sealPlan(database, { ...planOfSync(run), kind: 'two-way' });
      // What was read again meanwhile, because it had changed before it was written, is merged in another pass.
      if (run.mode === 'plan' || merged === 0) return true;
    }
  }
}
