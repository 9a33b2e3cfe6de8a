import { execute, type Database } from './database.js';
import type { LedgerScope } from './ledger.js';

// The condition on runs is decided once: without another run that was under way meanwhile, no link is looked at.
const statement = {
  name: 'made-meanwhile',
  text: `
    select i.id from unnest($1::text[]) as i(id)
    cross join lateral (select entity_id from links where object_id = $2 and external_id = i.id offset 0) s
    cross join lateral (select 1 from links where entity_id = s.entity_id and object_id = $3 and state in ('live', 'missing') offset 0) t
    where exists (select 1 from runs other where other.sync_id = $4 and other.state = 'running' and other.id <> $5 and other.mode <> 'plan')
      or exists (select 1 from runs other where other.sync_id = $4 and other.finished_at > (select started_at - interval '1 minute' from runs where id = $5))`,
};

/**
 * madeMeanwhile are those of the source records that another run of the same sync has given a record at the target since
 * this run looked. Asked once their intents are recorded, it is certain: nobody else can have a write under way for them.
 */
export async function madeMeanwhile(database: Database, scope: LedgerScope, sourceIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (sourceIds.length === 0) return new Set();
  const rows = await execute<{ id: string }>(database, statement, [sourceIds, scope.sourceObject, scope.targetObject, scope.syncNumber, scope.runId]);
  return new Set(rows.map(({ id }) => id));
}
