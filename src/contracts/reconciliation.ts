import type { PageToken } from './page-token.js';

/** DifferenceKind is how two sides differ: a record on one side only, fields that differ, or several records of one side that stand for one. */
export type DifferenceKind = 'only-source' | 'only-target' | 'differs' | 'duplicate';

/**
 * DifferenceCause is why two sides differ. `missed`: changed at the source, and no run has carried it over; `parked`: a
 * dead letter is open; `changed-outside`: somebody else wrote to the target; `mapping-changed`: the definition has changed
 * since the last write, and that explains it; `deleted`: it was linked and is gone on one side without a write of ours;
 * `never-synced`: no run has linked it.
 */
export type DifferenceCause = 'missed' | 'parked' | 'changed-outside' | 'mapping-changed' | 'deleted' | 'never-synced' | 'unknown';

/** differenceCauses is every cause, in the order in which reports list them. */
export const differenceCauses: readonly DifferenceCause[] = ['missed', 'parked', 'changed-outside', 'mapping-changed', 'deleted', 'never-synced', 'unknown'];

/** differenceKinds is every kind, in the order in which reports list them. */
export const differenceKinds: readonly DifferenceKind[] = ['only-source', 'only-target', 'differs', 'duplicate'];

/** LastWriter is whose write was the last one before two sides differed; `both` where each has changed and no times tell. */
export type LastWriter = 'source' | 'target' | 'both' | 'crosswalk' | 'unknown';

/** ReconcileSide is one of the two sides that are compared. */
export type ReconcileSide = 'source' | 'target';

/** ReconciliationState is where a reconciliation stands; `interrupted`: its workflow vanished. */
export type ReconciliationState = 'running' | 'succeeded' | 'failed' | 'stopped' | 'interrupted';

/** StagedStatus is what a record that was read is for the comparison; at the target, `inactive` is archived. */
export type StagedStatus = 'present' | 'inactive' | 'out-of-scope' | 'unmappable';

/** ReconciliationPlace is how far a reconciliation has come. */
export interface ReconciliationPlace {
  readonly source?: SidePlace;
  readonly target?: SidePlace;
  /** Set once the sides are joined. */
  readonly joined?: boolean;
  /** Number of the last pair that was looked at. */
  readonly judged?: number;
  /** Pairs that were read again at both sides. */
  readonly confirmed?: number;
}

/** SidePlace is how far one side has been read. */
export interface SidePlace {
  /** Absent before the first page, and once the side is read. */
  readonly page?: PageToken;
  readonly done?: boolean;
}

/** ReconciliationCounts is what a reconciliation has come across, in records. */
export interface ReconciliationCounts {
  /** Records in scope that the source has. */
  readonly source: number;
  /** Records that the target has, without archived ones. */
  readonly target: number;
  readonly outOfScope: number;
  /** Source records whose values cannot be mapped. */
  readonly unmappable: number;
  readonly archived: number;
  /** Elements of pages that are no records. */
  readonly bad: number;
  /** Pairs that do not plainly agree, and have to be looked at. */
  readonly pairs: number;
  readonly judged: number;
  readonly agreeing: number;
  readonly onlySource: number;
  readonly onlyTarget: number;
  readonly differs: number;
  readonly duplicates: number;
  /** Differences that were not read again at both sides. */
  readonly unconfirmed: number;
}

/** noReconciliationCounts is the counts of a reconciliation that has done nothing. */
export const noReconciliationCounts: ReconciliationCounts = {
  source: 0, target: 0, outOfScope: 0, unmappable: 0, archived: 0, bad: 0, pairs: 0, judged: 0, agreeing: 0, onlySource: 0, onlyTarget: 0, differs: 0, duplicates: 0, unconfirmed: 0,
};

/** differencesIn is how many differences there are. */
export function differencesIn({ onlySource, onlyTarget, differs, duplicates }: ReconciliationCounts): number {
  return onlySource + onlyTarget + differs + duplicates;
}

/** shareOfDifferences is the differences for each record of the larger side, 0 where there are no records. */
export function shareOfDifferences(counts: ReconciliationCounts): number {
  const records = Math.max(counts.source, counts.target);
  return records === 0 ? (differencesIn(counts) > 0 ? 1 : 0) : differencesIn(counts) / records;
}
