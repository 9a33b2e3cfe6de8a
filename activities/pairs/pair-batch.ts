import type { RunCounts } from '../../src/contracts/run.js';
import type { PairDecision } from '../../src/domain/merge/pair-decision.js';
import { closeConflicts, openConflicts } from '../../src/store/conflicts.js';
import { resolveLetters } from '../../src/store/dead-letters.js';
import { recordsWithUnknownOutcome } from '../../src/store/ledger.js';
import { settlePairs, type Pair, type PairSide } from '../../src/store/pairs.js';
import { refuse, type NewRefusal, type RefusedField } from '../../src/store/plan-refusals.js';
import type { TroubleBox } from '../sync/trouble.js';
import { mergeMisfit, type ApprovedWrites } from './approved-writes.js';
import { PairDecider, type DecidedPair } from './pair-decider.js';
import { createPairWriters, type PairWriters } from './pair-writers.js';
import { Pairing } from './pairing.js';
import { PairProgress } from './pair-page.js';
import { FreshLook } from './fresh-look.js';
import type { ScoredPairing } from './scored-pairing.js';
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
  /** Where a plan is applied: pairs whose writes are no longer these are left alone. */
  readonly approved?: ApprovedWrites;
  /** Compares what no key has paired; absent where the sync has no scored match, and where a plan is applied. */
  readonly scored?: ScoredPairing | undefined;
}

/** Merged is what merging some pairs came to. */
export interface Merged {
  /** Writes are not among them; they are counted from the ledger. */
  readonly counts: Partial<RunCounts>;
  /** Entities that have to be merged once more, since a record of theirs has changed meanwhile. */
  readonly again: readonly string[];
  /** Entities whose writes are no longer those that were approved, with the fields that differ; nothing was written for them. */
  readonly unfit: ReadonlyMap<string, readonly RefusedField[]>;
}

/** PairBatch merges some pairs: it pairs what is single, decides, writes to both sides, and moves the bases. */
export class PairBatch {
  constructor(private readonly options: PairBatchOptions) {}

  /** merge works through the pairs and says what it came to. */
  async merge(batch: readonly Pair[]): Promise<Merged> {
    const { context, signal, approved, scored } = this.options;
    const { database, scope, run } = context.towards.target;
    const { pairs: paired, duplicates } = await new Pairing(context, new SideFinder(context, signal)).pair(batch);
    const { pairs, waiting } = scored === undefined ? { pairs: paired, waiting: 0 } : await scored.compare(paired);
    const decided = await new PairDecider(context).decide(pairs);
    const unfit = new Map(approved === undefined ? [] : decided.flatMap((each) => {
      const fields = mergeMisfit(context, each, approved.get(each.pair.entityId) ?? []);
      return fields === undefined ? [] : [[each.pair.entityId, fields] as const];
    }));
    const { decisions, stale } = await this.withFreshEyes(decided.filter(({ pair }) => !unfit.has(pair.entityId)));
    const progress = new Map(decisions.map(({ pair }) => [pair.entityId, new PairProgress()]));
    const writers = createPairWriters(this.options, progress);
    const unknown = { source: await recordsWithUnknownOutcome(database, scope.syncNumber, scope.targetObject), target: await recordsWithUnknownOutcome(database, scope.syncNumber, scope.sourceObject) };
    for (const { pair, decision } of decisions) await this.write(writers, pair, decision, unknown);
    await writers.drain();
    const parked = [...progress.values()].reduce((sum, each) => sum + each.parked, waiting);
    if (run.mode === 'plan') {
      await refuse(database, run.id, decisions.flatMap((each) => conflictRefusals(each, scope)));
      return { counts: { duplicates, parked }, again: [], unfit };
    }
    const done = decisions.filter(({ pair }) => isDone(progress.get(pair.entityId)));
    await this.storeConflicts(done);
    await settlePairs(database, scope.syncNumber, done.map(({ pair, decision }) => ({ entityId: pair.entityId, stamp: pair.stamp, agreed: decision.agreed })));
    const quiet = done.filter(({ pair, decision }) => decision.writes.length === 0 && progress.get(pair.entityId)?.parked === 0);
    await resolveLetters(database, scope.syncNumber, quiet.flatMap(({ pair }) => pair.source.id ?? []), scope.sourceObject);
    await resolveLetters(database, scope.syncNumber, quiet.flatMap(({ pair }) => pair.target.id ?? []), scope.targetObject);
    const again = [...stale, ...[...progress].flatMap(([entityId, each]) => (each.again ? [entityId] : []))];
    return { counts: { duplicates, parked, unchanged: quiet.length }, again, unfit };
  }

  /** Records of systems that check no versions are read once more before they are changed: what changed since it was read is merged first. */
  private async withFreshEyes(decisions: readonly DecidedPair[]): Promise<{ readonly decisions: readonly DecidedPair[]; readonly stale: readonly string[] }> {
    const { context, signal } = this.options;
    if (context.towards.target.run.mode === 'plan') return { decisions, stale: [] };
    const stale = await new FreshLook(context, signal).changedSince(decisions);
    return { decisions: decisions.filter(({ pair }) => !stale.has(pair.entityId)), stale: [...stale] };
  }

  private async write(writers: PairWriters, pair: Pair, decision: PairDecision, unknown: Readonly<Record<PairSide, ReadonlySet<string>>>): Promise<void> {
    for (const write of decision.writes) {
      const from = pair[write.side === 'target' ? 'source' : 'target'].id ?? '';
      // Its last write waits for a person; another might undo or repeat it.
      if (unknown[write.side].has(from)) continue;
      await writers.add(pair, write);
    }
  }

  private async storeConflicts(done: readonly DecidedPair[]): Promise<void> {
    // A conflict about a held field stays as it is.
    const { database, scope, held } = this.options.context.towards.target;
    await openConflicts(database, scope, done.flatMap(({ pair, decision }) => decision.conflicts.map((conflict) => ({
      ...conflict, entityId: pair.entityId, sourceAtMs: pair.source.atMs, targetAtMs: pair.target.atMs,
    }))));
    await closeConflicts(database, scope.syncNumber, done.map(({ pair, decision }) => ({ entityId: pair.entityId, still: [...decision.conflicts.map(({ field }) => field), ...held] })));
  }
}

function conflictRefusals({ pair, decision }: DecidedPair, { sourceObject, targetObject }: { readonly sourceObject: number; readonly targetObject: number }): readonly NewRefusal[] {
  if (decision.conflicts.length === 0) return [];
  const fields = decision.conflicts.map(({ field, source, target }) => ({ field, message: 'both sides changed it', expected: source, found: target }));
  const message = 'Both sides changed these fields; a run would ask about them and go on with the others.';
  return [{ sourceObject, sourceId: pair.source.id ?? '', targetObject, externalId: pair.target.id, code: 'conflict', message, fields }];
}

function isDone(progress: PairProgress | undefined): boolean {
  return progress !== undefined && progress.isSettled() && !progress.again;
}
