import type { IdentityField, IdentityRecord } from './identity-field.js';
import { compareAll } from './linkage.js';
import { matchOf, type Match } from './match.js';
import type { SharedKey } from './shared-keys.js';
import { defaultThresholds, type Thresholds } from './thresholds.js';

/** LinkedRecords is which records of one set are which of the other; a record has at most one link. */
export interface LinkedRecords {
  /** Linked by themselves, in the order of the left ids. */
  readonly links: readonly Match[];
  /** For a person to decide, the most probable first. */
  readonly reviews: readonly Match[];
  readonly sharedKeys: readonly SharedKey[];
}

/**
 * linkRecords finds the records of two sets that are one entity. Within a set every record is taken for an entity of its
 * own, so that of several that fit none is linked by itself. Throws a RangeError for repeated ids and for too many records.
 */
export function linkRecords(fields: readonly IdentityField[], left: readonly IdentityRecord[], right: readonly IdentityRecord[], thresholds: Thresholds = defaultThresholds): LinkedRecords {
  const linkage = compareAll(fields, left, right);
  const links: Match[] = [];
  const reviews: Match[] = [];
  linkage.candidates.pairs.forEach((pair, at) => {
    const probability = linkage.probabilities[at] ?? 0;
    if (probability < thresholds.review) return;
    const match = matchOf(linkage, pair, probability, linkage.rivals[at] ?? 0);
    // Two pairs of one record cannot both be more likely than not, so that a threshold above one half links each record once.
    if (probability >= thresholds.link && probability > 0.5) links.push(match);
    else reviews.push(match);
  });
  return { links, reviews: reviews.toSorted((a, b) => b.probability - a.probability), sharedKeys: linkage.sharedKeys };
}
