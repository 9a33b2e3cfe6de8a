import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { LocalError, reasonOf } from './local-error.js';
import { type LogFile, closeLog, lastLines, openLog } from './log-file.js';
import { choosePort, isListening } from './ports.js';
import { findServers, stopProcess } from './process-table.js';
import { type ServerProcess, spawnServer } from './server-process.js';
import type { ClaimedStateFolder } from './state-folder.js';
import { DEFAULT_NAMESPACE } from './temporal-address.js';

/** SEARCH_ATTRIBUTES are the keyword search attributes that Crosswalk's workflows set. */
export const SEARCH_ATTRIBUTES = [
  'CrosswalkSystem',
  'CrosswalkSync',
  'CrosswalkDefinitionVersion',
  'CrosswalkOutcome',
  'CrosswalkEntity',
] as const;

/** PREFERRED_TEMPORAL_PORT is used where it is free; the web UI's is PREFERRED_TEMPORAL_UI_PORT. */
export const PREFERRED_TEMPORAL_PORT = 7233;
/** PREFERRED_TEMPORAL_UI_PORT is used where it is free. */
export const PREFERRED_TEMPORAL_UI_PORT = 8233;

/** TemporalServerOptions says where and how to start the local Temporal server. */
export interface TemporalServerOptions {
  readonly stateFolder: ClaimedStateFolder;
  /** Path of the Temporal CLI, see resolveTemporalBinary. */
  readonly binary: string;
  /** Preferred TCP ports on 127.0.0.1; other free ones are taken if they are in use. */
  readonly port?: number;
  readonly uiPort?: number;
  readonly namespace?: string;
  /** Without the web UI. */
  readonly headless?: boolean;
  readonly onProgress?: (message: string) => void;
}

/** LocalTemporalServer is a running Temporal server that listens on 127.0.0.1 only. */
export interface LocalTemporalServer {
  /** `host:port` of the frontend. */
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl?: string;
  readonly pid: number;
  readonly logFile: string;
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

// One history shard that polls its queues 20 times a second would make every task wait up to 50 ms; write-ahead
// logging keeps what was acknowledged when the process is killed.
const DURABLE_AND_FAST = [
  ['--sqlite-pragma', 'journal_mode=wal'],
  ['--sqlite-pragma', 'synchronous=normal'],
  ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
  ['--dynamic-config-value', 'history.timerProcessorMaxPollRPS=2000'],
  ['--dynamic-config-value', 'history.visibilityProcessorMaxPollRPS=2000'],
  ['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
  ['--dynamic-config-value', 'matching.numTaskqueueReadPartitions=1'],
  ['--dynamic-config-value', 'matching.numTaskqueueWritePartitions=1'],
].flat();

const STOP_STEPS = [{ signal: 'SIGTERM', waitMs: 10_000 }, { signal: 'SIGKILL', waitMs: 5_000 }] as const;
const READY_WITHIN_MS = 60_000;

/**
 * startTemporalServer starts `temporal server start-dev` on the data of a state folder and waits until it serves the
 * namespace with its search attributes. It ends a server that a killed instance has left. It throws a LocalError.
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<LocalTemporalServer> {
  const { stateFolder, onProgress = () => undefined, namespace = DEFAULT_NAMESPACE } = options;
  const dbFile = path.join(stateFolder.temporal, 'temporal.db');
  await stopLeftServers(dbFile, onProgress);

  let preferred: { readonly port?: number; readonly uiPort?: number } = { port: options.port ?? PREFERRED_TEMPORAL_PORT, uiPort: options.uiPort ?? PREFERRED_TEMPORAL_UI_PORT };
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(preferred.port);
    const uiPort = options.headless === true ? undefined : await choosePort(preferred.uiPort);
    const log = openLog(path.join(stateFolder.logs, 'temporal.log'));
    const server = startServer(options.binary, { dbFile, port, uiPort, namespace }, log);
    try {
      await waitUntilReady(server, port, namespace, log, onProgress);
      return {
        address: `127.0.0.1:${port}`,
        namespace,
        ...(uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${uiPort}` }),
        pid: server.pid,
        logFile: log.path,
        ended: server.ended,
        stop: () => server.stop(STOP_STEPS),
      };
    } catch (error) {
      await server.stop(STOP_STEPS);
      // The port was taken since it was looked at.
      if (attempt === 3 || !/address already in use|can't listen|can't set frontend port/i.test(lastLines(log, 20))) throw error;
      preferred = {};
    } finally {
      closeLog(log);
    }
  }
}

async function stopLeftServers(dbFile: string, onProgress: (message: string) => void): Promise<void> {
  for (const pid of findServers(['--db-filename', dbFile])) {
    onProgress(`stopping the Temporal server (process ${pid}), which a killed instance has left running`);
    if (await stopProcess(pid, STOP_STEPS)) continue;
    throw new LocalError(`A Temporal server (process ${pid}) is running on the data and cannot be stopped.`, {
      where: dbFile,
      todo: `End process ${pid}, then start again.`,
    });
  }
}

interface Listening {
  readonly dbFile: string;
  readonly port: number;
  readonly uiPort: number | undefined;
  readonly namespace: string;
}

function startServer(binary: string, { dbFile, port, uiPort, namespace }: Listening, log: LogFile): ServerProcess {
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--db-filename', dbFile]
    .concat(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)])
    .concat(DURABLE_AND_FAST, ['--namespace', namespace, '--log-level', 'warn', '--color', 'never'])
    .concat(SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]));
  // A client configuration in the environment is none of this server's business.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
  return spawnServer({ program: binary, args, log, options: { env, cwd: path.dirname(dbFile) }, signalOnOurDeath: 'TERM' });
}

async function waitUntilReady(server: ServerProcess, port: number, namespace: string, log: LogFile, onProgress: (message: string) => void): Promise<void> {
  const began = Date.now();
  for (let told = began; ; ) {
    if (server.hasEnded()) throw notReady(server, log, 'ended before it answered');
    try {
      // Looked at first, because a gRPC connection that was refused once waits for a second before it tries again.
      if (!(await isListening(port))) throw new Error('nothing listens on its port yet');
      await assertServing(`127.0.0.1:${port}`, namespace);
      if (await isItsOwn(server, port, log)) return;
    } catch (error) {
      if (Date.now() - began > READY_WITHIN_MS) throw notReady(server, log, `did not get ready in ${READY_WITHIN_MS / 1000} s (${reasonOf(error)})`);
      if (Date.now() - told >= 2_000) {
        told = Date.now();
        onProgress(`waiting for the Temporal server, ${Math.round((told - began) / 1000)} s`);
      }
    }
    await sleep(50);
  }
}

// Another server may have taken the port since it was looked at, and be the one that answers; then ours is about to end.
// The server says so once it listens; one of another version that says it otherwise is given time to end.
async function isItsOwn(server: ServerProcess, port: number, log: LogFile): Promise<boolean> {
  if (new RegExp(`^Server:\\s+\\S+:${port}\\s*$`, 'm').test(lastLines(log, 100))) return true;
  await Promise.race([server.ended, sleep(2_000)]);
  return !server.hasEnded();
}

async function assertServing(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.withDeadline(Date.now() + 5_000, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = SEARCH_ATTRIBUTES.filter((name) => customAttributes?.[name] === undefined);
      if (missing.length > 0) throw new Error(`search attributes are not registered yet: ${missing.join(', ')}`);
    });
  } finally {
    await connection.close();
  }
}

function notReady(server: ServerProcess, log: LogFile, what: string): LocalError {
  return new LocalError(`The Temporal server ${what}:\n${server.failure() ?? lastLines(log, 8)}`, {
    where: log.path,
    todo: 'Mend what the log says and start again, begin anew with "npm run reset", or set TEMPORAL_ADDRESS to a server that runs already.',
  });
}
