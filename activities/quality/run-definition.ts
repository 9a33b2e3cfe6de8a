import { qualityOfRepair } from '../../src/contracts/ids.js';
import type { ObjectReference, SyncDefinition } from '../../src/contracts/sync-definition.js';
import { repairSync } from '../../src/domain/quality/repair-sync.js';
import type { Database } from '../../src/store/database.js';
import { activeDefinitions, readDefinition } from '../../src/store/definitions.js';
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

/** ActiveRunDefinition is a definition in force, as runs by it see it. */
export interface ActiveRunDefinition {
  readonly version: number;
  readonly sync: SyncDefinition;
}

/** activeRunDefinition is the definition in force under a name that runs have: a sync, or the repairs of a quality definition; undefined where there is none. */
export async function activeRunDefinition(database: Database, name: string): Promise<ActiveRunDefinition | undefined> {
  const quality = qualityOfRepair(name);
  if (quality === undefined) {
    const found = (await activeDefinitions(database, 'sync')).find((candidate) => candidate.name === name);
    return found === undefined ? undefined : { version: found.version, sync: found.body };
  }
  const found = (await activeDefinitions(database, 'quality')).find((candidate) => candidate.name === quality);
  return found === undefined ? undefined : { version: found.version, sync: repairSync(found.body, name) };
}
