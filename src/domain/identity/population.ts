import { createRecordComparison } from './compare-records.js';
import { comparePairs } from './compared-pairs.js';
import { chanceOfSame, chancePrior, household, MATCH_PRIOR, PRIOR_RECORDS, town } from './field-priors.js';
import type { IdentityField, IdentityRecord } from './identity-field.js';
import { inOrderOfLevels, levelShares } from './level-shares.js';
import type { LinkageModel } from './linkage-model.js';
import { recordTable } from './record-table.js';
import { samplePairs } from './sample-pairs.js';
import { findSharedKeys, type SharedKey } from './shared-keys.js';
import { valueFrequencies } from './value-frequencies.js';

/** Population is what is known of the records among which the counterpart of a single record is sought. */
export interface Population {
  readonly fields: readonly IdentityField[];
  readonly model: LinkageModel;
  /** How common a normal form is in a column among different entities: 0 < x ≤ 1. */
  readonly frequencyOf: (column: number, value: string) => number;
  readonly sharedKeys: readonly SharedKey[];
}

/** Half of the records that are looked for have a counterpart; a twentieth as many have a lookalike at the same address. */
const SHARE_WITH_COUNTERPART = 0.5;
const LOOKALIKES_PER_MATCH = 0.05;

/**
 * learnPopulation learns from a part of the records what agreement by chance is worth; `size` is how many there are in
 * all. How often two records of one entity agree is assumed (MATCH_PRIOR): the few records that come at a time are too few
 * to learn it from, and the answer to one must not depend on which others come with it.
 */
export function learnPopulation(fields: readonly IdentityField[], records: readonly IdentityRecord[], size: number): Population {
  const table = recordTable(fields, records);
  const compare = createRecordComparison(table);
  const sample = comparePairs(samplePairs(table), fields.length, compare);
  const even = new Float64Array(sample.pairs.length).fill(1);
  const frequencies = valueFrequencies(table, { pairs: [], levels: new Int8Array() }, new Float64Array());
  const byValue = table.columns.map(({ values }, column) => new Map(values.map((value, code) => [value, frequencies.ofValue[column]?.[code] ?? 1])));
  const filled = table.columns.map(({ codes }) => codes.filter((code) => code >= 0).length);
  const matchShare = SHARE_WITH_COUNTERPART / Math.max(1, size);
  return {
    fields,
    sharedKeys: findSharedKeys(table, compare),
    frequencyOf: (column, value) => byValue[column]?.get(value) ?? unseen(fields[column], filled[column] ?? 0),
    model: {
      matchShare,
      lookalikes: [{ lookalike: household, share: LOOKALIKES_PER_MATCH * matchShare }, { lookalike: town, share: 1 / PRIOR_RECORDS }],
      fields: fields.map(({ kind }, column) => ({
        kind,
        match: MATCH_PRIOR,
        chance: inOrderOfLevels(MATCH_PRIOR, levelShares(sample, even, column, { levels: chancePrior(kind), pairs: PRIOR_RECORDS })),
        meanFrequency: frequencies.means[column] ?? 1,
      })),
    },
  };
}

/** A value that none of the records has is as rare as one that a single record has. */
function unseen(field: IdentityField | undefined, filled: number): number {
  const assumed = field === undefined ? 1 : chanceOfSame[field.kind];
  return Math.min(1, (1 + assumed * PRIOR_RECORDS) / (filled + 1 + PRIOR_RECORDS));
}
