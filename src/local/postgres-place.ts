import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, rmdirSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { LocalError, codeOf } from './local-error.js';
import { createOutsideFolder, noteOwner, outsideFolderOf, ownerOf, removeOutsideFolder } from './outside-folder.js';
import { type PostgresUser, canEnter } from './postgres-user.js';
import type { StateFolder } from './state-folder.js';

/** PostgresPlace is where PostgreSQL keeps its data and where its password lies, side by side. */
export interface PostgresPlace {
  readonly folder: string;
  readonly data: string;
  readonly passwordFile: string;
}

/** existingPostgresData gives the data folder of a state folder, whether or not it exists. */
export function existingPostgresData(state: StateFolder): string {
  return path.join(linkTarget(state.postgres) ?? state.postgres, 'data');
}

/**
 * choosePostgresPlace gives the place for a state folder, and creates it: inside where PostgreSQL's user can enter,
 * otherwise outside with a symbolic link inside. Data that has become unreachable is moved outside.
 */
export function choosePostgresPlace(state: StateFolder, user: PostgresUser, onProgress: (message: string) => void): PostgresPlace {
  const target = linkTarget(state.postgres);
  if (target !== undefined) return placeIn(followLink(state, target, user, onProgress));
  const existed = existsSync(state.postgres);
  mkdirSync(state.postgres, { recursive: true, mode: 0o700 });
  giveTo(user, state.postgres);
  if (canEnter(user, state.postgres)) return placeIn(state.postgres);

  if (user.ids === undefined) throw notEnterable(state.postgres);
  onProgress(`keeping the database in ${outsideFolderOf(state.root)}, because its user cannot enter ${state.root}`);
  // Left over from a state folder of the same path that was removed by hand; whoever did that wants to begin anew.
  removeOutsideFolder(state.root);
  const outside = createOutsideFolder(state.root);
  giveTo(user, outside);
  if (existed) moveContent(state.postgres, outside);
  else rmdirSync(state.postgres);
  symlinkSync(outside, state.postgres);
  if (!canEnter(user, outside)) throw notEnterable(outside);
  return placeIn(outside);
}

// The link normally leads to the place of this very folder. It leads to another one after the checkout was moved (then
// the data comes along) or copied (then the copy begins with a database of its own and the original keeps the data).
function followLink(state: StateFolder, target: string, user: PostgresUser, onProgress: (message: string) => void): string {
  if (user.ids === undefined) {
    throw new LocalError('The database of this state folder was made by root, and another user cannot open it.', {
      where: `${state.postgres} -> ${target}`,
      todo: 'Run as root, or empty the folder as root with "npm run reset".',
    });
  }
  const expected = outsideFolderOf(state.root);
  const owner = existsSync(target) ? ownerOf(target) : undefined;
  if (target !== expected && owner !== undefined && linkTarget(path.join(owner, 'postgres')) !== target) {
    onProgress(`taking over the database of ${owner}, which has moved to ${state.root}`);
    renameSync(target, expected);
    noteOwner(expected, state.root);
  } else {
    createOutsideFolder(state.root);
  }
  giveTo(user, expected);
  rmSync(state.postgres);
  symlinkSync(expected, state.postgres);
  return expected;
}

function placeIn(folder: string): PostgresPlace {
  return { folder, data: path.join(folder, 'data'), passwordFile: path.join(folder, 'password') };
}

function giveTo(user: PostgresUser, folder: string): void {
  if (user.ids !== undefined) chownSync(folder, user.ids.uid, user.ids.gid);
  else if (statSync(folder).uid !== process.getuid?.()) throw notEnterable(folder);
}

// By cp, which keeps owners; a rename would fail across file systems.
function moveContent(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', `${from}/.`, to], { encoding: 'utf8' });
  if (status !== 0) {
    rmSync(path.join(to, 'data'), { recursive: true, force: true });
    throw new LocalError(`The database could not be moved: ${stderr.trim()}`, {
      where: `${from} to ${to}`,
      todo: 'Make room there, or put the checkout in a folder that other users can enter.',
    });
  }
  rmSync(from, { recursive: true, force: true });
}

function linkTarget(file: string): string | undefined {
  try {
    return lstatSync(file).isSymbolicLink() ? readlinkSync(file) : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function notEnterable(folder: string): LocalError {
  return new LocalError('The folder of the database cannot be entered by the user PostgreSQL runs as.', {
    where: folder,
    todo: 'Run as the user who created it, set CROSSWALK_HOME to another folder, or set DATABASE_URL to a PostgreSQL that runs already.',
  });
}
