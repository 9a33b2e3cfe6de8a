import type { Database } from './database.js';

/** SurplusRecord is a record whose key another record has already. */
export interface SurplusRecord {
  readonly recordId: string;
  /** Record with the same key whose id is the least. */
  readonly firstId: string;
  /** Records that have the key. */
  readonly holders: number;
}

// Of the records with one key, the one with the least id stands for the thing, and the others are surplus.
const surplus = `
  select record_id, flagged, min(record_id) over same as first_id, count(*) over same as holders, slot
  from quality_keys where run_id = $1 and slot = any($2::smallint[]) window same as (partition by slot, key)`;

/** countSurplus is how many records are surplus by any of some slots, each record once; `unflagged` counts only those that were not invalid before. */
export async function countSurplus(database: Database, runId: string, slots: readonly number[], unflagged = false): Promise<number> {
  if (slots.length === 0) return 0;
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(distinct record_id) as count from (${surplus}) s where record_id <> first_id ${unflagged ? 'and not flagged' : ''}`,
    [runId, slots],
  );
  return rows[0]?.count ?? 0;
}

/** surplusRecords are the first records that are surplus by one slot, in the order of their ids, those with several values once. */
export async function surplusRecords(database: Database, runId: string, slot: number, limit: number): Promise<SurplusRecord[]> {
  const { rows } = await database.pool.query<SurplusRecord>(
    `select record_id as "recordId", min(first_id) as "firstId", max(holders) as holders from (${surplus}) s
     where record_id <> first_id group by record_id order by record_id limit $3`,
    [runId, [slot], limit],
  );
  return rows;
}
