import type { Pair } from './candidate-pairs.js';
import { clustersOf } from './clusters.js';
import type { IdentityField, IdentityRecord } from './identity-field.js';
import { emptyWeight, matchOdds, weighPair } from './linkage-model.js';
import { compareAll, type Linkage } from './linkage.js';
import { matchOf, type Match } from './match.js';
import type { SharedKey } from './shared-keys.js';
import { defaultThresholds, type Thresholds } from './thresholds.js';

/** Duplicates is which records of one set are one entity. */
export interface Duplicates {
  /** The ids of each entity that has several records, in order. */
  readonly groups: readonly (readonly string[])[];
  /** The pairs that were compared within the groups: why each group is one. */
  readonly links: readonly Match[];
  /** For a person to decide, the most probable first. */
  readonly reviews: readonly Match[];
  readonly sharedKeys: readonly SharedKey[];
}

/** findDuplicates finds the records of one set that are one entity. Throws a RangeError for repeated ids and for too many records. */
export function findDuplicates(fields: readonly IdentityField[], records: readonly IdentityRecord[], thresholds: Thresholds = defaultThresholds): Duplicates {
  const linkage = compareAll(fields, records);
  const scored = linkage.candidates.pairs.map((pair, at) => ({ pair, probability: linkage.probabilities[at] ?? 0 }));
  const clusters = clustersOf(scored, thresholds.link, (pair) => probabilityOf(linkage, pair));
  const groupOf = new Map(clusters.flatMap((members, group) => members.map((member) => [member, group] as const)));
  const links: Match[] = [];
  const reviews: Match[] = [];
  for (const { pair, probability } of scored) {
    const group = groupOf.get(pair[0]);
    const isJoined = group !== undefined && group === groupOf.get(pair[1]);
    if (isJoined) links.push(matchOf(linkage, pair, probability, 0));
    else if (probability >= thresholds.review) reviews.push(matchOf(linkage, pair, probability, 0));
  }
  return {
    groups: clusters.map((members) => members.map((member) => linkage.table.ids[member] ?? '')),
    links,
    reviews: reviews.toSorted((a, b) => b.probability - a.probability),
    sharedKeys: linkage.sharedKeys,
  };
}

function probabilityOf({ table, model, frequencyOf, compare }: Linkage, pair: Pair): number {
  const levels = new Int8Array(table.columns.length);
  compare(pair[0], pair[1], levels, 0);
  const weight = emptyWeight(model);
  weighPair(model, levels, 0, pair, frequencyOf, weight);
  const odds = matchOdds(model, weight);
  return odds / (1 + odds);
}
