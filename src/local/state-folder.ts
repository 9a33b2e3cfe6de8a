import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FileLock, type LockHolder, lockHolder, tryLock } from './file-lock.js';
import { parseObject } from './json-object.js';
import { LocalError, codeOf } from './local-error.js';
import { outsideFolderOf, removeOutsideFolder } from './outside-folder.js';
import { findServers, stopProcess } from './process-table.js';

const MARKER = 'crosswalk-state';
const MARKER_TEXT = 'This folder belongs to Crosswalk: it holds the data of a local instance. "npm run reset" empties it.\n';

/** StateFolder is the one folder in which a local instance keeps everything; all paths are absolute. */
export interface StateFolder {
  readonly root: string;
  readonly logs: string;
  readonly temporal: string;
  /** Password and data of PostgreSQL, or a symbolic link to them where its user cannot enter this folder. */
  readonly postgres: string;
  /** What the running instance says about itself, see LocalInstance. */
  readonly instanceFile: string;
  readonly lockFile: string;
}

/** ClaimedStateFolder is a state folder that this process alone may start servers in. */
export interface ClaimedStateFolder extends StateFolder {
  /** release gives the folder up and removes what it says about a running instance; call it after the servers ended. */
  release(): void;
}

/** stateFolderPath gives the state folder: `CROSSWALK_HOME` if set, otherwise `.crosswalk` in the checkout. */
export function stateFolderPath(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env['CROSSWALK_HOME'];
  return chosen === undefined || chosen === '' ? path.join(checkoutRoot(), '.crosswalk') : path.resolve(chosen);
}

/**
 * openStateFolder creates the state folder where it is missing and gives its paths. It throws a LocalError for a
 * folder that holds something else, so that no other folder is ever filled or emptied by mistake.
 */
export function openStateFolder(folder: string = stateFolderPath()): StateFolder {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const root = realpathSync(folder);
    const marker = path.join(root, MARKER);
    if (!existsSync(marker)) {
      if (readdirSync(root).length > 0) throw notOurs(root);
      writeFileSync(marker, MARKER_TEXT, { mode: 0o600 });
    }
    // PostgreSQL refuses to run as root; the user it runs as must pass through, and can see nothing else on the way.
    if (process.getuid?.() === 0) chmodSync(root, 0o711);
    const paths = pathsOf(root);
    for (const part of [paths.logs, paths.temporal]) mkdirSync(part, { recursive: true, mode: 0o700 });
    return paths;
  } catch (error) {
    throw explained(error, folder);
  }
}

/** claimStateFolder takes the folder's lock. It throws a LocalError while another process holds it. */
export function claimStateFolder(folder: StateFolder): ClaimedStateFolder {
  const lock = takeLock(folder);
  return {
    ...folder,
    release: () => {
      rmSync(folder.instanceFile, { force: true });
      lock.release();
    },
  };
}

function takeLock(folder: StateFolder): FileLock {
  try {
    const attempt = tryLock(folder.lockFile);
    if ('lock' in attempt) return attempt.lock;
    throw inUse(folder.root, attempt.holder);
  } catch (error) {
    throw explained(error, folder.root);
  }
}

/** runningProcess gives the process that has claimed the folder, if it lives. */
export function runningProcess(folder: StateFolder): LockHolder | undefined {
  return lockHolder(folder.lockFile);
}

/** knownStateFolder gives the paths of an existing state folder without creating anything. */
export function knownStateFolder(folder: string = stateFolderPath()): StateFolder | undefined {
  return existsSync(path.join(folder, MARKER)) ? pathsOf(realpathSync(folder)) : undefined;
}

/**
 * emptyStateFolder removes everything a local instance has kept, inside the folder and outside, and leaves the empty
 * folder. It throws a LocalError while an instance runs, and for a folder that is not a state folder. Servers that
 * were left behind by a killed instance are stopped first. It gives false where there was nothing to empty.
 */
export async function emptyStateFolder(folder: string, onProgress: (message: string) => void = () => undefined): Promise<boolean> {
  if (!existsSync(folder)) return false;
  if (!lstatSync(folder).isDirectory() || !existsSync(path.join(folder, MARKER))) throw notOurs(folder);
  const claimed = claimStateFolder(pathsOf(realpathSync(folder)));
  try {
    await stopLeftServers(claimed, onProgress);
    removeOutsideFolder(claimed.root);
    const kept = new Set([MARKER, path.basename(claimed.lockFile)]);
    for (const name of readdirSync(claimed.root)) {
      if (!kept.has(name)) rmSync(path.join(claimed.root, name), { recursive: true, force: true });
    }
    return true;
  } catch (error) {
    throw explained(error, folder);
  } finally {
    claimed.release();
  }
}

async function stopLeftServers(folder: StateFolder, onProgress: (message: string) => void): Promise<void> {
  const dataFolders = [folder.postgres, outsideFolderOf(folder.root)].map((place) => path.join(place, 'data'));
  const postgres = dataFolders.flatMap((data) => findServers(['-D', data], 'postgres'));
  const temporal = findServers(['--db-filename', path.join(folder.temporal, 'temporal.db')]);
  for (const pid of [...temporal, ...postgres]) {
    onProgress(`stopping process ${pid}, which a killed instance has left behind`);
    await stopProcess(pid, [{ signal: postgres.includes(pid) ? 'SIGQUIT' : 'SIGTERM', waitMs: 5_000 }, { signal: 'SIGKILL', waitMs: 5_000 }]);
  }
}

function pathsOf(root: string): StateFolder {
  return {
    root,
    logs: path.join(root, 'logs'),
    temporal: path.join(root, 'temporal'),
    postgres: path.join(root, 'postgres'),
    instanceFile: path.join(root, 'local.json'),
    lockFile: path.join(root, 'lock'),
  };
}

// This file runs as TypeScript below src/ and compiled below dist/src/, so the depth is not fixed.
function checkoutRoot(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    if (packageName(folder) === 'crosswalk') return folder;
    if (folder === path.dirname(folder)) {
      throw new LocalError('The checkout was not found.', { where: fileURLToPath(import.meta.url), todo: 'Set CROSSWALK_HOME to the folder to use.' });
    }
  }
}

function packageName(folder: string): unknown {
  try {
    return parseObject(readFileSync(path.join(folder, 'package.json'), 'utf8'))['name'];
  } catch {
    return undefined;
  }
}

function notOurs(folder: string): LocalError {
  return new LocalError('This is not a state folder of Crosswalk: it holds something else, so it is left untouched.', {
    where: folder,
    todo: 'Set CROSSWALK_HOME to an empty or a new folder, or unset it.',
  });
}

function inUse(folder: string, holder: LockHolder): LocalError {
  return new LocalError(`A local instance is running (process ${holder.pid}, since ${holder.since}).`, {
    where: folder,
    todo: 'Stop it with Ctrl-C in its terminal, or set CROSSWALK_HOME to another folder to run a second one.',
  });
}

function explained(error: unknown, folder: string): unknown {
  const todo: Record<string, string> = {
    EACCES: 'Run as the user who owns the folder (root, if it was first used as root), or set CROSSWALK_HOME to a folder of your own.',
    EPERM: 'Run as the user who owns the folder (root, if it was first used as root), or set CROSSWALK_HOME to a folder of your own.',
    EROFS: 'The file system is read-only: set CROSSWALK_HOME to a folder that can be written.',
    ENOSPC: 'The disk is full: free some space, then start again.',
    ENOTDIR: 'A part of this path is a file: set CROSSWALK_HOME to a folder.',
    EEXIST: 'A file of this name is in the way: remove it, or set CROSSWALK_HOME to a folder.',
  };
  const help = todo[codeOf(error)];
  return help === undefined ? error : new LocalError(`The state folder cannot be used (${codeOf(error)}).`, { where: folder, todo: help, cause: error });
}
