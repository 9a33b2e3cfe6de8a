import type { Database } from './database.js';
import { migrations } from './migrations/all.js';

/** NewerDatabaseError is thrown when the database has migrations that this release does not know. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';
  constructor(readonly unknown: readonly string[]) {
    super(
      `The database was migrated by a newer release of Crosswalk: it holds ${unknown.map((name) => `"${name}"`).join(', ')}, ` +
        `and this release ends at "${migrations.at(-1)?.name ?? 'nothing'}". Nothing was changed. Start the newer release, or restore a backup made before the upgrade.`,
    );
  }
}

// Any number, as long as it is the same in every release: the lock that lets one starter migrate and the others wait.
const MIGRATION_LOCK = 0x43524f53;

/**
 * migrate brings the schema up to this release and returns the names of the migrations it applied. Starters that come
 * at the same time wait for each other. Throws NewerDatabaseError when the database is ahead of this release.
 */
export async function migrate(database: Database): Promise<string[]> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query('create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())');
    const { rows } = await client.query<{ name: string }>('select name from schema_migrations order by name');
    const pending = pendingMigrations(rows.map((row) => row.name));
    for (const migration of pending) {
      await client.query(migration.sql);
      await client.query('insert into schema_migrations (name) values ($1)', [migration.name]);
    }
    await client.query('commit');
    return pending.map((migration) => migration.name);
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** assertMigrated throws when the schema is behind or ahead of this release. */
export async function assertMigrated(database: Database): Promise<void> {
  const { rows: found } = await database.pool.query<{ present: boolean }>(`select to_regclass('schema_migrations') is not null as present`);
  const names = found[0]?.present === true ? (await database.pool.query<{ name: string }>('select name from schema_migrations')).rows.map((row) => row.name) : [];
  const pending = pendingMigrations(names);
  if (pending.length > 0) throw new Error(`The database lacks the migrations ${pending.map((m) => m.name).join(', ')}. Run "crosswalk migrate" first.`);
}

function pendingMigrations(applied: readonly string[]): typeof migrations {
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
  return migrations.filter((migration) => !applied.includes(migration.name));
}
