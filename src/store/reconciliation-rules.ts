import type { Database } from './database.js';

/** SyncHistory is what the runs of a sync tell about records that have not been carried over. */
export interface SyncHistory {
  /** Whether any run that writes has come to its end. */
  readonly hasRun: boolean;
  /** Epoch milliseconds up to which runs have read the source; null where none has. */
  readonly readUntilMs: number | null;
  /** Since when a version of the definition is in force, epoch milliseconds. */
  readonly definedMs: number;
}

/** syncHistory reads how far the runs of a sync have come, and since when a version of its definition is in force. */
export async function syncHistory(database: Database, { sync, syncNumber, definitionVersion }: { readonly sync: string; readonly syncNumber: number; readonly definitionVersion: number }): Promise<SyncHistory> {
  const { rows: [row] } = await database.pool.query<{ cursor: number | null; last: Date | null; defined: Date | null }>(
    `select (select since_ms from syncs where id = $1) as cursor,
       (select max(started_at) from runs where sync_id = $1 and state = 'succeeded' and mode not in ('plan', 'apply')) as last,
       (select applied_at from definitions where kind = 'sync' and name = $2 and version = $3) as defined`,
    [syncNumber, sync, definitionVersion],
  );
  const last = row?.last?.getTime() ?? null;
  return { hasRun: last !== null, readUntilMs: row?.cursor ?? last, definedMs: row?.defined?.getTime() ?? 0 };
}
