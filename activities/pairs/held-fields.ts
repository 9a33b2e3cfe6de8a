import type { FlatValues } from '../../src/domain/merge/flat-values.js';
import type { PairDecision } from '../../src/domain/merge/pair-decision.js';

/** withoutFields leaves fields out of values. */
export function withoutFields(values: FlatValues, fields: readonly string[]): FlatValues {
  return fields.length === 0 ? values : Object.fromEntries(Object.entries(values).filter(([field]) => !fields.includes(field)));
}

/** withoutHeldFields leaves held fields out of what a pair asks for, such as of a record that comes back whole. */
export function withoutHeldFields(decision: PairDecision, held: readonly string[]): PairDecision {
  return held.length === 0 ? decision : { ...decision, writes: decision.writes.map((write) => ({ ...write, changed: withoutFields(write.changed, held) })) };
}
