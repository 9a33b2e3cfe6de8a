import type { DecisionOutcome } from '../contracts/conflict-workflow.js';
import type { Json } from '../contracts/json.js';
import type { ConflictChoice } from './conflicts.js';
import type { Database } from './database.js';
import { inTransaction } from './in-transaction.js';
import { storableJson } from './storable-json.js';

/** NewDecision is how a person wants a conflict to be resolved, and the values that the person was shown. */
export interface NewDecision {
  /** UUID. */
  readonly id: string;
  readonly conflictId: string;
  readonly choice: ConflictChoice;
  readonly value: Json;
  readonly by: string;
  readonly shown: { readonly source: Json; readonly target: Json };
}

/** storeDecision keeps a decision until the workflow of its conflict takes it; one with the same id is kept as it is. */
export async function storeDecision(database: Database, { id, conflictId, choice, value, by, shown }: NewDecision): Promise<void> {
  await database.pool.query(
    'insert into conflict_decisions (id, conflict_id, choice, value, source_value, target_value, by_whom) values ($1, $2, $3, $4::jsonb, $5::jsonb, $6::jsonb, $7) on conflict do nothing',
    [id, conflictId, choice, storableJson(value), storableJson(shown.source), storableJson(shown.target), by],
  );
}

/**
 * takeDecision carries a stored decision over to its conflict and marks the pair for the next merge. It is outdated where
 * the conflict is no longer open or holds other values than were shown. Repeating it gives the same answer; undefined
 * where there is no such decision.
 */
export async function takeDecision(database: Database, id: string): Promise<DecisionOutcome | undefined> {
  return inTransaction(database.pool, async (client) => {
    const { rows: [stored] } = await client.query<{ outcome: DecisionOutcome | null }>('select outcome from conflict_decisions where id = $1 for update', [id]);
    if (stored === undefined || stored.outcome !== null) return stored?.outcome ?? undefined;
    const { rowCount } = await client.query(
      `with decided as (
         update conflicts c set state = 'decided', choice = d.choice, value = d.value, decided_by = d.by_whom, decided_at = now() from conflict_decisions d
         where d.id = $1 and c.id = d.conflict_id and c.state = 'open' and coalesce(c.source_value, 'null') = d.source_value and coalesce(c.target_value, 'null') = d.target_value
         returning c.sync_id, c.entity_id
       )
       update pairs p set dirty = true from decided d where p.sync_id = d.sync_id and p.entity_id = d.entity_id`, [id],
    );
    const outcome: DecisionOutcome = (rowCount ?? 0) > 0 ? 'decided' : 'outdated';
    await client.query('update conflict_decisions set outcome = $2 where id = $1', [id, outcome]);
    return outcome;
  });
}
