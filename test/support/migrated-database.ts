import { createHash } from 'node:crypto';
import { inject } from 'vitest';
import { openDatabase, type Database, type DatabaseOptions } from '../../src/store/database.js';
import { migrate } from '../../src/store/migrate.js';
import { migrations } from '../../src/store/migrations/all.js';
import { createTestDatabase, ensureTemplateDatabase } from './servers.js';

/** MigratedDatabase is a database of one test file, with the schema of this release and no rows. */
export interface MigratedDatabase {
  readonly database: Database;
  readonly url: string;
  /** drop closes the connections and removes the database. */
  drop(): Promise<void>;
}

/** openMigratedDatabase makes a database from a template that is migrated once for all test files. */
export async function openMigratedDatabase(options: Omit<DatabaseOptions, 'url'> = {}): Promise<MigratedDatabase> {
  const { databaseUrl } = inject('crosswalkServers');
  const key = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 16);
  const template = await ensureTemplateDatabase(databaseUrl, key, async (url) => {
    const database = openDatabase({ url, connections: 2 });
    await migrate(database);
    await database.close();
  });
  const { url, drop } = await createTestDatabase(databaseUrl, template);
  const database = openDatabase({ url, connections: 8, ...options });
  return {
    database,
    url,
    drop: async () => {
      await database.close();
      await drop();
    },
  };
}
