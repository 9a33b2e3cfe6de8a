import type { Database } from './database.js';
import { toIntent, type OpenWrite } from './ledger.js';

/** unknownWritesOfSelection are the writes for the records of a run's selection whose outcome is not known, oldest first. */
export async function unknownWritesOfSelection(database: Database, syncNumber: number, runId: string): Promise<OpenWrite[]> {
  const rows = await database.kysely.selectFrom('open_writes').innerJoin('writes', 'writes.id', 'open_writes.write_id').innerJoin('selections', 'selections.source_id', 'writes.source_id')
    .selectAll('writes').where('writes.sync_id', '=', syncNumber).where('writes.state', '=', 'unknown').where('selections.run_id', '=', runId).orderBy('writes.id').execute();
  return rows.map((row) => ({ ...toIntent(row), runId: row.run_id, targetObject: row.object_id, intendedAtMs: row.intended_at.getTime() }));
}
