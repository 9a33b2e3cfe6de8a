import type { ObjectReference } from '../../src/contracts/sync-definition.js';
import type { Database } from '../../src/store/database.js';
import { pinnedDefinition, type DefinitionVersion } from '../../src/store/pinned-definitions.js';
import { definitionUnusable } from '../failure.js';
import type { Side } from '../sync/run-context.js';
import type { HandoffDependencies } from './dependencies.js';

/** PinnedSystems is a handoff and the versions of the systems that it is pinned to. */
export interface PinnedSystems {
  readonly handoff: string;
  readonly systems: readonly DefinitionVersion[];
}

/** openPinnedSide opens an object by the version of its system that a handoff is pinned to; throws where it is not applied. */
export async function openPinnedSide(database: Database, connectors: HandoffDependencies['connectors'], { system: name, object: objectName }: ObjectReference, { handoff, systems }: PinnedSystems): Promise<Side> {
  const version = systems.find((candidate) => candidate.name === name);
  const stored = version === undefined ? undefined : await pinnedDefinition(database, 'system', version);
  if (stored === undefined) throw definitionUnusable(`System "${name}", which handoff "${handoff}" names, is not applied. Run "crosswalk apply".`);
  const object = stored.body.objects[objectName];
  if (object === undefined) throw definitionUnusable(`System "${name}" has no object "${objectName}", which handoff "${handoff}" names.`);
  return { system: stored.body, object, objectName, connector: connectors.open(stored.body, stored.version) };
}
