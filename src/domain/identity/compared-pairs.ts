import type { CompareRecords } from './compare-records.js';
import type { Pair } from './candidate-pairs.js';

/** ComparedPairs is pairs with their comparison vectors: a row of levels for each pair, a level for each column. */
export interface ComparedPairs {
  readonly pairs: readonly Pair[];
  readonly levels: Int8Array;
}

/** comparePairs compares each pair; `width` is the number of columns. */
export function comparePairs(pairs: readonly Pair[], width: number, compare: CompareRecords): ComparedPairs {
  const levels = new Int8Array(pairs.length * width);
  pairs.forEach(([left, right], at) => compare(left, right, levels, at * width));
  return { pairs, levels };
}
