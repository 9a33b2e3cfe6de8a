import { createHash } from 'node:crypto';
import { openDatabase } from '../../src/store/database.js';
import { migrate } from '../../src/store/migrate.js';
import { migrations } from '../../src/store/migrations/all.js';
import { createTestDatabase, ensureTemplateDatabase, type TestDatabase } from './servers.js';

/** createMigratedDatabase makes a database with the schema of this release, a copy of a template that is migrated once for all who ask. */
export async function createMigratedDatabase(databaseUrl: string): Promise<TestDatabase> {
  const key = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 16);
  const template = await ensureTemplateDatabase(databaseUrl, key, async (url) => {
    const database = openDatabase({ url, connections: 2 });
    await migrate(database);
    await database.close();
  });
  return createTestDatabase(databaseUrl, template);
}
