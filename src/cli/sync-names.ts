import { didYouMean } from '../config/suggestion.js';
import type { Database } from '../store/database.js';
import { activeDefinitions, type StoredDefinition } from '../store/definitions.js';
import { badInput } from './command-error.js';

/** sentenceEnd ends a sentence with what didYouMean suggests: a question mark is an end already. */
export function sentenceEnd(suggested: string): string {
  return suggested.endsWith('?') ? suggested : `${suggested}.`;
}

/** activeSync is a sync in force by its name; throws CommandError with the nearest name where there is none. */
export async function activeSync(database: Database, name: string): Promise<StoredDefinition<'sync'>> {
  const syncs = await activeDefinitions(database, 'sync');
  const found = syncs.find((sync) => sync.name === name);
  if (found !== undefined) return found;
  if (syncs.length === 0) throw badInput(`There is no sync "${name}": no definitions are applied yet.`, { todo: 'Run "crosswalk apply" first.' });
  throw badInput(`There is no sync "${name}" in force${sentenceEnd(didYouMean(name, syncs.map((sync) => sync.name)))}`, { todo: 'See "crosswalk status" for those there are.' });
}
