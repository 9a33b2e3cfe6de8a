import { candidatePairs } from './candidate-pairs.js';
import { comparePairs, type ComparedPairs } from './compared-pairs.js';
import { createRecordComparison, type CompareRecords } from './compare-records.js';
import { estimateModel } from './estimate-model.js';
import type { IdentityField, IdentityRecord } from './identity-field.js';
import type { FrequencyOf, LinkageModel } from './linkage-model.js';
import { pairProbabilities } from './pair-probabilities.js';
import { recordTable, type RecordTable } from './record-table.js';
import { samplePairs } from './sample-pairs.js';
import { findSharedKeys, withoutSharedKeys, type SharedKey } from './shared-keys.js';
import { frequencyOfRecord } from './value-frequencies.js';

/** Linkage is everything that is known of the records once they are compared. */
export interface Linkage {
  /** The records as they came, and without the shared keys, as they are compared. */
  readonly fullTable: RecordTable;
  readonly table: RecordTable;
  readonly sharedKeys: readonly SharedKey[];
  readonly model: LinkageModel;
  readonly frequencyOf: FrequencyOf;
  readonly compare: CompareRecords;
  readonly candidates: ComparedPairs;
  /** For each candidate pair, the probability that it is one entity, and the odds of the pairs that it competes with. */
  readonly probabilities: Float64Array;
  readonly rivals: Float64Array;
}

/** More records than this are for a search in the database, not for one in memory. */
const MOST_RECORDS = 200_000;

/**
 * compareAll finds the candidates among the records of one set, or between two, learns from them what agreement is worth,
 * and weighs each. Equal input gives equal output, in whatever order the records come. Throws a RangeError where ids are
 * repeated within a set, or for more than 200,000 records.
 */
export function compareAll(fields: readonly IdentityField[], records: readonly IdentityRecord[], others?: readonly IdentityRecord[]): Linkage {
  for (const set of [records, others ?? []]) {
    if (new Set(set.map(({ id }) => id)).size < set.length) throw new RangeError('Two records have the same id; give each its own.');
  }
  if (records.length + (others?.length ?? 0) > MOST_RECORDS) throw new RangeError(`At most ${MOST_RECORDS} records are compared in memory.`);
  const fullTable = recordTable(fields, records, others);
  const sharedKeys = findSharedKeys(fullTable, createRecordComparison(fullTable));
  const table = withoutSharedKeys(fullTable, sharedKeys);
  const compare = createRecordComparison(table);
  const candidates = comparePairs(candidatePairs(table), fields.length, compare);
  const { model, frequencies } = estimateModel(table, candidates, comparePairs(samplePairs(table), fields.length, compare));
  const frequencyOf = frequencyOfRecord(table, frequencies);
  const { matches, rivals } = pairProbabilities(table, model, frequencyOf, candidates, true);
  return { fullTable, table, sharedKeys, model, frequencyOf, compare, candidates, probabilities: matches, rivals };
}
