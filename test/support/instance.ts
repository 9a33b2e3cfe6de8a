import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { sandboxEnvironment } from '../../src/cli/sandbox-environment.js';
import { CrosswalkClient, type StartSyncOptions } from '../../src/client/crosswalk-client.js';
import { loadDefinitions } from '../../src/config/definition-set.js';
import { definitionHash } from '../../src/config/definition-hash.js';
import { formatFinding } from '../../src/config/finding.js';
import type { SyncResult } from '../../src/contracts/sync-workflow.js';
import type { SyncDefinition } from '../../src/contracts/sync-definition.js';
import type { SystemDefinition } from '../../src/contracts/system-definition.js';
import { type ClaimedStateFolder, emptyStateFolder } from '../../src/local/state-folder.js';
import { workerNodeArgs } from '../../src/local/worker-memory.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { type AppliedChange, storeDefinitions } from '../../src/store/definitions.js';
import { migrate } from '../../src/store/migrate.js';
import { ControlledProcess } from './controlled-process.js';
import { type InstanceServers, type OwnServers, shareServers, startOwnServers } from './instance-servers.js';
import { SandboxAccess } from './sandbox-access.js';
import { type TestServers, newTestFolder } from './servers.js';

/** Adjust changes a definition before it is stored, for what a test needs otherwise: shorter delays, smaller pages. */
export interface Adjust {
  readonly system?: (definition: SystemDefinition) => SystemDefinition;
  readonly sync?: (definition: SyncDefinition) => SyncDefinition;
}

/** InstanceOptions says what an instance is made of. */
export interface InstanceOptions {
  /** Folder of definitions, relative to the checkout. */
  readonly definitions: string;
  readonly adjust?: Adjust;
  /** Variables that the definitions name, besides the sandbox's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Settings of the workers, such as `CROSSWALK_WINDOW_PAGES`. */
  readonly workerEnv?: Readonly<Record<string, string>>;
  readonly onProgress?: (message: string) => void;
}

/** Instance is a whole Crosswalk: a database, a Temporal namespace, the sandbox, and a worker process from `dist/`. */
export interface Instance {
  readonly sandbox: SandboxAccess;
  /** The sandbox's process; its data outlives a kill. */
  readonly sandboxProcess: ControlledProcess;
  readonly worker: ControlledProcess;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly temporal: Client;
  readonly client: CrosswalkClient;
  /** Environment of the workers: addresses, credentials of the sandbox, and what was given. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the logs `worker.log`, `sandbox.log`, …; `CROSSWALK_TEST_KEEP=1` keeps it after the stop. */
  readonly logs: string;
  /** admin calls the sandbox's admin API. */
  admin(method: string, path: string, body?: unknown): Promise<unknown>;
  /** sync runs a sync to its end; rejects with Temporal's WorkflowFailedError when the run failed. */
  sync(name: string, options?: StartSyncOptions): Promise<SyncResult>;
  /** apply loads the folder again and stores it, adjusted; what has not changed keeps its version. */
  apply(adjust?: Adjust): Promise<readonly AppliedChange[]>;
  /** addWorker makes one more worker, which is not started yet. */
  addWorker(env?: Readonly<Record<string, string>>, nodeArgs?: readonly string[]): ControlledProcess;
  stop(): Promise<void>;
}

/** OwningInstance is an instance whose servers are its own, so that it may crash them. */
export type OwningInstance = Instance & Pick<OwnServers, 'postgres' | 'temporalServer'>;

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * startInstance starts a whole instance in a folder of its own and applies its definitions, without their schedules.
 * Given `servers`, it takes a database and a namespace in them; otherwise it starts a PostgreSQL and a Temporal server.
 * It throws where `dist/` has not been built, and for definitions with errors.
 */
export async function startInstance(options: InstanceOptions & { readonly servers: TestServers }): Promise<Instance>;
export async function startInstance(options: InstanceOptions): Promise<OwningInstance>;
export async function startInstance(options: InstanceOptions & { readonly servers?: TestServers }): Promise<Instance | OwningInstance> {
  if (!existsSync(join(root, 'dist', '.built'))) throw new Error('dist/ is missing: run "npm run build" first.');
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).toReversed()) await end();
  };
  try {
    return await start(options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: InstanceOptions & { readonly servers?: TestServers }, stops: (() => Promise<unknown>)[], stop: () => Promise<void>): Promise<Instance | OwningInstance> {
  const { onProgress = () => undefined } = options;
  const state = newTestFolder();
  stops.push(async () => {
    state.release();
    if (process.env['CROSSWALK_TEST_KEEP'] === '1') return;
    await emptyStateFolder(state.root);
    rmSync(state.root, { recursive: true, force: true });
  });
  const { servers, control } = await serversOf(options.servers, state, onProgress);
  stops.push(() => servers.stop());

  let port = '0';
  const sandboxProcess = new ControlledProcess(() => ({
    name: 'sandbox', script: join(root, 'dist/src/sandbox/main.js'), args: ['--port', port, '--data', join(state.root, 'sandbox')], logFile: join(state.logs, 'sandbox.log'),
  }));
  stops.push(() => sandboxProcess.stop());
  const sandbox = new SandboxAccess(String((await sandboxProcess.start())['url']));
  // A later start takes the same port, which is in the environment of the workers.
  port = new URL(sandbox.url).port;

  const env = {
    ...sandboxEnvironment({}, sandbox.url), DATABASE_URL: servers.databaseUrl, TEMPORAL_ADDRESS: servers.temporalAddress, TEMPORAL_NAMESPACE: servers.namespace,
    CROSSWALK_DEFINITIONS: resolve(root, options.definitions), ...options.env,
  };
  const database = openDatabase({ url: servers.databaseUrl, connections: 4 });
  stops.push(() => database.close());
  await migrate(database);
  const apply = (adjust: Adjust = options.adjust ?? {}) => applyDefinitions(database, env, adjust);
  await apply();

  const connection = await Connection.connect({ address: servers.temporalAddress });
  stops.push(() => connection.close());
  const temporal = new Client({ connection, namespace: servers.namespace });
  const client = CrosswalkClient.using(temporal);
  const addWorker = (more: Readonly<Record<string, string>> = {}, nodeArgs: readonly string[] = workerNodeArgs): ControlledProcess => {
    const worker = new ControlledProcess(() => ({
      name: 'worker', script: join(root, 'dist/workers/main.js'), nodeArgs, env: { ...env, ...options.workerEnv, ...more }, logFile: join(state.logs, 'worker.log'), onProgress,
    }));
    stops.push(() => worker.stop());
    return worker;
  };
  const worker = addWorker();
  await worker.start();
  return {
    ...control,
    sandbox, sandboxProcess, worker, database, databaseUrl: servers.databaseUrl, temporal, client, env, logs: state.logs, apply, addWorker, stop,
    admin: (method, path, body) => sandbox.admin(method, path, body),
    sync: async (name, syncOptions) => (await client.startSync(name, syncOptions)).result(),
  };
}

async function serversOf(
  given: TestServers | undefined, state: ClaimedStateFolder, onProgress: (message: string) => void,
): Promise<{ readonly servers: InstanceServers; readonly control: Pick<OwnServers, 'postgres' | 'temporalServer'> | undefined }> {
  if (given !== undefined) return { servers: await shareServers(given), control: undefined };
  const { postgres, temporalServer, ...servers } = await startOwnServers(state, onProgress);
  return { servers, control: { postgres, temporalServer } };
}

async function applyDefinitions(database: Database, env: Readonly<Record<string, string>>, { system: adjustSystem, sync: adjustSync }: Adjust): Promise<readonly AppliedChange[]> {
  const set = await loadDefinitions(env['CROSSWALK_DEFINITIONS'] ?? '', { env });
  const errors = set.findings.filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new Error(`The definitions have errors:\n${errors.map(formatFinding).join('\n')}`);
  const systems = [...set.systems.values()].map((body) => adjustSystem?.(body) ?? body);
  const syncs = [...set.syncs.values()].map((body) => adjustSync?.(body) ?? body);
  return storeDefinitions(database, [
    ...systems.map((body) => ({ kind: 'system' as const, name: body.system, hash: definitionHash(body), body, source: '' })),
    ...syncs.map((body) => ({ kind: 'sync' as const, name: body.sync, hash: definitionHash(body), body, source: '' })),
    ...[...set.handoffs.values()].map((body) => ({ kind: 'handoff' as const, name: body.handoff, hash: definitionHash(body), body, source: '' })),
    ...[...set.teams.values()].map((body) => ({ kind: 'team' as const, name: body.team, hash: definitionHash(body), body, source: '' })),
  ]);
}
