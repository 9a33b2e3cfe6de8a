import type { PageToken } from './page-token.js';

/**
 * SyncMode is what a run of a sync covers: what changed since the checkpoint, everything, all of history, a look ahead
 * that writes nothing, or dead letters that are tried again.
 */
export type SyncMode = 'incremental' | 'full' | 'backfill' | 'plan' | 'redrive';

/** RunMode is what a run does: a mode of a sync, the applying of a stored plan, or a handoff. */
export type RunMode = SyncMode | 'apply' | 'handoff';

/** RunState is where a run stands; `held` waits for a person, `interrupted` was superseded after its workflow vanished. */
export type RunState = 'running' | 'succeeded' | 'failed' | 'stopped' | 'held' | 'interrupted';

/** RunCounts is what a run has done so far, in records. */
export interface RunCounts {
  readonly read: number;
  readonly created: number;
  readonly updated: number;
  readonly archived: number;
  readonly deleted: number;
  readonly unlinked: number;
  readonly unchanged: number;
  readonly ignored: number;
  readonly parked: number;
  readonly duplicates: number;
  readonly recovered: number;
}

/** noCounts is the counts of a run that has done nothing. */
export const noCounts: RunCounts = {
  read: 0, created: 0, updated: 0, archived: 0, deleted: 0, unlinked: 0, unchanged: 0, ignored: 0, parked: 0, duplicates: 0, recovered: 0,
};

/** addCounts adds two counts, member by member. */
export function addCounts(left: RunCounts, right: Partial<RunCounts>): RunCounts {
  const sum: Record<string, number> = { ...left };
  for (const [name, count] of Object.entries(right)) sum[name] = (sum[name] ?? 0) + count;
  return sum as unknown as RunCounts;
}

/** SidePlace is how far a two-way run has read one side. */
export interface SidePlace {
  /** Place between two pages; absent: the first page. */
  readonly page?: PageToken;
  /** Since when it is read, epoch milliseconds; absent: everything. */
  readonly sinceMs?: number;
  readonly readStartMs: number;
  readonly maxSeenMs?: number;
  /** Set once there are no more pages. */
  readonly readDone?: boolean;
  /** Of the paired records, those that a complete read came across and the live ones that it did not. */
  readonly came?: { readonly seen: number; readonly missing: number };
}

/** BlankCounts is, by target field, how many records would lose its value. */
export type BlankCounts = Readonly<Record<string, number>>;

/** MeasurePlace is how far the measuring of a run has come, and what it has found. */
export interface MeasurePlace {
  /** Place between two pages of the source; absent: the first page. */
  readonly page?: PageToken;
  /** Records that were read. */
  readonly read: number;
  /** Linked records that the run would update at the target, and those that it would archive, delete or unlink. */
  readonly changes: number;
  readonly removals: number;
  /** By target field, how many of the changes would take its value away. */
  readonly blanks?: BlankCounts;
  /** Whether the measuring has come to its end and the run may write. */
  readonly done: boolean;
}

/** nothingMeasured is where the measuring of a run begins. */
export const nothingMeasured: MeasurePlace = { read: 0, changes: 0, removals: 0, done: false };

/** RunPlace is how far a run has come: everything before it is settled. */
export interface RunPlace {
  /** Place between two pages of the source; absent: the first page. */
  readonly page?: PageToken;
  /** Greatest version read so far, epoch milliseconds. */
  readonly maxSeenMs?: number;
  /** When the reading began, epoch milliseconds. */
  readonly readStartMs?: number;
  /** Since when the source is read, epoch milliseconds; absent: everything. */
  readonly sinceMs?: number;
  /** Place between two pages of the target, while it is indexed. */
  readonly indexPage?: PageToken;
  readonly indexed?: boolean;
  /** What is measured before the first write; absent where nothing is. */
  readonly measure?: MeasurePlace;
  /** How often the reading began anew because a system no longer knew the place between two pages. */
  readonly restarts?: number;
  /** Whether what is read is remembered, to find what has gone; there is nothing to find before anything is linked. */
  readonly tracksSeen?: boolean;
  readonly readDone?: boolean;
  /** How far the reading of each side has come, for two-way syncs. */
  readonly sides?: { readonly source: SidePlace; readonly target: SidePlace };
  readonly removalsDone?: boolean;
  /** Source fields that were in quarantine when the run began, as JSON Pointers; what is made of them is left out. */
  readonly quarantined?: readonly string[];
  /** The same of the target's fields, of a two-way sync. */
  readonly quarantinedAtTarget?: readonly string[];
  /** Id of the last planned write that was looked at, and of the last that was worked on. */
  readonly checkedAfter?: string;
  readonly appliedAfter?: string;
  /** When the last planned write was looked at, epoch milliseconds; absent before that. */
  readonly checkedMs?: number;
  /** The last record whose writes an undo plan has looked at. */
  readonly undoneAfter?: { readonly object: number; readonly id: string };
  /** Present while the run works through its selection; with `only` it covers nothing else, and the member stays to the end. */
  readonly selection?: SelectionPlace;
}

/** SelectionPlace is how far a run has come in its selection: the number of the last record before which everything is settled. */
export interface SelectionPlace {
  readonly after: number;
  readonly only: boolean;
  /** Set where webhooks named the records: one that is not at the source is left to a complete read, which has limits. */
  readonly announced?: true;
}
