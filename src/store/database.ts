import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.js';

/** Database is the one way to PostgreSQL: the query builder, and the pool for the prepared statements of the hot path. */
export interface Database {
  readonly kysely: Kysely<Tables>;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/** DatabaseOptions says where the database is and how many connections may be held. */
export interface DatabaseOptions {
  readonly url: string;
  readonly connections?: number;
  /** Called when an idle connection is lost; the pool replaces it by itself. */
  readonly onConnectionLost?: (error: Error) => void;
}

// bigint columns hold epoch milliseconds and counters, all far below 2^53.
const parseInt8 = (text: string): number => Number(text);

/** openDatabase opens a pool; no connection is made before the first query. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? 16,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'crosswalk',
    types: { getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? parseInt8 : pg.types.getTypeParser(oid, format)) },
  });
  // Without a listener, an idle connection that the server ends would end the process.
  pool.on('error', (error) => options.onConnectionLost?.(error));
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { kysely, pool, close: () => kysely.destroy() };
}

/** execute runs a named prepared statement, so that PostgreSQL plans the large statements of the hot path only once. */
export async function execute<Row extends pg.QueryResultRow>(
  client: pg.Pool | pg.ClientBase,
  statement: { readonly name: string; readonly text: string },
  values: readonly unknown[],
): Promise<Row[]> {
  const result = await client.query<Row>({ name: statement.name, text: statement.text, values: [...values] });
  return result.rows;
}
