import type { Pair } from './candidate-pairs.js';
import { possiblePairs, type RecordTable } from './record-table.js';
import { seededRandom } from './seeded-random.js';

const SAMPLE_SIZE = 20_000;
const SEED = 1;

/** samplePairs gives pairs drawn evenly from all possible ones, the same for the same table; all of them where there are few. */
export function samplePairs(table: RecordTable): readonly Pair[] {
  const { ids, leftCount } = table;
  const pairs: Pair[] = [];
  if (possiblePairs(table) <= SAMPLE_SIZE) {
    const end = leftCount === 0 ? ids.length : leftCount;
    for (let left = 0; left < end; left += 1) for (let right = Math.max(leftCount, left + 1); right < ids.length; right += 1) pairs.push([left, right]);
    return pairs;
  }
  const random = seededRandom(SEED);
  while (pairs.length < SAMPLE_SIZE) {
    const [first, second] = leftCount === 0 ? [place(random, 0, ids.length), place(random, 0, ids.length)] : [place(random, 0, leftCount), place(random, leftCount, ids.length)];
    if (first !== second) pairs.push(first < second ? [first, second] : [second, first]);
  }
  return pairs;
}

function place(random: () => number, from: number, to: number): number {
  return from + Math.floor(random() * (to - from));
}
