import type { PairWrite } from '../../src/domain/merge/pair-decision.js';
import { unflatten, wholeMembers, type FlatValues } from '../../src/domain/merge/flat-values.js';
import type { ReverseMapped } from '../../src/domain/merge/reverse-mapping.js';
import type { FieldProblem } from '../../src/domain/mapping.js';
import type { Intent } from '../../src/store/ledger.js';
import { newId } from '../../src/store/new-id.js';
import type { Pair, PairSide } from '../../src/store/pairs.js';
import type { TwoWayContext } from './two-way-context.js';

/** PairIntent is a pair's write as the ledger takes it, or all that keeps its values from being carried back. */
export type PairIntent =
  | { readonly ok: true; readonly intent: Intent }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** pairIntent makes an intent of a write that a pair asks for, in the shape of the side that it goes to. */
export function pairIntent(context: TwoWayContext, pair: Pair, { side, kind, changed, reason }: PairWrite): PairIntent {
  const from = pair[side === 'target' ? 'source' : 'target'];
  const to = pair[side];
  const shape = shapeFor(context, side);
  const after = shape(kind === 'update' ? wholeFor(side, to.values, changed) : changed);
  if (!after.ok) return after;
  const before = kind === 'create' ? null : shape(kind === 'update' ? wholeFor(side, to.values, pick(to.values, changed)) : to.values);
  return {
    ok: true,
    intent: {
      id: newId(), entityId: pair.entityId, sourceId: from.id ?? '', sourceVersion: from.version, externalId: kind === 'create' ? null : to.id, kind, reason,
      before: before?.ok === true ? before.values : null, after: after.values, fingerprint: null, expectedVersion: to.version, agrees: changed,
    },
  };
}

function shapeFor(context: TwoWayContext, side: PairSide): (values: FlatValues) => ReverseMapped {
  return side === 'target' ? (values) => ({ ok: true, values: unflatten(values) }) : (values) => context.back(values);
}

// The source is only sent the fields that changed: of its other fields, only those that flow back are known.
function wholeFor(side: PairSide, all: FlatValues, changed: FlatValues): FlatValues {
  return side === 'target' ? wholeMembers(all, changed) : changed;
}

function pick(values: FlatValues, like: FlatValues): FlatValues {
  return Object.fromEntries(Object.keys(like).map((field) => [field, values[field] ?? null]));
}
