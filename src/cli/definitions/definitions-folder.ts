import { statSync } from 'node:fs';
import path from 'node:path';
import { badInput } from '../command-error.js';

/** FolderChoice is what decides which folder of definitions a command works on. */
export interface FolderChoice {
  /** What the command line names. */
  readonly given: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the sandbox's definitions may be meant where nothing is named; never where a database is named. */
  readonly orSandbox: boolean;
  readonly cwd?: string;
}

const sandboxFolder = path.join('examples', 'sandbox');

/**
 * definitionsFolder chooses the folder of definitions: the one given, then `CROSSWALK_DEFINITIONS`, then `definitions`
 * in the working folder, then the sandbox's. Throws CommandError where there is none, so that nobody applies the
 * sandbox's definitions to a real database by calling from the wrong folder.
 */
export function definitionsFolder({ given, env, orSandbox, cwd = process.cwd() }: FolderChoice): string {
  const named = given ?? env['CROSSWALK_DEFINITIONS'];
  if (named !== undefined && named !== '') {
    if (isFolder(path.resolve(cwd, named))) return named;
    throw badInput('There is no such folder of definitions.', { where: path.resolve(cwd, named), todo: given === undefined ? 'Correct CROSSWALK_DEFINITIONS, or name the folder.' : 'Correct the name of the folder.' });
  }
  const found = ['definitions', ...(orSandbox ? [sandboxFolder] : [])].find((folder) => isFolder(path.join(cwd, folder)));
  if (found !== undefined) return found;
  throw badInput('No folder of definitions is named.', {
    where: cwd,
    todo: 'Name it, as in "crosswalk check examples/sandbox", set CROSSWALK_DEFINITIONS, or call from the folder that holds "definitions".',
  });
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
