import { qualityOfRepair } from '../../src/contracts/ids.js';
import type { ObjectReference, SyncDefinition } from '../../src/contracts/sync-definition.js';
import { repairSync } from '../../src/domain/quality/repair-sync.js';
import type { Database } from '../../src/store/database.js';
import { readDefinition } from '../../src/store/definitions.js';
import type { Run } from '../../src/store/runs.js';

/** RunDefinition is the sync that a run works by, and the object that its writes are said to come from. */
export interface RunDefinition {
  readonly sync: SyncDefinition;
  readonly origin: ObjectReference;
}

/** runDefinition is the definition that a run is pinned to, that of a sync or the repairs of a quality definition; undefined where it is not there. */
export async function runDefinition(database: Database, { sync: name, definitionVersion }: Pick<Run, 'sync' | 'definitionVersion'>): Promise<RunDefinition | undefined> {
  const quality = qualityOfRepair(name);
  if (quality === undefined) {
    const sync = (await readDefinition(database, 'sync', name, definitionVersion))?.body;
    return sync === undefined ? undefined : { sync, origin: sync.from };
  }
  const definition = (await readDefinition(database, 'quality', quality, definitionVersion))?.body;
  // The record that is mended cannot be its own source: the ledger links what a write came from and what it went to.
  return definition === undefined ? undefined : { sync: repairSync(definition, name), origin: { system: name, object: definition.object.object } };
}
