import type { PageToken } from './page-token.js';

/** SyncMode is what a run of a sync covers: what changed since the checkpoint, everything, all of history, or a look ahead that writes nothing. */
export type SyncMode = 'incremental' | 'full' | 'backfill' | 'plan';

/** RunMode is what a run does: a mode of a sync, or the applying of a stored plan. */
export type RunMode = SyncMode | 'apply';

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
  /** Whether what is read is remembered, to find what has gone; there is nothing to find before anything is linked. */
  readonly tracksSeen?: boolean;
  readonly readDone?: boolean;
  readonly removalsDone?: boolean;
  /** Id of the last planned write that was looked at, and of the last that was worked on. */
  readonly checkedAfter?: string;
  readonly appliedAfter?: string;
  /** When the last planned write was looked at, epoch milliseconds; absent before that. */
  readonly checkedMs?: number;
  /** The last record whose writes an undo plan has looked at. */
  readonly undoneAfter?: { readonly object: number; readonly id: string };
}
