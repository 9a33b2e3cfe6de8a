import type { Database } from './database.js';

/** rememberHeld notes that records were come across while target fields were held; what they hold is read again once the fields are released. */
export async function rememberHeld(database: Database, syncNumber: number, fields: readonly string[], sourceIds: readonly string[]): Promise<void> {
  if (fields.length === 0 || sourceIds.length === 0) return;
  await database.pool.query(
    'insert into drift_held (sync_id, source_id, field) select $1, i, f from unnest($2::text[]) as i, unnest($3::text[]) as f on conflict do nothing',
    [syncNumber, sourceIds, fields],
  );
}

/** HeldCount is how many records were come across while a target field of a sync was held. */
export interface HeldCount {
  readonly sync: string;
  readonly field: string;
  readonly records: number;
}

/** heldCounts counts the records that wait for held fields, by sync and target field. */
export async function heldCounts(database: Database): Promise<HeldCount[]> {
  const { rows } = await database.pool.query<HeldCount>(
    'select s.name as sync, h.field, count(*)::integer as records from drift_held h join syncs s on s.id = h.sync_id group by 1, 2 order by 1, 2');
  return rows;
}

/** forgetHeld forgets the records that waited for a sync's fields, once a complete read has written them. */
export async function forgetHeld(database: Database, syncNumber: number): Promise<void> {
  await database.pool.query('delete from drift_held where sync_id = $1', [syncNumber]);
}
