import type { FieldKind } from '../../contracts/field-kind.js';

/** Levels is a probability for each agreement level, in the order of `agreements`. */
export type Levels = readonly number[];

/**
 * MATCH_PRIOR is how often two records of one entity agree on each level, as assumed before any record is seen. It weighs as
 * much as PRIOR_MATCHES pairs, so that a level that never occurs does not count for or against without bound.
 */
export const MATCH_PRIOR: Levels = [0.8, 0.1, 0.03, 0.01, 0.01, 0.05];

/** PRIOR_MATCHES is how many matches MATCH_PRIOR weighs as much as. */
export const PRIOR_MATCHES = 10;

/** PRIOR_RECORDS is how many records, or pairs, the assumed chance agreement weighs as much as; with fewer it decides. */
export const PRIOR_RECORDS = 100;

/** chanceOfSame is how often two different entities have the same value of a kind, as assumed before any record is seen. */
export const chanceOfSame: Readonly<Record<FieldKind, number>> = {
  'given-name': 0.005,
  'family-name': 0.003,
  name: 0.0005,
  date: 0.0005,
  address: 0.0005,
  place: 0.02,
  postcode: 0.005,
  phone: 0.0001,
  email: 0.0001,
  code: 0.1,
  text: 0.01,
};

/** chancePrior spreads the assumed chance agreement of a kind over the levels. */
export function chancePrior(kind: FieldKind): Levels {
  const same = chanceOfSame[kind];
  const better = [same, same, 2 * same + 0.001, 0.01, same * same + 0.000_01];
  return [...better, 1 - better.reduce((sum, each) => sum + each, 0)];
}

/** Lookalike is a way in which different entities agree on several fields at once; on fields of other kinds they agree by chance. */
export interface Lookalike {
  readonly name: 'household' | 'town';
  /** How likely two of them have the same true value, by kind; written down, it differs as often as that of one entity. */
  readonly shares: Readonly<Partial<Record<FieldKind, number>>>;
}

/** household is people at one address: a family, or the colleagues of one company, with one switchboard. Half of them bear one name. */
export const household: Lookalike = { name: 'household', shares: { 'family-name': 0.5, email: 0.1, address: 0.9, place: 0.95, postcode: 0.95, phone: 0.7, code: 0.7 } };

/** town is people of one place, where place, postcode and region say one thing and not three. */
export const town: Lookalike = { name: 'town', shares: { place: 0.95, postcode: 0.95, code: 0.7 } };
