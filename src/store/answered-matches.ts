import { isTwoWay } from '../contracts/sync-definition.js';
import type { Database } from './database.js';
import { activeDefinitions } from './definitions.js';

/** selectAnswered makes the source record of an answered question a run's selection; nothing where the question waits, or is another sync's. Repeating it changes nothing. */
export async function selectAnswered(database: Database, { runId, syncNumber }: { readonly runId: string; readonly syncNumber: number }, reviewId: string): Promise<void> {
  await database.pool.query(
    `insert into selections (run_id, position, source_id)
     select $1, 1, source_id from identity_reviews where id = $3 and sync_id = $2 and state in ('accepted', 'rejected') on conflict do nothing`,
    [runId, syncNumber, reviewId],
  );
}

/** whyNotAtOnce says, as a sentence, why an answer about a record of a sync cannot be carried out at once; null where it can. */
export async function whyNotAtOnce(database: Database, name: string): Promise<string | null> {
  const sync = (await activeDefinitions(database, 'sync')).find((candidate) => candidate.name === name)?.body;
  if (sync === undefined) return `The sync "${name}" is not in force.`;
  if (sync.rollout.mode === 'shadow') return `The sync "${name}" is in shadow mode and writes nothing.`;
  if (isTwoWay(sync)) return `The sync "${name}" is two-way, and its runs read both sides.`;
  const source = (await activeDefinitions(database, 'system')).find((candidate) => candidate.name === sync.from.system)?.body.objects[sync.from.object];
  // A run of one record has to read it as it is now.
  if (source?.get === undefined) return `${sync.from.system}.${sync.from.object} declares no "get", so a single record of it cannot be read.`;
  return null;
}
