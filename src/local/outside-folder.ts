import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalError, codeOf } from './local-error.js';

const OUTSIDE = '/var/lib/crosswalk';
const OWNER_NOTE = 'state-folder';
const BINARIES = /^postgres-/;

/**
 * sharedRoot gives the folder of root's own, outside every checkout, for what PostgreSQL's user must reach when the
 * checkout lies below a folder that only root can enter. It throws a LocalError if others could write to it.
 */
export function sharedRoot(): string {
  mkdirSync(OUTSIDE, { recursive: true, mode: 0o755 });
  const stat = lstatSync(OUTSIDE);
  if (stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0) return OUTSIDE;
  throw new LocalError('The folder for data outside the checkout is not safe: it must be a folder that only root can write to.', {
    where: OUTSIDE,
    todo: `Remove it (rm -r ${OUTSIDE}) or correct it (chown root ${OUTSIDE}; chmod 755 ${OUTSIDE}), then start again.`,
  });
}

/** outsideFolderOf gives the place outside the checkout that belongs to a state folder; it need not exist. */
export function outsideFolderOf(stateRoot: string): string {
  return path.join(OUTSIDE, createHash('sha256').update(stateRoot).digest('hex').slice(0, 16));
}

/** createOutsideFolder creates that place and notes in it which state folder it belongs to. */
export function createOutsideFolder(stateRoot: string): string {
  sharedRoot();
  const folder = outsideFolderOf(stateRoot);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  noteOwner(folder, stateRoot);
  return folder;
}

/** noteOwner notes in a place outside which state folder it belongs to. */
export function noteOwner(folder: string, stateRoot: string): void {
  writeFileSync(path.join(folder, OWNER_NOTE), `${stateRoot}\n`, { mode: 0o600 });
}

/** ownerOf gives the state folder that a place outside belongs to. */
export function ownerOf(folder: string): string | undefined {
  try {
    return readFileSync(path.join(folder, OWNER_NOTE), 'utf8').trimEnd();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** removeOutsideFolder removes what a state folder has outside, and the copied binaries with the last of them. */
export function removeOutsideFolder(stateRoot: string): void {
  const folder = outsideFolderOf(stateRoot);
  if (!existsSync(folder) || ownerOf(folder) !== stateRoot) return;
  rmSync(folder, { recursive: true, force: true });
  removeUnusedBinaries();
}

function removeUnusedBinaries(): void {
  const rest = readdirSync(OUTSIDE);
  if (rest.some((name) => !BINARIES.test(name))) return;
  for (const name of rest) rmSync(path.join(OUTSIDE, name), { recursive: true, force: true });
  try {
    rmdirSync(OUTSIDE);
  } catch (error) {
    // Another instance has begun to use it, or has removed it, at this moment.
    if (!['ENOTEMPTY', 'ENOENT', 'EEXIST'].includes(codeOf(error))) throw error;
  }
}
