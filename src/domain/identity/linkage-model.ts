import { DIFFERENT, NEAR, SAME, SWAPPED } from './agreement.js';
import type { Levels, Lookalike } from './field-priors.js';
import type { FieldKind } from '../../contracts/field-kind.js';

/** FieldModel is what agreement on one field is worth. */
export interface FieldModel {
  readonly kind: FieldKind;
  /** Probability of each level for two records of one entity. */
  readonly match: Levels;
  /** Probability of each level for two records of different entities that have nothing to do with each other. */
  readonly chance: Levels;
  /** Mean frequency of the values, by which that of one value is judged: 0 < x ≤ 1. */
  readonly meanFrequency: number;
}

/** LookalikeShare says how many of the possible pairs of different entities are lookalikes of one sort: 0 ≤ x ≤ 0.5. */
export interface LookalikeShare {
  readonly lookalike: Lookalike;
  readonly share: number;
}

/**
 * LinkageModel is a Fellegi-Sunter model (Fellegi and Sunter 1969, "A Theory for Record Linkage", JASA 64) with lookalikes
 * as a third and fourth class. The conditional independence of fields that the theory assumes does not hold for people of one
 * family, company or town: street, place, postcode and phone would count four times for what they say once (Winkler 1993,
 * "Improved Decision Rules in the Fellegi-Sunter Model of Record Linkage"; mixtures of three classes: Larsen and Rubin
 * 2001, "Iterative Automated Record Linkage Using Mixture Models", JASA 96).
 */
export interface LinkageModel {
  /** Matches among all possible pairs: 0 < x ≤ 0.5. */
  readonly matchShare: number;
  readonly fields: readonly FieldModel[];
  readonly lookalikes: readonly LookalikeShare[];
}

/** FrequencyOf gives how common a record's value in a column is among different entities: 0 < x ≤ 1. */
export type FrequencyOf = (column: number, record: number) => number;

/** PairWeight is the evidence of one pair, in bits (log2) against chance: for one entity, and for each sort of lookalikes. */
export interface PairWeight {
  match: number;
  readonly lookalikes: number[];
}

/**
 * How far the frequency of a value counts where the other value is only near to it: fewer names are near to a rare name
 * than to a common one, but the difference is smaller than between the names (`tf_adjustment_weight` of Splink).
 */
const NEAR_FREQUENCY_WEIGHT = 0.5;
/** Beyond this many bits evidence is as good as certain; numbers stay finite. */
const MOST_BITS = 300;

/** emptyWeight makes a place for the evidence of one pair. */
export function emptyWeight(model: LinkageModel): PairWeight {
  return { match: 0, lookalikes: model.lookalikes.map(() => 0) };
}

/** weighPair adds up the evidence of one comparison vector, which begins at `offset`, into `weight`. Missing values say nothing. */
export function weighPair(model: LinkageModel, levels: Int8Array, offset: number, pair: readonly [number, number], frequencyOf: FrequencyOf, weight: PairWeight): void {
  weight.match = 0;
  weight.lookalikes.fill(0);
  for (let column = 0; column < model.fields.length; column += 1) {
    const field = model.fields[column];
    const level = levels[offset + column] ?? -1;
    if (field === undefined || level < 0) continue;
    const bits = fieldBits(field, level, Math.max(frequencyOf(column, pair[0]), frequencyOf(column, pair[1])));
    weight.match += bits;
    for (let sort = 0; sort < model.lookalikes.length; sort += 1) {
      const share = model.lookalikes[sort]?.lookalike.shares[field.kind];
      if (share !== undefined) weight.lookalikes[sort] = (weight.lookalikes[sort] ?? 0) + Math.log2(share * 2 ** bits + 1 - share);
    }
  }
}

/** fieldBits gives the evidence of one field, in bits: above zero for one entity, below for two. The frequency is that of the commoner value. */
export function fieldBits(field: FieldModel, level: number, frequency: number): number {
  return Math.log2(field.match[level] ?? 1) - Math.log2(chanceOf(field, level, frequency));
}

/**
 * How often two different entities agree on a level by chance. Where values are equal, the frequency of the value takes
 * the place of the average: two Smiths say less than two Garanggars (Winkler 1989, "Frequency-Based Matching in
 * Fellegi-Sunter Model of Record Linkage"; term frequency adjustments of Splink). Another Smith is misspelt as often as
 * this one, so that a value which is nearly the same never counts for more than the same value.
 */
function chanceOf(field: FieldModel, level: number, frequency: number): number {
  if (level === SAME || level === SWAPPED) return frequency;
  const chance = field.chance[level] ?? 1;
  if (level === DIFFERENT) return chance;
  const adjusted = level === NEAR ? chance * (frequency / field.meanFrequency) ** NEAR_FREQUENCY_WEIGHT : chance;
  return Math.max(adjusted, (frequency * (field.match[level] ?? 1)) / (field.match[SAME] ?? 1));
}

/** lookalikeOdds gives for each sort of lookalikes how likely a pair is to be one, against strangers who agree by chance. */
export function lookalikeOdds(model: LinkageModel, weight: PairWeight): readonly number[] {
  return model.lookalikes.map(({ share }, sort) => share * 2 ** Math.min(weight.lookalikes[sort] ?? 0, MOST_BITS));
}

/** matchOdds gives the odds, one entity to two, of a pair by itself. */
export function matchOdds(model: LinkageModel, weight: PairWeight): number {
  const prior = model.matchShare / (1 - model.matchShare);
  return (prior * 2 ** Math.min(weight.match, MOST_BITS)) / lookalikeOdds(model, weight).reduce((sum, each) => sum + each, 1);
}
