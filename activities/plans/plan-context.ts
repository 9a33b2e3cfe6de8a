import type { ObjectPair } from '../../src/store/plan-writes.js';
import type { Run } from '../../src/store/runs.js';
import { definitionUnusable } from '../failure.js';
import type { SyncDependencies } from '../sync/dependencies.js';
import { loadRun, type RunContext } from '../sync/run-context.js';
import { createRawMapper } from './raw-mapper.js';

/** PlanContexts is what one attempt at a plan works with, for each direction that its writes go in. */
export class PlanContexts {
  private readonly reverse: RunContext;

  private constructor(readonly forward: RunContext) {
    const { source, target, scope } = forward;
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
}
