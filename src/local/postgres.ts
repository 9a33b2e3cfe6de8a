import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { LocalError, codeOf, reasonOf } from './local-error.js';
import { type LogFile, closeLog, lastLines, openLog } from './log-file.js';
import { choosePort } from './ports.js';
import { type PostgresBinaries, findPostgresPackage, preparePostgresBinaries } from './postgres-binaries.js';
import { POSTGRES_ROLE, ensureCluster, readPassword, stopLeftPostgres } from './postgres-cluster.js';
import { choosePostgresPlace, existingPostgresData } from './postgres-place.js';
import { type PostgresUser, choosePostgresUser, postgresEnvironment } from './postgres-user.js';
import { type ServerProcess, spawnServer } from './server-process.js';
import type { ClaimedStateFolder } from './state-folder.js';

/** DATABASE_NAME is the database that a local cluster is created with. */
export const DATABASE_NAME = 'crosswalk';

/** PREFERRED_POSTGRES_PORT is used where it is free. */
export const PREFERRED_POSTGRES_PORT = 54_329;

/** PostgresOptions says where and how to start PostgreSQL. */
export interface PostgresOptions {
  readonly stateFolder: ClaimedStateFolder;
  /** Preferred TCP port on 127.0.0.1; another free one is taken if it is in use. */
  readonly port?: number;
  readonly onProgress?: (message: string) => void;
}

/** LocalPostgres is a running PostgreSQL server that listens on 127.0.0.1 only. */
export interface LocalPostgres {
  /** Connection URL of the database `crosswalk`, with the password. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly logFile: string;
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** stop ends the server; `fast` breaks connections off and writes a checkpoint, `immediate` leaves recovery to the next start. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

// fsync stays on: the ledger's promises rest on it. The write-ahead log is sized for bulk runs, and compiling queries
// costs more than it saves on the short ones that are run here.
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  fsync: 'on',
  max_wal_size: '2GB',
  min_wal_size: '256MB',
  checkpoint_completion_target: '0.9',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
} as const;

const QUIT = [{ signal: 'SIGQUIT', waitMs: 10_000 }, { signal: 'SIGKILL', waitMs: 10_000 }] as const;
const STOP_STEPS = { fast: [{ signal: 'SIGINT', waitMs: 30_000 }, ...QUIT], immediate: QUIT } as const;

/**
 * startPostgres starts the PostgreSQL that npm has installed on the data of a state folder, which it creates if
 * missing, and waits until it answers. It ends a server that a killed instance has left. It throws a LocalError.
 */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const { stateFolder, onProgress = () => undefined } = options;
  const user = choosePostgresUser(existingPostgresData(stateFolder), onProgress);
  const binaries = preparePostgresBinaries(findPostgresPackage(), user, onProgress);
  const place = choosePostgresPlace(stateFolder, user, onProgress);
  await stopLeftPostgres(place.data, onProgress);
  ensureCluster(place, binaries, user, onProgress);
  const password = readPassword(place);

  let preferred: number | undefined = options.port ?? PREFERRED_POSTGRES_PORT;
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(preferred);
    const log = openLog(path.join(stateFolder.logs, 'postgres.log'));
    const server = startServer(binaries, place.data, port, user, log);
    try {
      await waitUntilReady(server, adminUrl(password, port, 'postgres'), place.data, log, onProgress);
      await createDatabase(adminUrl(password, port, 'postgres'));
      return running(server, adminUrl(password, port, DATABASE_NAME), port, log.path);
    } catch (error) {
      await server.stop(STOP_STEPS.immediate);
      if (attempt === 5 || !(error instanceof EarlyEnd)) throw error instanceof EarlyEnd ? error.explained : error;
      // The port was taken since it was looked at, or backends of a killed server have not noticed yet.
      if (/could not bind|Address already in use/i.test(error.log)) preferred = undefined;
      else if (/shared memory block .* still in use|lock file .* already exists/.test(error.log)) await sleep(1_000);
      else throw error.explained;
    } finally {
      closeLog(log);
    }
  }
}

class EarlyEnd extends Error {
  constructor(readonly log: string, readonly explained: LocalError) {
    super(explained.message);
  }
}

function startServer(binaries: PostgresBinaries, data: string, port: number, user: PostgresUser, log: LogFile): ServerProcess {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawnServer({
    program: binaries.postgres,
    args: ['-D', data, '-p', String(port), ...settings],
    log,
    options: { ...user.ids, cwd: '/', env: postgresEnvironment() },
    signalOnOurDeath: 'INT',
  });
}

// There is no time limit while the server lives: recovery after a crash takes as long as the log is long.
async function waitUntilReady(server: ServerProcess, url: string, data: string, log: LogFile, onProgress: (message: string) => void): Promise<void> {
  const began = Date.now();
  for (let told = began; ; ) {
    if (server.hasEnded()) throw earlyEnd(server, data, log);
    try {
      return await withClient(url, async (client) => assertOwnData(client, data));
    } catch (error) {
      if (error instanceof LocalError) throw error;
      // Not ours to judge when another server has taken the port: then ours ends.
      if (codeOf(error) === '28P01' && !(await endsWithin(server, 1_000))) throw wrongPassword(data);
      if (Date.now() - told >= 2_000) {
        told = Date.now();
        onProgress(`waiting for PostgreSQL, ${Math.round((told - began) / 1000)} s: ${reasonOf(error)}`);
      }
    }
    await sleep(25);
  }
}

async function endsWithin(server: ServerProcess, ms: number): Promise<boolean> {
  await Promise.race([server.ended, sleep(ms)]);
  return server.hasEnded();
}

// Another server may have taken the port in the moment between the choice and the start.
async function assertOwnData(client: Client, data: string): Promise<void> {
  const { rows } = await client.query<{ folder: string }>(`select current_setting('data_directory') as folder`);
  if (rows[0]?.folder !== data) throw new Error(`another server answers on this port (its data lies in ${rows[0]?.folder})`);
}

async function createDatabase(url: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE_NAME]);
    if (rowCount === 0) await client.query(`create database ${DATABASE_NAME}`);
  });
}

async function withClient(url: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, application_name: 'crosswalk start' });
  // An idle client emits the loss of its connection, which would end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function adminUrl(password: string, port: number, database: string): string {
  return `postgresql://${POSTGRES_ROLE}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

function running(server: ServerProcess, url: string, port: number, logFile: string): LocalPostgres {
  return { url, port, pid: server.pid, logFile, ended: server.ended, stop: (mode = 'fast') => server.stop(STOP_STEPS[mode]) };
}

function earlyEnd(server: ServerProcess, data: string, log: LogFile): EarlyEnd {
  const lines = server.failure() ?? lastLines(log, 6);
  return new EarlyEnd(
    lines,
    new LocalError(`PostgreSQL ended before it answered:\n${lines}`, {
      where: `${data}, log ${log.path}`,
      todo: 'Mend what the log says (often a full disk or too little shared memory) and start again, or begin anew with "npm run reset".',
    }),
  );
}

function wrongPassword(data: string): LocalError {
  return new LocalError('PostgreSQL refuses the password of its own state folder.', {
    where: path.join(path.dirname(data), 'password'),
    todo: 'Put back the password file that belongs to the data, or begin anew with "npm run reset".',
  });
}
