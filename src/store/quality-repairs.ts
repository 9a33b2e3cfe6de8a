import type { Database } from './database.js';

/** entityIdsOf finds the entities that records stand for; records without a link are left out. */
export async function entityIdsOf(database: Database, objectNumber: number, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await database.pool.query<{ id: string; entityId: string }>(
    `select external_id as id, entity_id as "entityId" from links where object_id = $1 and external_id = any($2::text[]) and state in ('live', 'missing')`,
    [objectNumber, ids],
  );
  return new Map(rows.map(({ id, entityId }) => [id, entityId]));
}

/** forgetPlannedOf drops what a plan has stored for some records, so that a page can be planned again. */
export async function forgetPlannedOf(database: Database, runId: string, sourceIds: readonly string[]): Promise<void> {
  await database.pool.query('delete from intents where run_id = $1 and planned and source_id = any($2::text[])', [runId, sourceIds]);
}

/** RepairCounts is what became of the repairs of a definition in a span of time. */
export interface RepairCounts {
  /** Records that a plan made then would mend, each once. */
  readonly planned: number;
  readonly written: number;
  readonly refused: number;
}

/** repairCounts counts a definition's repairs from the ledger, from one instant until before another. */
export async function repairCounts(database: Database, sync: string, from: Date, until: Date): Promise<RepairCounts> {
  const { rows } = await database.pool.query<RepairCounts>(
    `select count(distinct w.source_id) filter (where w.state = 'planned') as planned, count(*) filter (where w.state = 'acknowledged') as written,
       count(*) filter (where w.state = 'refused') as refused
     from writes w join syncs s on s.id = w.sync_id where s.name = $1 and w.intended_at >= $2 and w.intended_at < $3`,
    [sync, from, until],
  );
  return rows[0] ?? { planned: 0, written: 0, refused: 0 };
}
