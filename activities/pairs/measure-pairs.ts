import { nothingMeasured, type BlankCounts, type SidePlace } from '../../src/contracts/run.js';
import type { SyncDefinition } from '../../src/contracts/sync-definition.js';
import type { Allowances } from '../../src/contracts/sync-workflow.js';
import { isBlank } from '../../src/domain/blanked-fields.js';
import { breakerText, trippedBreaker, type Measured } from '../../src/domain/breakers.js';
import type { SideName } from '../../src/domain/merge/merge-field.js';
import { countPairs, dirtyPairs, type PairTotals } from '../../src/store/pairs.js';
import { advance, readRun } from '../../src/store/runs.js';
import { superseded } from '../failure.js';
import { isTooManyRemovals } from '../sync/removals.js';
import { PairDecider } from './pair-decider.js';
import type { TwoWayContext } from './two-way-context.js';

/** How many pairs are decided at a time. */
const PART = 500;

const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * measurePairs says why a run of a two-way sync must not write, or null where it may: a side that has far fewer records
 * than before, more removals or more changes than the sync allows. It is measured once, before the first write.
 */
export async function measurePairs(context: TwoWayContext, allowances: Allowances): Promise<string | null> {
  const { database, run: { id, epoch }, sync, scope } = context.towards.target;
  const run = await readRun(database, id);
  // What a plan would do is held back by its approval.
  if (run.mode === 'plan' || run.place.measure?.done === true) return null;
  const { allowRemovals = false, allowChanges = false, allowShrink = false } = allowances;
  const allowed = { allowRemovals, allowChanges, allowShrink };
  const totals = await countPairs(database, scope.syncNumber);
  const command = `crosswalk sync ${sync.sync}${run.mode === 'full' ? ' --full' : ''}`;
  const hold = (measured: Measured, expected: number | null): string | null => {
    const norms = { linked: totals.paired, expected, limits: sync.limits, allowances: allowed };
    const breaker = trippedBreaker(measured, norms);
    return breaker === null ? null : breakerText(breaker, measured, norms, command);
  };
  for (const side of ['source', 'target'] as const) {
    const came = run.place.sides?.[side].came;
    const held = came === undefined ? null : hold({ read: came.seen, changes: 0, removals: 0, complete: true, side }, expectedOf(came));
    if (held !== null) return held;
  }
  const tooMany = allowRemovals ? null : holdBack(totals, sync);
  if (tooMany !== null) return tooMany;
  // A first run links what both sides have, which changes nothing that was in order before.
  const guarded = totals.paired > 0 && (run.mode === 'full' || run.mode === 'incremental') && sync.limits.changes < 1;
  const counted = guarded ? await countChanges(context) : { changes: 0, blanks: { source: {}, target: {} } };
  const { changes, blanks } = counted;
  const held = hold({ read: 0, changes, removals: 0, blanks: blanks.target, complete: true }, null)
    ?? hold({ read: 0, changes, removals: 0, blanks: blanks.source, complete: true, side: 'target' }, null);
  if (held !== null) return held;
  if (!(await advance(database, id, epoch, { ...run.place, measure: { ...nothingMeasured, changes, done: true } }, run.counts))) throw superseded();
  return null;
}

function expectedOf({ seen, missing }: NonNullable<SidePlace['came']>): number {
  return seen + missing;
}

/** CountedChanges is how many pairs a run would change, and by the side that is written and by field, how many would lose a value. */
interface CountedChanges {
  readonly changes: number;
  readonly blanks: Readonly<Record<SideName, BlankCounts>>;
}

async function countChanges(context: TwoWayContext): Promise<CountedChanges> {
  const { database, scope } = context.towards.target;
  const decider = new PairDecider(context);
  // Values of a pair are flat, whatever their fields are called.
  const lost: Record<SideName, Record<string, number>> = { source: {}, target: {} };
  let changes = 0;
  for (let after = FIRST; ;) {
    const pairs = await dirtyPairs(database, scope.syncNumber, after, PART);
    const last = pairs.at(-1);
    if (last === undefined) return { changes, blanks: lost };
    // Only what is linked can be changed; the base of a pair that was only just found is empty.
    const linked = pairs.filter(({ base }) => Object.keys(base).length > 0);
    for (const { pair, decision } of await decider.decide(linked)) {
      const updates = decision.writes.filter(({ kind }) => kind === 'update');
      if (updates.length > 0) changes += 1;
      for (const { side, changed } of updates) {
        for (const [field, value] of Object.entries(changed)) if (isBlank(value) && !isBlank(pair.base[field])) lost[side][field] = (lost[side][field] ?? 0) + 1;
      }
    }
    after = last.entityId;
  }
}

function removes(rule: string): boolean {
  return rule === 'archive' || rule === 'delete';
}

function holdBack({ paired, sourceGone, targetGone }: PairTotals, { onDelete, onInactive, onTargetDelete = 'ignore', limits }: SyncDefinition): string | null {
  const removals = (removes(onDelete) || onInactive === 'archive' ? sourceGone : 0) + (removes(onTargetDelete) ? targetGone : 0);
  if (!isTooManyRemovals({ linked: paired, missing: removals }, limits.deletes)) return null;
  return `${removals} of ${paired} linked records would be removed, more than the sync's limit of ${Math.round(limits.deletes * 100_000) / 1000} %. Nothing was written. If that is right, run it again with --allow-removals.`;
}
