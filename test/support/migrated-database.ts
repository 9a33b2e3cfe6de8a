import { inject } from 'vitest';
import { openDatabase, type Database, type DatabaseOptions } from '../../src/store/database.js';
import { createMigratedDatabase } from './migrated-template.js';

/** MigratedDatabase is a database of one test file, with the schema of this release and no rows. */
export interface MigratedDatabase {
  readonly database: Database;
  readonly url: string;
  /** drop closes the connections and removes the database. */
  drop(): Promise<void>;
}

/** openMigratedDatabase makes a database from a template that is migrated once for all test files. */
export async function openMigratedDatabase(options: Omit<DatabaseOptions, 'url'> = {}): Promise<MigratedDatabase> {
  const { url, drop } = await createMigratedDatabase(inject('crosswalkServers').databaseUrl);
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
