import type { Database } from './database.js';

/** NewDelegation lets one person answer in another's place until a time. */
export interface NewDelegation {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly until: Date;
  readonly reason: string | null;
}

/** Delegation is one that is in force. */
export interface Delegation extends NewDelegation {
  readonly madeAt: Date;
}

/** storeDelegation puts a delegation in force at once; it is never passed on by who has it. */
export async function storeDelegation(database: Database, { id, from, to, until, reason }: NewDelegation): Promise<void> {
  await database.pool.query('insert into approval_delegations (id, from_person, to_person, until, reason) values ($1, $2, $3, $4, $5)', [id, from, to, until, reason]);
}

/** delegationsInForce are those that hold at this moment by the database's clock, oldest first; `limit` keeps a list short. */
export async function delegationsInForce(database: Database, limit = 10_000): Promise<Delegation[]> {
  const { rows } = await database.pool.query<Delegation>(
    `select id, from_person as "from", to_person as "to", until, reason, made_at as "madeAt" from approval_delegations
     where ended_at is null and until > now() order by made_at, id limit $1`, [limit],
  );
  return rows;
}

/** endDelegation ends a delegation before its time; false where none of this id is in force. */
export async function endDelegation(database: Database, id: string): Promise<boolean> {
  const { rowCount } = await database.pool.query('update approval_delegations set ended_at = now() where id::text = $1 and ended_at is null and until > now()', [id.toLowerCase()]);
  return rowCount === 1;
}
