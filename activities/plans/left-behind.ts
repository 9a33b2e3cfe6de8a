import type { SourceRecord } from '../../src/contracts/connector.js';
import { sameJson } from '../../src/domain/json-equal.js';
import type { FlatValues } from '../../src/domain/merge/flat-values.js';
import type { UndoWrite } from '../../src/domain/undo.js';
import type { PairSide } from '../../src/store/pairs.js';
import type { TwoWayContext } from '../pairs/two-way-context.js';

/**
 * leftBehind is what the sync will see differently of a record once an undo's write has been carried out: the values by
 * target field. Whatever else has changed at the record is not among it, so that it is still seen as a change.
 */
export function leftBehind(context: TwoWayContext, side: PairSide, now: SourceRecord | null, write: UndoWrite | undefined): FlatValues {
  if (now === null || write === undefined || write.kind !== 'update') return {};
  const there = { ...now, deleted: false, inactive: false };
  const before = context.see(side, there);
  const after = context.see(side, { ...there, data: { ...there.data, ...write.after } });
  if (after.kind !== 'live') return {};
  return Object.fromEntries(Object.entries(after.values).filter(([field, value]) => before.kind !== 'live' || !sameJson(before.values[field], value)));
}
