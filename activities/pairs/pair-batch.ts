import type { RunCounts } from '../../src/contracts/run.js';
import { decidePair, type PairDecision, type PairRules } from '../../src/domain/merge/pair-decision.js';
import { closeConflicts, decidedConflicts, openConflicts, type DecidedConflict } from '../../src/store/conflicts.js';
import { resolveLetters } from '../../src/store/dead-letters.js';
import { recordsWithUnknownOutcome } from '../../src/store/ledger.js';
import { settlePairs, type Pair, type PairSide } from '../../src/store/pairs.js';
import { sameJson } from '../../src/domain/json-equal.js';
import type { TroubleBox } from '../sync/trouble.js';
import { createPairWriters, type PairWriters } from './pair-writers.js';
import { Pairing } from './pairing.js';
import { PairProgress } from './pair-page.js';
import { FreshLook } from './fresh-look.js';
import { SideFinder } from './side-finder.js';
import type { TwoWayContext } from './two-way-context.js';

/** PairBatchOptions is what a batch of pairs is merged with. */
export interface PairBatchOptions {
  readonly context: TwoWayContext;
  readonly trouble: TroubleBox;
  readonly signal: AbortSignal;
  /** How often the writes of an entity met a newer version in this attempt. */
  readonly conflicts: Map<string, number>;
  /** By side, the records of the other whose writes came to nothing again and again. */
  readonly hopeless: Readonly<Record<PairSide, ReadonlySet<string>>>;
}

/** PairBatch merges some pairs: it pairs what is single, decides, writes to both sides, and moves the bases. */
export class PairBatch {
  private readonly rules: PairRules;

  constructor(private readonly options: PairBatchOptions) {
    const { context } = options;
    const { sync } = context.towards.target;
    this.rules = {
      fields: context.rules, clockSkewMs: context.clockSkewMs, onDelete: sync.onDelete, onInactive: sync.onInactive,
      onTargetDelete: sync.onTargetDelete ?? 'ignore', createsBoth: context.createsBoth,
    };
  }

  /** merge works through the pairs and says what it came to; writes are counted from the ledger. */
  async merge(batch: readonly Pair[]): Promise<Partial<RunCounts>> {
    const { context, signal } = this.options;
    const { database, scope, run } = context.towards.target;
    const { pairs, duplicates } = await new Pairing(context, new SideFinder(context, signal)).pair(batch);
    const decided = await decidedConflicts(database, scope.syncNumber, pairs.map(({ entityId }) => entityId));
    const decisions = await this.withFreshEyes(pairs.map((pair) => ({ pair, decision: this.decide(pair, decided) })));
    const progress = new Map(decisions.map(({ pair }) => [pair.entityId, new PairProgress()]));
    const writers = createPairWriters(this.options, progress);
    const unknown = { source: await recordsWithUnknownOutcome(database, scope.syncNumber, scope.targetObject), target: await recordsWithUnknownOutcome(database, scope.syncNumber, scope.sourceObject) };
    for (const { pair, decision } of decisions) await this.write(writers, pair, decision, unknown);
    await writers.drain();
    if (run.mode === 'plan') return { duplicates };
    const done = decisions.filter(({ pair }) => isDone(progress.get(pair.entityId)));
    await this.storeConflicts(done);
    await settlePairs(database, scope.syncNumber, done.map(({ pair, decision }) => ({ entityId: pair.entityId, stamp: pair.stamp, agreed: decision.agreed })));
    const quiet = done.filter(({ pair, decision }) => decision.writes.length === 0 && progress.get(pair.entityId)?.parked === 0);
    await resolveLetters(database, scope.syncNumber, quiet.flatMap(({ pair }) => pair.source.id ?? []), scope.sourceObject);
    await resolveLetters(database, scope.syncNumber, quiet.flatMap(({ pair }) => pair.target.id ?? []), scope.targetObject);
    const parked = [...progress.values()].reduce((sum, each) => sum + each.parked, 0);
    return { duplicates, parked, unchanged: quiet.length };
  }

  private decide(pair: Pair, decided: readonly DecidedConflict[]): PairDecision {
    const own = decided.filter(({ entityId }) => entityId === pair.entityId);
    // A decision holds for the values that were shown; where one has changed since, the question is put again.
    return decidePair(pair, this.rules, (field, { source, target }) => own.find((each) => each.field === field && sameJson(each.source, source) && sameJson(each.target, target)));
  }

  /** Records of systems that check no versions are read once more before they are changed: what changed since it was read is merged first. */
  private async withFreshEyes(decisions: readonly { readonly pair: Pair; readonly decision: PairDecision }[]): Promise<readonly { readonly pair: Pair; readonly decision: PairDecision }[]> {
    const { context, signal } = this.options;
    if (context.towards.target.run.mode === 'plan') return decisions;
    const stale = await new FreshLook(context, signal).changedSince(decisions);
    return decisions.filter(({ pair }) => !stale.has(pair.entityId));
  }

  private async write(writers: PairWriters, pair: Pair, decision: PairDecision, unknown: Readonly<Record<PairSide, ReadonlySet<string>>>): Promise<void> {
    for (const write of decision.writes) {
      const from = pair[write.side === 'target' ? 'source' : 'target'].id ?? '';
      // Its last write waits for a person; another might undo or repeat it.
      if (unknown[write.side].has(from)) continue;
      await writers.add(pair, write);
    }
  }

  private async storeConflicts(done: readonly { readonly pair: Pair; readonly decision: PairDecision }[]): Promise<void> {
    const { database, scope } = this.options.context.towards.target;
    await openConflicts(database, scope, done.flatMap(({ pair, decision }) => decision.conflicts.map((conflict) => ({
      ...conflict, entityId: pair.entityId, sourceAtMs: pair.source.atMs, targetAtMs: pair.target.atMs,
    }))));
    await closeConflicts(database, scope.syncNumber, done.map(({ pair, decision }) => ({ entityId: pair.entityId, still: decision.conflicts.map(({ field }) => field) })));
  }
}

function isDone(progress: PairProgress | undefined): boolean {
  return progress !== undefined && progress.isSettled() && !progress.again;
}
