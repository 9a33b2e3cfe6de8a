import { createRecordComparison } from './compare-records.js';
import { comparePairs } from './compared-pairs.js';
import type { IdentityRecord } from './identity-field.js';
import type { Linkage } from './linkage.js';
import { matchOf, type Match } from './match.js';
import { pairProbabilities } from './pair-probabilities.js';
import type { Population } from './population.js';
import { recordTable } from './record-table.js';
import { findSharedKeys, withoutSharedKeys } from './shared-keys.js';

/**
 * scoreRecord gives the probability of each candidate that it is the counterpart of a record, the most probable first.
 * The candidates compete: where two fit alike, each has less than one half. Throws nothing; no candidates, no matches.
 */
export function scoreRecord(population: Population, record: IdentityRecord, candidates: readonly IdentityRecord[]): readonly Match[] {
  const { fields, model } = population;
  const fullTable = recordTable(fields, [record], candidates);
  // A mailbox by role is known by itself; what many people carry is known from the population.
  const roles = findSharedKeys(fullTable, createRecordComparison(fullTable)).filter(({ cause }) => cause === 'role-mailbox');
  const sharedKeys = [...population.sharedKeys.filter(({ field, value }) => fullTable.columns.some((column) => column.name === field && column.values.includes(value))), ...roles];
  const table = withoutSharedKeys(fullTable, sharedKeys);
  const compare = createRecordComparison(table);
  const compared = comparePairs(candidates.map((_, index) => [0, index + 1] as const), fields.length, compare);
  const frequencyOf = (column: number, place: number): number => {
    const value = table.columns[column]?.values[table.columns[column]?.codes[place] ?? -1];
    return value === undefined ? 1 : population.frequencyOf(column, value);
  };
  const { matches, rivals } = pairProbabilities(table, model, frequencyOf, compared, true);
  const linkage: Linkage = { fullTable, table, sharedKeys, model, frequencyOf, compare, candidates: compared, probabilities: matches, rivals };
  return compared.pairs.map((pair, at) => matchOf(linkage, pair, matches[at] ?? 0, rivals[at] ?? 0)).toSorted((a, b) => b.probability - a.probability);
}
