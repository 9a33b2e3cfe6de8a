import { didYouMean } from '../../config/suggestion.js';
import type { ObjectReference } from '../../contracts/sync-definition.js';
import type { Database } from '../../store/database.js';
import { knownObjects } from '../../store/record-history.js';
import { badInput } from '../command-error.js';
import { sentenceEnd } from '../sync-names.js';

/** unknownRecord is the failure of a record that nothing is known of; it tells a mistyped object from a mistyped id. */
export async function unknownRecord(database: Database, { system, object }: ObjectReference, id: string): Promise<Error> {
  const name = `${system}.${object}`;
  const known = await knownObjects(database);
  if (!known.includes(name)) return badInput(`No sync has ever read or written "${name}"${sentenceEnd(didYouMean(name, known))}`, { todo: 'See "crosswalk status" for the objects that are synced.' });
  return badInput(`Nothing is known of ${name} "${id.slice(0, 200)}".`, {
    todo: 'Check the id: it is the one that the system gives the record. A record out of the scope of every sync leaves no trace.',
  });
}
