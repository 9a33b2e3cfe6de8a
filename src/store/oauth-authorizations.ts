import type { Database } from './database.js';

/** StoredAuthorization is an authorization that was begun and not yet answered. */
export interface StoredAuthorization {
  readonly stateHash: string;
  readonly system: string;
  readonly sealed: string;
  readonly redirectUri: string;
  readonly returnTo: string | null;
  readonly begunBy: string;
}

const columns = 'state_hash as "stateHash", system, sealed, redirect_uri as "redirectUri", return_to as "returnTo", begun_by as "begunBy"';

/** storeAuthorization keeps what was begun for `forMs` milliseconds, and forgets what is over. */
export async function storeAuthorization(database: Database, authorization: StoredAuthorization & { readonly ticketHash: string | null }, forMs: number): Promise<void> {
  await database.pool.query('delete from oauth_authorizations where expires_at < now()');
  const { stateHash, system, ticketHash, sealed, redirectUri, returnTo, begunBy } = authorization;
  await database.pool.query(
    `insert into oauth_authorizations (state_hash, system, ticket_hash, sealed, redirect_uri, return_to, begun_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8))`,
    [stateHash, system, ticketHash, sealed, redirectUri, returnTo, begunBy, forMs / 1000],
  );
}

/** takeTicket gives what a link begins, once, and binds it to the browser's session; undefined where the link is unknown, used or over. */
export async function takeTicket(database: Database, ticketHash: string, sessionHash: string): Promise<StoredAuthorization | undefined> {
  const { rows } = await database.pool.query<StoredAuthorization>(
    `update oauth_authorizations set ticket_hash = null, session_hash = $2 where ticket_hash = $1 and expires_at > now() returning ${columns}`, [ticketHash, sessionHash]);
  return rows[0];
}

/** takeState gives the authorization that a callback answers, once, to the session that began it; undefined otherwise. A foreign session uses it up too. */
export async function takeState(database: Database, stateHash: string, sessionHash: string | null): Promise<StoredAuthorization | undefined> {
  const { rows } = await database.pool.query<StoredAuthorization & { readonly sessionHash: string | null; readonly inTime: boolean }>(
    `delete from oauth_authorizations where state_hash = $1 returning ${columns}, session_hash as "sessionHash", expires_at > now() as "inTime"`, [stateHash]);
  const [found] = rows;
  return found === undefined || !found.inTime || found.sessionHash === null || found.sessionHash !== sessionHash ? undefined : found;
}
