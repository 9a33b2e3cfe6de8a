import { DIFFERENT, FAINT, NEAR, SAME, SIMILAR, SWAPPED } from './agreement.js';
import type { ComparedPairs } from './compared-pairs.js';
import type { Levels } from './field-priors.js';

/** Assumed is a distribution over the levels, and how many pairs it weighs as much as. */
export interface Assumed {
  readonly levels: Levels;
  readonly pairs: number;
}

/** levelShares gives how often each level occurs in a column among the pairs, each counted by its weight, starting from what is assumed. */
export function levelShares({ pairs, levels }: ComparedPairs, weights: Float64Array, column: number, assumed: Assumed): Levels {
  const width = pairs.length === 0 ? 1 : levels.length / pairs.length;
  const sums = assumed.levels.map((share) => share * assumed.pairs);
  for (let at = 0; at < pairs.length; at += 1) {
    const level = levels[at * width + column] ?? -1;
    if (level >= 0) sums[level] = (sums[level] ?? 0) + (weights[at] ?? 0);
  }
  const total = sums.reduce((sum, each) => sum + each, 0);
  return sums.map((sum) => sum / total);
}

/** inOrderOfLevels lowers the chance of a level until it counts for no less than the next worse one, however few pairs showed it. */
export function inOrderOfLevels(match: Levels, chance: Levels): Levels {
  const bounded = [...chance];
  for (const [level, worse] of [[FAINT, DIFFERENT], [SIMILAR, FAINT], [NEAR, SIMILAR]] as const) {
    const ratio = (match[worse] ?? 1) / (bounded[worse] ?? 1);
    bounded[level] = Math.min(bounded[level] ?? 1, (match[level] ?? 1) / ratio);
  }
  return bounded;
}

/** Of the matches, at least this share agree on a field, and at most this share differ on it altogether. */
const FEWEST_AGREE = 0.5;
const MOST_DIFFER = 0.25;

/**
 * asMatches keeps the levels of a class such that it can be one of matches: on every field most of them agree, and few
 * differ altogether. Otherwise, where there are few matches or none, the estimate settles on the largest group of
 * lookalikes instead (convex constraints on the parameters: Winkler 1993, as in linkage-model.ts).
 */
export function asMatches(levels: Levels): Levels {
  const agreeing = levels.reduce((sum, share, level) => (isAgreeing(level) ? sum + share : sum), 0);
  const enough = agreeing >= FEWEST_AGREE ? levels : levels.map((share, level) => (isAgreeing(level) ? (share * FEWEST_AGREE) / agreeing : (share * (1 - FEWEST_AGREE)) / (1 - agreeing)));
  const differing = enough[DIFFERENT] ?? 0;
  if (differing <= MOST_DIFFER) return enough;
  return enough.map((share, level) => (level === DIFFERENT ? MOST_DIFFER : (share * (1 - MOST_DIFFER)) / (1 - differing)));
}

function isAgreeing(level: number): boolean {
  return level === SAME || level === NEAR || level === SWAPPED;
}
