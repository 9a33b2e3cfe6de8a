import { randomBytes, randomUUID } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from './local-error.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { PostgresPlace } from './postgres-place.js';
import { type PostgresUser, runAs } from './postgres-user.js';
import { findServers, stopProcess, workingFolder } from './process-table.js';

/** POSTGRES_ROLE is the role, a superuser, that owns the local cluster. */
export const POSTGRES_ROLE = 'crosswalk';

// pg_trgm and regular expressions ask the C library what a letter is, and under plain C no letter beyond ASCII is one:
// names such as "Müller" would lose letters. The names differ between systems; the last resort works everywhere.
const CHARACTER_TYPES = ['C.UTF-8', 'en_US.UTF-8', 'UTF-8', 'C'];

/** ensureCluster creates the data folder where it is missing. It throws a LocalError for data of another major version. */
export function ensureCluster(place: PostgresPlace, binaries: PostgresBinaries, user: PostgresUser, onProgress: (message: string) => void): void {
  if (!existsSync(path.join(place.data, 'PG_VERSION'))) {
    onProgress('creating the database');
    createCluster(place, binaries, user);
  }
  const major = readFileSync(path.join(place.data, 'PG_VERSION'), 'utf8').trim();
  if (major === binaries.major) return;
  throw new LocalError(`The data was made by PostgreSQL ${major}, and the installed one is ${binaries.major}.`, {
    where: place.data,
    todo: 'Install the version of Crosswalk that made the data (npm ci), or begin anew with "npm run reset".',
  });
}

/** readPassword gives the password of the local role. */
export function readPassword(place: PostgresPlace): string {
  if (!existsSync(place.passwordFile)) {
    throw new LocalError('The password of the local database is missing.', {
      where: place.passwordFile,
      todo: 'Put the file back from a backup, or begin anew with "npm run reset".',
    });
  }
  return readFileSync(place.passwordFile, 'utf8').trim();
}

/**
 * stopLeftPostgres ends a server that a killed instance has left running on the data, and removes the pid file that a
 * dead one has left: PostgreSQL takes any living process with that id for a server and refuses to start.
 */
export async function stopLeftPostgres(data: string, onProgress: (message: string) => void): Promise<void> {
  const pidFile = path.join(data, 'postmaster.pid');
  const noted = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n', 1)[0]) : Number.NaN;
  const left = new Set(findServers(['-D', data], 'postgres'));
  if (noted > 1 && workingFolder(noted) === data) left.add(noted);
  for (const pid of left) {
    onProgress(`stopping PostgreSQL (process ${pid}), which a killed instance has left running`);
    const steps = [
      { signal: 'SIGINT', waitMs: 30_000 },
      { signal: 'SIGQUIT', waitMs: 10_000 },
      { signal: 'SIGKILL', waitMs: 10_000 },
    ] as const;
    if (await stopProcess(pid, steps)) continue;
    throw new LocalError(`PostgreSQL (process ${pid}) is running on the data and cannot be stopped.`, {
      where: data,
      todo: `End process ${pid}, then start again.`,
    });
  }
  rmSync(pidFile, { force: true });
}

// Made under another name and renamed when complete: a start that is killed half-way leaves nothing half-made behind.
function createCluster(place: PostgresPlace, binaries: PostgresBinaries, user: PostgresUser): void {
  const draft = path.join(place.folder, 'data.new');
  const passwordForInit = path.join(place.folder, `password.${randomUUID()}`);
  const password = randomBytes(32).toString('base64url');
  try {
    writeFileSync(passwordForInit, `${password}\n`, { mode: 0o600 });
    if (user.ids !== undefined) chownSync(passwordForInit, user.ids.uid, user.ids.gid);
    runInitdb(draft, passwordForInit, binaries, user);
    rmSync(place.passwordFile, { force: true });
    writeFileSync(place.passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(draft, place.data);
  } finally {
    rmSync(passwordForInit, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

function runInitdb(data: string, passwordFile: string, binaries: PostgresBinaries, user: PostgresUser): void {
  let reason = '';
  for (const characterType of CHARACTER_TYPES) {
    rmSync(data, { recursive: true, force: true });
    const { error, status, stderr } = runAs(user, binaries.initdb, [
      '-D', data,
      '-U', POSTGRES_ROLE,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      `--lc-ctype=${characterType}`,
    ]);
    if (error === undefined && status === 0) return;
    reason = error?.message ?? stderr.trim();
    if (!reason.includes('invalid locale name')) break;
  }
  throw new LocalError(`The database could not be created: ${reason}`, {
    where: data,
    todo: 'Check that the disk has 200 MB free and that the folder can be written, then start again.',
  });
}
