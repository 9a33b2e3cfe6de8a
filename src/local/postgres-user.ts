import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { LocalError } from './local-error.js';

const OWN_USER = 'crosswalk-postgres';

/** PostgresUser is the user PostgreSQL runs as; without ids it is the one who runs this process. */
export interface PostgresUser {
  readonly ids?: { readonly uid: number; readonly gid: number };
}

/**
 * choosePostgresUser gives the user to run PostgreSQL as. Root is refused by PostgreSQL, so that for root it is the
 * owner of existing data, else the system user `crosswalk-postgres` or `postgres`, else a new system user.
 */
export function choosePostgresUser(existingData: string, onProgress: (message: string) => void): PostgresUser {
  if (process.getuid?.() !== 0) return {};
  const owner = statSync(existingData, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { ids: { uid: owner.uid, gid: owner.gid } };
  const ids = idsOf(OWN_USER) ?? idsOf('postgres') ?? createUser(onProgress);
  return { ids };
}

/** runAs runs a short program as the user and waits for it; a program that could not be run has an `error`. */
export function runAs(user: PostgresUser, program: string, args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(program, args, { ...user.ids, cwd: '/', env: postgresEnvironment(), encoding: 'utf8', timeout: 120_000 });
}

/** canEnter tells whether the user can reach a folder, by trying: modes alone would miss access control lists. */
export function canEnter(user: PostgresUser, folder: string): boolean {
  return runAs(user, '/bin/sh', ['-c', 'cd "$1"', 'sh', folder]).status === 0;
}

/** postgresEnvironment is all that PostgreSQL's programs inherit: no PG* variables, English messages. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function idsOf(name: string): { uid: number; gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map((option) => {
    const { status, stdout } = spawnSync('id', [option, name], { encoding: 'utf8' });
    return status === 0 && /^\d+\s*$/.test(stdout) ? Number(stdout) : undefined;
  });
  return uid === undefined || gid === undefined || uid === 0 ? undefined : { uid, gid };
}

function createUser(onProgress: (message: string) => void): { uid: number; gid: number } {
  onProgress(`creating the system user ${OWN_USER}, because PostgreSQL refuses to run as root`);
  const shell = '/usr/sbin/nologin';
  const commands: readonly (readonly [string, ...string[]])[] = [
    ['useradd', '--system', '--user-group', '--no-create-home', '--home-dir', '/', '--shell', shell, OWN_USER],
    // BusyBox has no useradd.
    ['adduser', '-S', '-D', '-H', '-s', shell, OWN_USER],
  ];
  const reasons: string[] = [];
  for (const [program, ...args] of commands) {
    const { error, stderr } = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } });
    const ids = idsOf(OWN_USER);
    if (ids !== undefined) return ids;
    reasons.push(error?.message ?? stderr.trim());
  }
  throw new LocalError('PostgreSQL refuses to run as root, and a system user for it could not be created.', {
    where: reasons.join('; '),
    todo: `Create a system user named ${OWN_USER}, run as another user than root, or set DATABASE_URL to a PostgreSQL that runs already.`,
  });
}
