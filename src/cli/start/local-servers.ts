import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { startChild, type ManagedChild } from '../../local/child-process.js';
import { startPostgres } from '../../local/postgres.js';
import { choosePort } from '../../local/ports.js';
import type { ClaimedStateFolder } from '../../local/state-folder.js';
import { configuredTemporal, DEFAULT_NAMESPACE } from '../../local/temporal-address.js';
import { resolveTemporalBinary } from '../../local/temporal-binary.js';
import { workerNodeArgs } from '../../local/worker-memory.js';
import { startTemporalServer } from '../../local/temporal-server.js';

/** Progress says what is being done, for people to read. */
export type Progress = (message: string) => void;

/** Part is one running part of a local instance; parts are stopped in the reverse order of their start. */
export interface Part {
  readonly name: string;
  stop(): Promise<void>;
}

/** LocalDatabase is the database of an instance: the embedded one, or the one that DATABASE_URL names. */
export interface LocalDatabase {
  readonly url: string;
  readonly part: Part | null;
}

/** startDatabase starts the embedded PostgreSQL and keeps it running, unless DATABASE_URL names another. */
export async function startDatabase(folder: ClaimedStateFolder, progress: Progress): Promise<LocalDatabase> {
  const url = process.env['DATABASE_URL'];
  if (url !== undefined && url !== '') return { url, part: null };
  const first = await startPostgres({ stateFolder: folder, onProgress: progress });
  return { url: first.url, part: keepRunning('PostgreSQL', first, (port) => startPostgres({ stateFolder: folder, port, onProgress: progress }), first.port, progress) };
}

/** LocalTemporal is the Temporal server of an instance: the local one, or the one that the environment names. */
export interface LocalTemporal {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | undefined;
  readonly part: Part | null;
}

/** startTemporal finds or gets the Temporal server, starts it and keeps it running, unless the environment names another. */
export async function startTemporal(folder: ClaimedStateFolder, progress: Progress, signal: AbortSignal): Promise<LocalTemporal> {
  const configured = configuredTemporal();
  if (configured !== undefined) return { address: configured.connectionOptions.address, namespace: configured.namespace, uiUrl: undefined, part: null };
  const binary = await resolveTemporalBinary({ onProgress: progress, signal });
  progress(`Temporal: ${binary.version}`);
  const first = await startTemporalServer({ stateFolder: folder, binary: binary.path, onProgress: progress });
  const port = Number(first.address.split(':').at(-1));
  const uiPort = first.uiUrl === undefined ? undefined : Number(new URL(first.uiUrl).port);
  const again = (samePort: number) => startTemporalServer({ stateFolder: folder, binary: binary.path, port: samePort, ...(uiPort === undefined ? {} : { uiPort }), onProgress: progress });
  return { address: first.address, namespace: first.namespace || DEFAULT_NAMESPACE, uiUrl: first.uiUrl, part: keepRunning('the Temporal server', first, again, port, progress) };
}

interface Server {
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

// Workers and commands hold on to the address, so a server that ends by itself comes back on the port it had.
function keepRunning(name: string, first: Server, again: (port: number) => Promise<Server>, port: number, progress: Progress): Part {
  let stopping = false;
  let current = first;
  const watch = async (): Promise<void> => {
    for (;;) {
      await current.ended;
      if (stopping) return;
      progress(`${name} ended by itself; starting it again`);
      current = await again(port);
    }
  };
  watch().catch((error: unknown) => { progress(`${name} could not be started again: ${error instanceof Error ? error.message : String(error)}`); });
  return {
    name,
    stop: async () => {
      stopping = true;
      await current.stop();
    },
  };
}

const dist = new URL('../../../', import.meta.url);

/** startSandboxProcess starts the simulated systems on the data of earlier starts, or on fresh messy data. */
export async function startSandboxProcess(folder: ClaimedStateFolder, progress: Progress): Promise<{ readonly url: string; readonly child: ManagedChild }> {
  const port = await choosePort(8090);
  const child = await startChild({
    name: 'sandbox',
    script: fileURLToPath(new URL('src/sandbox/main.js', dist)),
    args: ['--port', String(port), '--data', join(folder.root, 'sandbox'), '--seed-default'],
    logFile: join(folder.logs, 'sandbox.log'),
    onProgress: progress,
  });
  return { url: `http://127.0.0.1:${port}`, child };
}

/** startWorkerProcess starts a worker. */
export function startWorkerProcess(folder: ClaimedStateFolder, env: Readonly<Record<string, string>>, progress: Progress): Promise<ManagedChild> {
  return startChild({ name: 'worker', script: fileURLToPath(new URL('workers/main.js', dist)), nodeArgs: workerNodeArgs, env, logFile: join(folder.logs, 'worker.log'), onProgress: progress });
}

/** startServerProcess starts the API on its usual port or another free one. */
export async function startServerProcess(folder: ClaimedStateFolder, env: Readonly<Record<string, string>>, progress: Progress): Promise<{ readonly url: string; readonly child: ManagedChild }> {
  const port = await choosePort(8089);
  const child = await startChild({
    name: 'server', script: fileURLToPath(new URL('src/ingress/process.js', dist)), env: { ...env, CROSSWALK_PORT: String(port) }, logFile: join(folder.logs, 'server.log'), onProgress: progress,
  });
  return { url: `http://127.0.0.1:${port}`, child };
}
