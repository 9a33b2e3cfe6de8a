import type { ComparedPairs } from './compared-pairs.js';
import { chancePrior, household, MATCH_PRIOR, PRIOR_MATCHES, PRIOR_RECORDS, town } from './field-priors.js';
import { asMatches, inOrderOfLevels, levelShares } from './level-shares.js';
import type { FieldModel, LinkageModel } from './linkage-model.js';
import { pairProbabilities } from './pair-probabilities.js';
import { possiblePairs, type RecordTable } from './record-table.js';
import { frequencyOfRecord, valueFrequencies, type Frequencies } from './value-frequencies.js';

/** Estimate is the model that fits the records best, with the frequencies of their values. */
export interface Estimate {
  readonly model: LinkageModel;
  readonly frequencies: Frequencies;
}

const MOST_ROUNDS = 30;
/** The estimate stands when the probabilities move by less than this share of the matches. */
const SETTLED = 0.001;
/** Lookalikes that are assumed for every match before any pair is seen. */
const HOUSEHOLDS_PER_MATCH = 0.05;
/** No model holds more than half of the pairs to be matches, or lookalikes. */
const LARGEST_SHARE = 0.5;

/**
 * estimateModel finds the parameters by expectation maximisation, without any examples (Dempster, Laird and Rubin 1977; for
 * record linkage Winkler 1988, "Using the EM Algorithm for Weight Computation in the Fellegi-Sunter Model of Record
 * Linkage"). All possible pairs are the population: the candidates stand for the matches and the closest lookalikes, an even
 * sample for all the rest, so that what the search lets through does not distort what happens by chance.
 */
export function estimateModel(table: RecordTable, candidates: ComparedPairs, sample: ComparedPairs): Estimate {
  const population = Math.max(1, possiblePairs(table));
  const size = table.leftCount === 0 ? table.ids.length : Math.min(table.leftCount, table.ids.length - table.leftCount);
  let matches: Float64Array = new Float64Array(candidates.pairs.length);
  let strangers: Float64Array = new Float64Array(sample.pairs.length).fill(1);
  // Half of the records have a counterpart, until more is known.
  let shares = { match: size / 2 / population, household: (HOUSEHOLDS_PER_MATCH * size) / population, town: 1 / PRIOR_RECORDS };
  let frequencies = valueFrequencies(table, candidates, matches);
  let model = modelOf(shares, firstFields());
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const frequencyOf = frequencyOfRecord(table, frequencies);
    const close = pairProbabilities(table, model, frequencyOf, candidates, true);
    const drawn = pairProbabilities(table, model, frequencyOf, sample, false);
    const moved = close.matches.reduce((sum, each, at) => sum + Math.abs(each - (matches[at] ?? 0)), 0);
    matches = close.matches;
    strangers = drawn.strangers;
    const found = Math.max(1, sumOf(matches));
    shares = {
      match: found / population,
      household: (sumOf(close.lookalikes[0]) + HOUSEHOLDS_PER_MATCH * found) / population,
      town: (sumOf(drawn.lookalikes[1]) + 1) / (sample.pairs.length + PRIOR_RECORDS),
    };
    frequencies = valueFrequencies(table, candidates, matches);
    model = modelOf(shares, fields());
    if (moved <= SETTLED * found) break;
  }
  return { model, frequencies };

  function firstFields(): readonly FieldModel[] {
    return fields().map((field) => ({ ...field, match: MATCH_PRIOR, chance: inOrderOfLevels(MATCH_PRIOR, field.chance) }));
  }

  function fields(): readonly FieldModel[] {
    return table.columns.map(({ kind }, column) => {
      const match = asMatches(levelShares(candidates, matches, column, { levels: MATCH_PRIOR, pairs: PRIOR_MATCHES }));
      const chance = levelShares(sample, strangers, column, { levels: chancePrior(kind), pairs: PRIOR_RECORDS });
      return { kind, match, chance: inOrderOfLevels(match, chance), meanFrequency: frequencies.means[column] ?? 1 };
    });
  }
}

function modelOf(shares: { match: number; household: number; town: number }, fields: readonly FieldModel[]): LinkageModel {
  const lookalikes = [{ lookalike: household, share: Math.min(LARGEST_SHARE, shares.household) }, { lookalike: town, share: Math.min(LARGEST_SHARE, shares.town) }];
  return { matchShare: Math.min(LARGEST_SHARE, shares.match), fields, lookalikes };
}

function sumOf(values: Float64Array | undefined): number {
  return values?.reduce((sum, each) => sum + each, 0) ?? 0;
}
