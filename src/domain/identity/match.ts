import type { Pair } from './candidate-pairs.js';
import type { Linkage } from './linkage.js';
import { reasonsFor, type Reason } from './reasons.js';

/** Match is two records that are, or may be, one entity. */
export interface Match {
  readonly left: string;
  readonly right: string;
  /** That they are one entity: 0 to 1. */
  readonly probability: number;
  readonly reasons: readonly Reason[];
}

/** matchOf describes a pair of the linkage. */
export function matchOf(linkage: Linkage, pair: Pair, probability: number, rivals: number): Match {
  const { ids } = linkage.table;
  return { left: ids[pair[0]] ?? '', right: ids[pair[1]] ?? '', probability, reasons: reasonsFor(linkage, pair, rivals) };
}
