import { didYouMean } from '../../config/suggestion.js';
import type { HandoffDefinition } from '../../contracts/handoff-definition.js';
import type { SyncDefinition } from '../../contracts/sync-definition.js';
import type { SystemDefinition } from '../../contracts/system-definition.js';
import { activeDefinitions } from '../../store/definitions.js';
import { badInput } from '../command-error.js';
import { definitionsFolder } from '../definitions/definitions-folder.js';
import type { CommandContext } from '../run-command.js';
import { sentenceEnd } from '../sync-names.js';

/** DefinitionsToTest is what a test works with: versions in force, or a folder whose definitions were never applied. */
export interface DefinitionsToTest<Definition> {
  readonly definition: Definition;
  /** `version 3`, or the folder. */
  readonly origin: string;
  /** system gives a system and its version, 0 for one of a folder; throws CommandError where there is none. */
  readonly system: (name: string) => { readonly definition: SystemDefinition; readonly version: number };
}

/** Bodies is the definitions that can be tested, by their kind. */
interface Bodies {
  readonly handoff: HandoffDefinition;
  readonly sync: SyncDefinition;
}

/** definitionToTest finds a definition and the systems, in a folder where one is named, otherwise among those in force; throws CommandError. */
export async function definitionToTest<Kind extends keyof Bodies>({ session }: Pick<CommandContext, 'session'>, kind: Kind, name: string, folder: string | undefined): Promise<DefinitionsToTest<Bodies[Kind]>> {
  if (folder !== undefined) return fromFolder(definitionsFolder({ given: folder, env: process.env, orSandbox: false }), session.environment(), kind, name);
  const database = await session.database();
  const [named, systems] = await Promise.all([activeDefinitions(database, kind), activeDefinitions(database, 'system')]);
  const found = named.find((definition) => definition.name === name);
  if (found === undefined) throw unknownName(kind, name, named.map((definition) => definition.name), 'in force', 'Apply it with "crosswalk apply", or test the file with --definitions FOLDER.');
  return {
    definition: found.body, origin: `version ${found.version}`,
    system: (wanted) => {
      const system = systems.find((each) => each.name === wanted);
      if (system === undefined) throw badInput(`There is no system "${wanted}" in force.`, { todo: 'Apply it with "crosswalk apply".' });
      return { definition: system.body, version: system.version };
    },
  };
}

async function fromFolder<Kind extends keyof Bodies>(folder: string, env: NodeJS.ProcessEnv, kind: Kind, name: string): Promise<DefinitionsToTest<Bodies[Kind]>> {
  const { loadDefinitions } = await import('../../config/definition-set.js');
  const set = await loadDefinitions(folder, { env });
  const known: ReadonlyMap<string, HandoffDefinition | SyncDefinition> = kind === 'handoff' ? set.handoffs : set.syncs;
  const found = known.get(name);
  if (found === undefined) throw unknownName(kind, name, [...known.keys()], `without errors in ${folder}`, `Run "crosswalk check ${folder}".`);
  return {
    definition: found as Bodies[Kind], origin: folder,
    system: (wanted) => {
      const system = set.systems.get(wanted);
      if (system === undefined) throw badInput(`There is no system "${wanted}" without errors in ${folder}.`, { todo: `Run "crosswalk check ${folder}".` });
      return { definition: system, version: 0 };
    },
  };
}

function unknownName(kind: string, name: string, known: readonly string[], where: string, todo: string): Error {
  return badInput(`There is no ${kind} "${name.slice(0, 100)}" ${where}${sentenceEnd(didYouMean(name, known))}`, { todo });
}
