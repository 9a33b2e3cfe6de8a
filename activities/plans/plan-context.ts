import { isTwoWay } from '../../src/contracts/sync-definition.js';
import type { Settlement } from '../../src/store/ledger.js';
import type { PairSide } from '../../src/store/pairs.js';
import type { ObjectPair } from '../../src/store/plan-writes.js';
import type { Run } from '../../src/store/runs.js';
import { definitionUnusable } from '../failure.js';
import { settlePairWrites } from '../pairs/recover-both-ways.js';
import { twoWayContext, type TwoWayContext } from '../pairs/two-way-context.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import { loadRun, type RunContext } from '../sync/run-context.js';
import { createRawMapper } from './raw-mapper.js';

/** PlanContexts is what one attempt at a plan works with, for each direction that its writes go in. */
export class PlanContexts {
  private readonly reverse: RunContext;

  /** The run seen from both sides, where the sync is two-way. */
  readonly twoWay: TwoWayContext | undefined;

  private constructor(readonly forward: RunContext) {
    const { source, target, scope } = forward;
    this.twoWay = isTwoWay(forward.sync) ? twoWayContext(forward) : undefined;
    this.reverse = { ...forward, source: target, target: source, scope: { ...scope, sourceObject: scope.targetObject, targetObject: scope.sourceObject }, mapper: createRawMapper() };
  }

  /** load loads the definition versions that the run is pinned to. */
  static async load(dependencies: SyncDependencies, run: Run): Promise<PlanContexts> {
    return new PlanContexts(await loadRun(dependencies, run));
  }

  /** all is both directions, that of the sync first. */
  get all(): readonly RunContext[] {
    return [this.forward, this.reverse];
  }

  /** of is the direction that a write goes in; throws where the sync names no such objects. */
  of({ sourceObject, targetObject }: ObjectPair): RunContext {
    const found = this.all.find(({ scope }) => scope.sourceObject === sourceObject && scope.targetObject === targetObject);
    if (found === undefined) throw definitionUnusable(`The plan writes to an object that sync "${this.forward.sync.sync}" no longer names. Make a new plan.`);
    return found;
  }

  /** sideOf is the side that writes of a direction go to. */
  sideOf(context: RunContext): PairSide {
    return context === this.forward ? 'target' : 'source';
  }

  /** closing is how writes of a direction are closed in the ledger: those of a two-way sync together with their pairs. Undefined: in the ordinary way. */
  closing(context: RunContext): ((settlements: readonly Settlement[]) => Promise<void>) | undefined {
    const { twoWay } = this;
    return twoWay === undefined ? undefined : (settlements) => settlePairWrites(twoWay, this.sideOf(context), settlements);
  }
}
