import { loadFolder } from '../../config/load.js';
import type { DefinitionSource } from '../../config/definition-source.js';
import { didYouMean } from '../../config/suggestion.js';
import { badInput } from '../command-error.js';
import { definitionsFolder } from '../definitions/definitions-folder.js';
import { emptyFolder } from '../definitions/unusable-folder.js';
import { sentenceEnd } from '../sync-names.js';

/** FolderOption names the folder of definitions. */
export interface FolderOption {
  readonly definitions?: string;
}

/** readSources reads the folder of definitions; throws CommandError where there is nothing in it. */
export async function readSources({ definitions }: FolderOption): Promise<readonly DefinitionSource[]> {
  const folder = definitionsFolder({ given: definitions, env: process.env, orSandbox: true });
  const { sources } = await loadFolder(folder);
  if (sources.length === 0) throw emptyFolder(folder);
  return sources;
}

/** sourceOfSync finds a sync among definitions; throws CommandError with the nearest name where there is none. */
export function sourceOfSync(sources: readonly DefinitionSource[], name: string): DefinitionSource {
  const syncs = sources.filter(({ kind }) => kind === 'sync');
  const found = syncs.find((source) => source.name === name);
  if (found !== undefined) return found;
  throw badInput(`There is no sync "${name.slice(0, 80)}" in the folder of definitions${sentenceEnd(didYouMean(name, syncs.flatMap((source) => source.name ?? [])))}`, {
    todo: 'Correct the name, or name the folder with --definitions.',
  });
}
