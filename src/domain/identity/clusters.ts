import type { Pair } from './candidate-pairs.js';

/** ScoredPair is two records and the probability that they are one. */
export interface ScoredPair {
  readonly pair: Pair;
  readonly probability: number;
}

/** Two groups are one when the pairs between them are so on average; more pairs than MOST_PAIRS are not looked at. */
const MEAN_PROBABILITY = 0.5;
const MOST_PAIRS = 400;

/**
 * clustersOf joins records into groups, the most probable pairs first, as long as the groups fit as a whole (agglomerative
 * clustering with average linkage: Sokal and Michener 1958). A chain of look-alikes, of which each resembles only the next,
 * stays apart. Gives the groups of two and more, each in order. `probabilityOf` weighs any pair.
 */
export function clustersOf(pairs: readonly ScoredPair[], link: number, probabilityOf: (pair: Pair) => number): readonly (readonly number[])[] {
  const groups = new Map<number, readonly number[]>();
  const groupOf = (record: number): readonly number[] => groups.get(record) ?? [record];
  const strongest = pairs.filter(({ probability }) => probability >= link).toSorted((a, b) => b.probability - a.probability || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1]);
  for (const { pair: [left, right] } of strongest) {
    const [one, other] = [groupOf(left), groupOf(right)];
    if (one === other || !belongTogether(one, other, probabilityOf)) continue;
    const joined = [...one, ...other].toSorted((a, b) => a - b);
    for (const record of joined) groups.set(record, joined);
  }
  return [...new Set(groups.values())].toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

function belongTogether(one: readonly number[], other: readonly number[], probabilityOf: (pair: Pair) => number): boolean {
  if (one.length * other.length > MOST_PAIRS) return true;
  let sum = 0;
  for (const a of one) for (const b of other) sum += probabilityOf(a < b ? [a, b] : [b, a]);
  return sum / (one.length * other.length) >= MEAN_PROBABILITY;
}
