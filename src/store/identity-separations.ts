import { sql, type Transaction } from 'kysely';
import type { CrosswalkScope } from './crosswalk.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

/** RecordPlace names a record by the number of its object and its id there. */
export interface RecordPlace {
  readonly object: number;
  readonly id: string;
}

/** Decision is who has decided something and what they say about it. */
export interface Decision {
  readonly by: string;
  readonly note: string | null;
}

/** separations are the pairs of a sync's records that a person has said are two, as separationKey writes them. */
export async function separations(database: Database, scope: CrosswalkScope): Promise<ReadonlySet<string>> {
  const { rows } = await database.pool.query<{ source: string; target: string }>(
    'select external_id as source, other_id as target from identity_separations where object_id = $1 and other_object_id = $2', [scope.sourceObject, scope.targetObject]);
  return new Set(rows.map(({ source, target }) => separationKey(source, target)));
}

/** separationKey names a pair of a source and a target record. */
export function separationKey(sourceId: string, targetId: string): string {
  return `${sourceId}\n${targetId}`;
}

/** separate notes that two records are two, so that no rule joins them again. */
export async function separate(transaction: Transaction<Tables>, one: RecordPlace, other: RecordPlace, { by, note }: Decision): Promise<void> {
  for (const [left, right] of [[one, other], [other, one]] as const) {
    await sql`insert into identity_separations (object_id, external_id, other_object_id, other_id, said_by, note)
      values (${left.object}, ${left.id}, ${right.object}, ${right.id}, ${by}, ${note}) on conflict do nothing`.execute(transaction);
  }
}

/** forgetSeparation takes back that two records are two. */
export async function forgetSeparation(transaction: Transaction<Tables>, one: RecordPlace, other: RecordPlace): Promise<void> {
  for (const [left, right] of [[one, other], [other, one]] as const) {
    await sql`delete from identity_separations where object_id = ${left.object} and external_id = ${left.id} and other_object_id = ${right.object} and other_id = ${right.id}`.execute(transaction);
  }
}
