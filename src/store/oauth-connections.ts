import type pg from 'pg';
import type { Database } from './database.js';

/** ConnectionState is where a connected account stands. */
export type ConnectionState = 'connected' | 'reconnect-needed' | 'client-refused';

/** StoredConnection is a connected account; its tokens are sealed. */
export interface StoredConnection {
  readonly system: string;
  readonly state: ConnectionState;
  readonly generation: number;
  readonly sealed: string | null;
  readonly scope: string | null;
  /** How long the access token can still be used, and how long it could at first; milliseconds by the database's clock. Null where it is good until somebody revokes it, and where there is none. */
  readonly expiresInMs: number | null;
  readonly lifetimeMs: number | null;
  readonly refreshExpiresAt: Date | null;
  readonly reason: string | null;
  readonly since: Date;
  /** For how long the token endpoint is to be left alone, milliseconds; 0: it may be asked. */
  readonly refreshInMs: number;
  readonly failures: number;
  readonly connectedAt: Date | null;
  readonly connectedBy: string | null;
}

type Queryable = Pick<pg.ClientBase, 'query'> | pg.Pool;

const columns = `system, state, generation, sealed, scope, reason, since, failures, refresh_expires_at as "refreshExpiresAt",
  connected_at as "connectedAt", connected_by as "connectedBy",
  (extract(epoch from expires_at - clock_timestamp()) * 1000)::double precision as "expiresInMs",
  (extract(epoch from expires_at - issued_at) * 1000)::double precision as "lifetimeMs",
  greatest(0, coalesce(extract(epoch from refresh_after - clock_timestamp()) * 1000, 0))::double precision as "refreshInMs"`;

/** findConnection is the connected account of a system; undefined where none was ever asked for. */
export async function findConnection(database: Pick<Database, 'pool'>, system: string): Promise<StoredConnection | undefined> {
  const { rows } = await database.pool.query<StoredConnection>(`select ${columns} from oauth_connections where system = $1`, [system]);
  return rows[0];
}

/** connections are all connected accounts, by system. */
export async function connections(database: Database): Promise<StoredConnection[]> {
  return (await database.pool.query<StoredConnection>(`select ${columns} from oauth_connections order by system`)).rows;
}

/** lockConnection is findConnection with the row locked until the end of the transaction. */
export async function lockConnection(client: Queryable, system: string): Promise<StoredConnection | undefined> {
  const { rows } = await client.query<StoredConnection>(`select ${columns} from oauth_connections where system = $1 for update`, [system]);
  return rows[0];
}

/** NewTokens is a sealed pair of tokens; times in milliseconds from when they were asked for. */
export interface NewTokens {
  readonly sealed: string;
  readonly scope: string | null;
  /** Null where the access token is good until somebody revokes it. */
  readonly lifetimeMs: number | null;
  /** Null where the system says nothing of it. */
  readonly refreshLifetimeMs: number | null;
}

/** storeRotated puts a new pair of tokens in the place of the one of `generation`; false where that has been replaced already. */
export async function storeRotated(client: Queryable, system: string, generation: number, { sealed, scope, lifetimeMs, refreshLifetimeMs }: NewTokens): Promise<boolean> {
  const { rowCount } = await client.query(
    `update oauth_connections set state = 'connected', generation = generation + 1, sealed = $3, scope = coalesce($4, scope), issued_at = clock_timestamp(),
       expires_at = clock_timestamp() + make_interval(secs => $5), refresh_expires_at = coalesce(clock_timestamp() + make_interval(secs => $6), refresh_expires_at),
       reason = null, since = case when state = 'connected' then since else now() end, refresh_after = null, failures = 0
     where system = $1 and generation = $2`,
    [system, generation, sealed, scope, inSeconds(lifetimeMs), inSeconds(refreshLifetimeMs)],
  );
  return rowCount === 1;
}

/** storeConnected stores the tokens of an account that a person has just authorized, whatever was there before; gives their generation. */
export async function storeConnected(client: Queryable, system: string, by: string, { sealed, scope, lifetimeMs, refreshLifetimeMs }: NewTokens): Promise<number> {
  const { rows } = await client.query<{ generation: number }>(
    `insert into oauth_connections as c (system, state, generation, sealed, scope, issued_at, expires_at, refresh_expires_at, connected_at, connected_by)
     values ($1, 'connected', 1, $2, $3, clock_timestamp(), clock_timestamp() + make_interval(secs => $4), clock_timestamp() + make_interval(secs => $5), now(), $6)
     on conflict (system) do update set state = 'connected', generation = c.generation + 1, sealed = excluded.sealed, scope = excluded.scope, issued_at = excluded.issued_at,
       expires_at = excluded.expires_at, refresh_expires_at = excluded.refresh_expires_at, reason = null, since = now(), refresh_after = null, failures = 0,
       connected_at = now(), connected_by = excluded.connected_by
     returning generation`,
    [system, sealed, scope, inSeconds(lifetimeMs), inSeconds(refreshLifetimeMs), by],
  );
  return rows[0]?.generation ?? 0;
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

/** noteUnusable says that a person has to mend a connection whose tokens are of `generation`; false where they have been replaced since. */
export async function noteUnusable(client: Queryable, system: string, generation: number, state: Exclude<ConnectionState, 'connected'>, reason: string, leaveAloneMs: number): Promise<boolean> {
  const { rows } = await client.query<{ generation: number }>(
    `insert into oauth_connections as c (system, state, generation, reason, refresh_after) values ($1, $3, $2, $4, clock_timestamp() + make_interval(secs => $5))
     on conflict (system) do update set state = excluded.state, reason = excluded.reason, refresh_after = excluded.refresh_after,
       since = case when c.state = excluded.state then c.since else now() end
     where c.generation = $2 returning generation`,
    [system, generation, state, reason, leaveAloneMs / 1000],
  );
  return rows.length === 1;
}

/** noteFailedRefresh says that the token endpoint did not answer as it should, and for how long it is to be left alone. */
export async function noteFailedRefresh(client: Queryable, system: string, leaveAloneMs: number): Promise<void> {
  await client.query('update oauth_connections set failures = failures + 1, refresh_after = clock_timestamp() + make_interval(secs => $2) where system = $1', [system, leaveAloneMs / 1000]);
}

/** replaceSealed puts tokens that were sealed anew in the place of the same ones; false where they have been replaced meanwhile. */
export async function replaceSealed(client: Queryable, system: string, from: string, to: string): Promise<boolean> {
  const { rowCount } = await client.query('update oauth_connections set sealed = $3 where system = $1 and sealed = $2', [system, from, to]);
  return rowCount === 1;
}
