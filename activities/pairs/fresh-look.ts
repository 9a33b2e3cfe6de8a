import { SystemError } from '../../src/contracts/system-error.js';
import type { PairDecision } from '../../src/domain/merge/pair-decision.js';
import { sameJson } from '../../src/domain/json-equal.js';
import { observeStates, type Pair, type PairSide } from '../../src/store/pairs.js';
import { withoutFields } from './held-fields.js';
import { sight } from './sight.js';
import type { TwoWayContext } from './two-way-context.js';

/** How many records are read at once; the system's own budget holds them back further. */
const AT_ONCE = 16;

/** FreshLook reads records once more just before they are changed, where their system checks no versions by itself. */
export class FreshLook {
  constructor(private readonly context: TwoWayContext, private readonly signal: AbortSignal) {}

  /** changedSince are the entities of which a record is no longer as it was read; what it is now has been taken in. */
  async changedSince(decisions: readonly { readonly pair: Pair; readonly decision: PairDecision }[]): Promise<ReadonlySet<string>> {
    const changed = new Set<string>();
    const looks = decisions.flatMap(({ pair, decision }) => decision.writes.filter(({ kind }) => kind !== 'create').map(({ side }) => ({ pair, side })))
      .filter(({ side }) => this.isUnguarded(side));
    for (let first = 0; first < looks.length; first += AT_ONCE) {
      await Promise.all(looks.slice(first, first + AT_ONCE).map(async ({ pair, side }) => {
        if (await this.hasChanged(pair, side)) changed.add(pair.entityId);
      }));
    }
    return changed;
  }

  private isUnguarded(side: PairSide): boolean {
    const { object } = this.context.towards[side].target;
    return object.get !== undefined && object.update?.checksVersion !== true && (object.update?.versionHeader === undefined || object.update.batch !== undefined);
  }

  private async hasChanged(pair: Pair, side: PairSide): Promise<boolean> {
    const { target, database } = this.context.towards[side];
    const { scope } = this.context.towards.target;
    const { id, values, state } = pair[side];
    if (id === null) return false;
    const record = await target.connector.get(target.objectName, id, this.signal).catch((error: unknown) => {
      // Whoever writes next meets the same trouble, and says so.
      if (error instanceof SystemError && error.detail.outcome === 'not-found') return null;
      throw error;
    });
    if (record === null) {
      if (state === 'gone') return false;
      await observeStates(database, scope, side, [{ id, state: 'gone', version: null, atMs: null }]);
      return true;
    }
    const seen = this.context.see(side, record);
    const same = seen.kind === 'live' ? state === 'live' && sameJson(seen.values, withoutFields(values, this.context.towards.target.held)) : seen.kind === state;
    if (same) return false;
    await sight(this.context, side, [record]);
    return seen.kind !== 'unmappable';
  }
}
