import type { Json } from '../../contracts/json.js';
import { sameJson } from '../json-equal.js';

/**
 * mergeLists is the three-way union of two lists taken as sets: what either side has, without what either side has taken
 * out since the base. Items keep the order of the source, then that of the target; of equal items the first stands.
 */
export function mergeLists(base: readonly Json[] | undefined, source: readonly Json[], target: readonly Json[]): readonly Json[] {
  const removed = (base ?? []).filter((item) => !has(source, item) || !has(target, item));
  const merged: Json[] = [];
  for (const item of [...source, ...target]) if (!has(removed, item) && !has(merged, item)) merged.push(item);
  return merged;
}

function has(items: readonly Json[], item: Json): boolean {
  return items.some((other) => sameJson(other, item));
}
