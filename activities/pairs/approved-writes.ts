import { sameJson } from '../../src/domain/json-equal.js';
import type { Json, JsonObject } from '../../src/contracts/json.js';
import { unflatten } from '../../src/domain/merge/flat-values.js';
import type { Intent } from '../../src/store/ledger.js';
import type { RefusedField } from '../../src/store/plan-refusals.js';
import type { PlannedIntent } from '../../src/store/plan-writes.js';
import type { Pair, PairSide } from '../../src/store/pairs.js';
import type { DecidedPair } from './pair-decider.js';
import { pairIntent } from './pair-intent.js';
import type { TwoWayContext } from './two-way-context.js';

/** ApprovedWrites are the writes of an approved plan that are still to be made, by entity. */
export type ApprovedWrites = ReadonlyMap<string, readonly PlannedIntent[]>;

/** approvedFor is the planned write that a write to a side carries out; undefined where the plan has no such one. */
export function approvedFor(context: TwoWayContext, side: PairSide, intent: Intent, planned: readonly PlannedIntent[]): PlannedIntent | undefined {
  return planned.find((write) => sideOf(context, write) === side && sameJson(contents(write), contents(intent)));
}

/**
 * mergeMisfit compares what a pair asks for now with what was planned for it: undefined where both come to the same
 * writes, else the fields that no longer hold what the plan saw. Versions and reasons do not count, values do.
 */
export function mergeMisfit(context: TwoWayContext, { pair, decision }: DecidedPair, planned: readonly PlannedIntent[]): readonly RefusedField[] | undefined {
  const now = decision.writes.flatMap((write) => {
    const made = pairIntent(context, pair, write);
    return made.ok ? [{ side: write.side, intent: made.intent }] : [];
  });
  if (now.length === planned.length && now.every(({ side, intent }) => approvedFor(context, side, intent, planned) !== undefined)) return undefined;
  return planned.flatMap((write) => {
    const side = sideOf(context, write);
    const same = now.find((each) => each.side === side)?.intent;
    const held = heldBy(context, side, pair);
    return Object.keys(write.after).flatMap((field): RefusedField[] => {
      const [saw, holds] = [write.before?.[field] ?? null, held[field] ?? null];
      if (!sameJson(saw, holds)) return [{ field, message: 'holds another value now', expected: saw, found: holds }];
      const [expected, found] = [write.after[field] ?? null, same?.after[field] ?? null];
      return sameJson(expected, found) ? [] : [{ field, message: 'comes to another value now', expected, found }];
    });
  });
}

function heldBy(context: TwoWayContext, side: PairSide, pair: Pair): JsonObject {
  if (side === 'target') return unflatten(pair.target.values);
  const back = context.back(pair.source.values);
  return back.ok ? back.values : {};
}

function sideOf(context: TwoWayContext, { targetObject }: PlannedIntent): PairSide {
  return targetObject === context.towards.target.scope.targetObject ? 'target' : 'source';
}

function contents({ kind, sourceId, externalId, before, after, agrees }: Intent): Json {
  return { kind, sourceId, externalId, before, after, agrees: agrees ?? null };
}
