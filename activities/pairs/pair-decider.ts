import { sameJson } from '../../src/domain/json-equal.js';
import { decidePair, type PairDecision, type PairRules } from '../../src/domain/merge/pair-decision.js';
import { decidedConflicts } from '../../src/store/conflicts.js';
import type { Pair } from '../../src/store/pairs.js';
import { withoutHeldFields } from './held-fields.js';
import type { TwoWayContext } from './two-way-context.js';

/** DecidedPair is a pair with what it asks for. */
export interface DecidedPair {
  readonly pair: Pair;
  readonly decision: PairDecision;
}

/** PairDecider says what pairs ask for, by the sync's rules and by what people have decided. It writes nothing. */
export class PairDecider {
  private readonly rules: PairRules;

  constructor(private readonly context: TwoWayContext) {
    const { sync } = context.towards.target;
    this.rules = {
      fields: context.rules, clockSkewMs: context.clockSkewMs, onDelete: sync.onDelete, onInactive: sync.onInactive,
      onTargetDelete: sync.onTargetDelete ?? 'ignore', createsBoth: context.createsBoth,
    };
  }

  /** decide decides for pairs, in their order. */
  async decide(pairs: readonly Pair[]): Promise<readonly DecidedPair[]> {
    const { database, scope } = this.context.towards.target;
    const decided = await decidedConflicts(database, scope.syncNumber, pairs.map(({ entityId }) => entityId));
    return pairs.map((pair) => {
      const own = decided.filter(({ entityId }) => entityId === pair.entityId);
      // A decision holds for the values that were shown; where one has changed since, the question is put again.
      const decision = decidePair(pair, this.rules, (field, { source, target }) => own.find((each) => each.field === field && sameJson(each.source, source) && sameJson(each.target, target)));
      return { pair, decision: withoutHeldFields(decision, this.context.towards.target.held) };
    });
  }
}
