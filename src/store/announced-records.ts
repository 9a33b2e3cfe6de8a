import type { SelectionPlace } from '../contracts/run.js';
import type { Database } from './database.js';

/** selectAnnounced makes the records that a taker has taken from the inbox a run's selection, those that wait longest first; repeating it adds none. */
export async function selectAnnounced(database: Database, runId: string, takenBy: string): Promise<SelectionPlace> {
  await database.pool.query(
    `insert into selections (run_id, position, source_id)
     select $1::uuid, row_number() over (order by first_at, record_id), record_id from inbox_work where taken_by = $2::uuid on conflict do nothing`, [runId, takenBy],
  );
  return { after: 0, only: true, announced: true };
}

/** AnnouncedBatch is what decides how records that a taker has taken are read. */
export interface AnnouncedBatch {
  readonly records: number;
  /** Whether each names a record of this object. */
  readonly named: boolean;
  /** Whether another run of the sync is under way, which might still write what it read before the announcement. */
  readonly busy: boolean;
}

/** describeTaken says what a taker has taken for a sync that reads this object. */
export async function describeTaken(database: Database, takenBy: string, sync: { readonly name: string; readonly system: string; readonly object: string }): Promise<AnnouncedBatch> {
  const { rows: [row] } = await database.pool.query<AnnouncedBatch>(
    `select count(*)::integer as records, coalesce(bool_and(record_id <> '' and system = $2 and object = $3), false) as named,
       exists (select from runs r join syncs s on s.id = r.sync_id where s.name = $4 and r.state = 'running' and r.mode <> 'plan' and r.workflow_id not like 'realtime/%') as busy
     from inbox_work where taken_by = $1::uuid`, [takenBy, sync.system, sync.object, sync.name],
  );
  return row ?? { records: 0, named: false, busy: true };
}
