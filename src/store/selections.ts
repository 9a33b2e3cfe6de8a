import type { JsonObject } from '../contracts/json.js';
import type { Database } from './database.js';

/** SelectedRecord is one record of a run's selection. */
export interface SelectedRecord {
  /** From 1, without gaps. */
  readonly position: number;
  readonly sourceId: string;
  /** What stands in for the record at the source; null where the source is asked. */
  readonly payload: JsonObject | null;
  /** Version of the source record that the payload was made from; null where the object has none. */
  readonly version: string | null;
}

/** nextSelected is the next part of a run's selection, in its order. */
export async function nextSelected(database: Database, runId: string, after: number, limit: number): Promise<SelectedRecord[]> {
  const rows = await database.kysely.selectFrom('selections').selectAll().where('run_id', '=', runId).where('position', '>', after).orderBy('position').limit(limit).execute();
  return rows.map((row) => ({ position: row.position, sourceId: row.source_id, payload: row.payload as JsonObject | null, version: row.version }));
}
