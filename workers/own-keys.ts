import { publishedKeysIn } from '../src/config/published-test-keys.js';
import type { Database } from '../src/store/database.js';
import { activeDefinitions } from '../src/store/definitions.js';
import { SettingsError } from './worker-settings.js';

/** assertOwnKeys throws SettingsError where a secret of a definition in force is a test key that anybody can look up; one that is applied later is refused where it is used. */
export async function assertOwnKeys(database: Database, resolve: (text: string) => string): Promise<void> {
  const definitions = await Promise.all((['system', 'channel'] as const).map((kind) => activeDefinitions(database, kind)));
  const published = publishedKeysIn(definitions.flat().map(({ body }) => body), resolve);
  if (published.length > 0) throw new SettingsError(published.join('\n'));
}
