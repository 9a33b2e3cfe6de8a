import type { ObjectReference } from '../contracts/sync-definition.js';
import type { Database } from './database.js';

/** Differences is how many records were compared with another system, and how many of them have fields that differ. */
export interface Differences {
  readonly compared: number;
  readonly differs: number;
}

/**
 * newestDifferences sums up the newest reconciliation of every sync that an object takes part in; null where none has
 * been made. What it needs of the table is read by name from whole rows: `sync_id`, `state`, `started_at`, and `source`
 * and `differs` among `counts`. A database without the table, or with other columns, has no figures.
 */
export async function newestDifferences(database: Database, { system, object }: ObjectReference): Promise<Differences | null> {
  const { rows: tables } = await database.pool.query<{ present: boolean }>(`select to_regclass('reconciliations') is not null as present`);
  if (tables[0]?.present !== true) return null;
  const { rows } = await database.pool.query<{ compared: number | null; differs: number | null }>(
    `with ended as (
       select to_jsonb(r) as row from reconciliations r
     ), newest as (
       select distinct on (row ->> 'sync_id') row from ended where row ->> 'state' = 'succeeded'
       order by row ->> 'sync_id', row ->> 'started_at' desc
     )
     select sum((row -> 'counts' ->> 'source')::numeric)::bigint as compared, sum((row -> 'counts' ->> 'differs')::numeric)::bigint as differs
     from newest
     join syncs s on s.id::text = row ->> 'sync_id'
     join definitions d on d.kind = 'sync' and d.name = s.name and d.retired_at is null
     where $1::jsonb in (d.body -> 'from', d.body -> 'to')`,
    [JSON.stringify({ system, object })],
  );
  const [found] = rows;
  return found?.compared == null || found.differs == null ? null : { compared: found.compared, differs: found.differs };
}
