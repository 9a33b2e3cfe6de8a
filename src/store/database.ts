import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { repeatAfterDeadlock } from './repeat-after-deadlock.js';
import type { Tables } from './tables.js';

/** Database is the one way to PostgreSQL. */
export interface Database {
  readonly kysely: Kysely<Tables>;
  /** Connections of the query builder, and of statements that are planned anew each time. */
  readonly pool: pg.Pool;
  /** Connections of the prepared statements of the hot path, see `execute`. */
  readonly prepared: pg.Pool;
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

// Statements of the hot path look a page of rows up by their keys. Their plans are made once, often while the tables are
// still empty; without this the plan that suits an empty table, reading all of it, would be kept as the tables grow.
const BY_INDEX = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/** openDatabase opens the pools; no connection is made before the first query. */
export function openDatabase({ url, connections = 16, onConnectionLost }: DatabaseOptions): Database {
  const common: pg.PoolConfig = {
    connectionString: url,
    max: Math.max(1, Math.floor(connections / 2)),
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'crosswalk',
    types: { getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? parseInt8 : pg.types.getTypeParser(oid, format)) },
  };
  const pool = new pg.Pool(common);
  const prepared = new pg.Pool({ ...common, ...byIndex(url) });
  for (const each of [pool, prepared]) {
    // Without a listener, an idle connection that the server ends would end the process.
    each.on('error', (error) => onConnectionLost?.(error));
    // So would one that is lost while it is at work; there the query that fails tells whoever waits for it.
    each.on('connect', (client) => { client.on('error', () => undefined); });
  }
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    kysely,
    pool,
    prepared,
    close: async () => {
      await prepared.end();
      await kysely.destroy();
      // The query builder ends its pool only where it has been used.
      if (!pool.ended) await pool.end();
    },
  };
}

// Options within the URL would take the place of those beside it.
function byIndex(url: string): Pick<pg.PoolConfig, 'connectionString' | 'options'> {
  if (!url.includes('options=')) return { options: BY_INDEX };
  const target = new URL(url);
  target.searchParams.set('options', `${target.searchParams.get('options') ?? ''} ${BY_INDEX}`.trim());
  return { connectionString: target.href };
}

/** execute runs a statement of the hot path: it is planned once for each connection, and finds its rows by index. */
export async function execute<Row extends pg.QueryResultRow>(
  database: Database,
  statement: { readonly name: string; readonly text: string },
  values: readonly unknown[],
): Promise<Row[]> {
  const result = await repeatAfterDeadlock(() => database.prepared.query<Row>({ name: statement.name, text: statement.text, values: [...values] }));
  return result.rows;
}
