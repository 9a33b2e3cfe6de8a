import type { Pair } from './candidate-pairs.js';
import type { ComparedPairs } from './compared-pairs.js';
import { emptyWeight, lookalikeOdds, matchOdds, weighPair, type FrequencyOf, type LinkageModel } from './linkage-model.js';
import type { RecordTable } from './record-table.js';

/** PairProbabilities says of each pair how likely it is one entity, one of each sort of lookalikes, or two strangers; the three add up to 1. */
export interface PairProbabilities {
  readonly matches: Float64Array;
  /** The odds of all other pairs of both records together, where pairs compete; 0 where they do not. */
  readonly rivals: Float64Array;
  readonly lookalikes: readonly Float64Array[];
  readonly strangers: Float64Array;
}

/**
 * pairProbabilities is what the model says of each pair (the expectation step). `competes` says that the pairs are all that
 * could be matches, so that the pairs of one record compete where a record has at most one counterpart.
 */
export function pairProbabilities(table: RecordTable, model: LinkageModel, frequencyOf: FrequencyOf, { pairs, levels }: ComparedPairs, competes: boolean): PairProbabilities {
  const weight = emptyWeight(model);
  const odds = new Float64Array(pairs.length);
  const strangers = new Float64Array(pairs.length);
  const lookalikes = model.lookalikes.map(() => new Float64Array(pairs.length));
  pairs.forEach((pair, at) => {
    weighPair(model, levels, at * model.fields.length, pair, frequencyOf, weight);
    odds[at] = matchOdds(model, weight);
    const others = lookalikeOdds(model, weight);
    const sum = others.reduce((total, each) => total + each, 1);
    strangers[at] = 1 / sum;
    lookalikes.forEach((each, sort) => (each[at] = (others[sort] ?? 0) / sum));
  });
  const rivals = competes && table.leftCount > 0 ? rivalOdds(table, pairs, odds) : new Float64Array(pairs.length);
  const matches = odds.map((own, at) => own / (1 + own + (rivals[at] ?? 0)));
  for (const each of [...lookalikes, strangers]) each.forEach((share, at) => (each[at] = share * (1 - (matches[at] ?? 0))));
  return { matches, rivals, lookalikes, strangers };
}

function rivalOdds(table: RecordTable, pairs: readonly Pair[], odds: Float64Array): Float64Array {
  const totals = new Float64Array(table.ids.length);
  pairs.forEach((pair, at) => {
    for (const record of pair) totals[record] = (totals[record] ?? 0) + (odds[at] ?? 0);
  });
  return odds.map((own, at) => {
    const [left, right] = pairs[at] ?? [0, 0];
    return Math.max(0, (totals[left] ?? 0) - own) + Math.max(0, (totals[right] ?? 0) - own);
  });
}
