import { didYouMean } from '../../config/suggestion.js';
import type { Database } from '../../store/database.js';
import { activeDefinitions, type StoredDefinition } from '../../store/definitions.js';
import { badInput } from '../command-error.js';
import { sentenceEnd } from '../sync-names.js';

/** activeQuality is a quality definition in force by its name; throws CommandError with the nearest name where there is none. */
export async function activeQuality(database: Database, name: string): Promise<StoredDefinition<'quality'>> {
  const definitions = await activeDefinitions(database, 'quality');
  const found = definitions.find((definition) => definition.name === name);
  if (found !== undefined) return found;
  if (definitions.length === 0) throw badInput(`There is no quality definition "${name}": none is applied.`, { todo: 'Write one, see docs/data-quality.md, and run "crosswalk apply".' });
  throw badInput(`There is no quality definition "${name}" in force${sentenceEnd(didYouMean(name, definitions.map((definition) => definition.name)))}`, { todo: 'See "crosswalk quality show" for those there are.' });
}
