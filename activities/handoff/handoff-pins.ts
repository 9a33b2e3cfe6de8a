import { handoffSyncName } from '../../src/contracts/ids.js';
import type { StoredDefinition } from '../../src/store/definitions.js';
import { syncNumber } from '../../src/store/names.js';
import { pinnedDefinition, versionsForHandoff, type DefinitionVersion } from '../../src/store/pinned-definitions.js';
import { definitionUnusable } from '../failure.js';
import type { HandoffDependencies } from './dependencies.js';

/** HandoffPins is what a handoff that begins now is pinned to. */
export interface HandoffPins {
  readonly definition: StoredDefinition<'handoff'>;
  readonly systems: readonly DefinitionVersion[];
  readonly syncNumber: number;
}

/** pinsOf are the definitions in force for a handoff; throws where there is none of its name. */
export async function pinsOf({ database }: Pick<HandoffDependencies, 'database'>, handoff: string): Promise<HandoffPins> {
  const name = handoffSyncName(handoff);
  const { own, systems, number } = await versionsForHandoff(database, handoff, name);
  const definition = own === undefined ? undefined : await pinnedDefinition(database, 'handoff', own);
  if (definition === undefined) throw definitionUnusable(`There is no handoff "${handoff}" in force. Apply it with "crosswalk apply".`);
  return { definition, systems, syncNumber: number ?? (await syncNumber(database, name)) };
}
