import { Client, Connection } from '@temporalio/client';
import { writeLocalInstance } from '../../local/local-instance.js';
import { claimStateFolder, openStateFolder, stateFolderPath } from '../../local/state-folder.js';
import { makeSealingKeyFile } from '../../local/sealing-key-file.js';
import { payloadConverter } from '../../payloads/payload-keys.js';
import { openSecrets } from '../../secrets/open-secrets.js';
import { openDatabase, type Database } from '../../store/database.js';
import { migrate } from '../../store/migrate.js';
import { sandboxEnvironment } from '../sandbox-environment.js';
import { subscribeSandbox } from './subscribe-sandbox.js';
import { startDatabase, startSandboxProcess, startServerProcess, startTemporal, startWorkerProcess, type Part, type Progress } from './local-servers.js';
import { keepHistories } from './keep-histories.js';

/** RunningInstance is a whole Crosswalk on this machine. */
export interface RunningInstance {
  readonly database: Database;
  readonly temporal: Client;
  /** The environment with the addresses and the sandbox's credentials, as definitions name them. */
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly temporalAddress: string;
  readonly temporalUiUrl: string | undefined;
  readonly namespace: string;
  readonly sandboxUrl: string;
  readonly apiUrl: string;
  /** stop ends every part in order; nothing that was acknowledged is lost. */
  stop(): Promise<void>;
}

/** startInstance starts everything a local instance needs, each part as soon as what it depends on is there. */
export async function startInstance(progress: Progress, signal: AbortSignal): Promise<RunningInstance> {
  const folder = claimStateFolder(openStateFolder(stateFolderPath()));
  const parts: Part[] = [];
  const stop = async (): Promise<void> => {
    for (const part of parts.splice(0).toReversed()) {
      progress(`stopping ${part.name}`);
      await part.stop();
    }
    folder.release();
  };
  try {
    const started = [startDatabase(folder, progress), startTemporal(folder, progress, signal), startSandboxProcess(folder, progress)] as const;
    // All three are waited for, so that none is left behind when another one fails.
    const [database, temporal, sandbox] = await Promise.allSettled(started);
    if (database.status === 'fulfilled' && database.value.part !== null) parts.push(database.value.part);
    if (temporal.status === 'fulfilled' && temporal.value.part !== null) parts.push(temporal.value.part);
    if (sandbox.status === 'fulfilled') parts.push({ name: 'the sandbox', stop: () => sandbox.value.child.stop() });
    for (const result of [database, temporal, sandbox]) if (result.status === 'rejected') throw result.reason;
    if (database.status !== 'fulfilled' || temporal.status !== 'fulfilled' || sandbox.status !== 'fulfilled') throw new Error('A part did not start.');
    return await complete(folder, parts, { databaseUrl: database.value.url, temporal: temporal.value, sandboxUrl: sandbox.value.url }, progress, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Servers {
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string; readonly uiUrl: string | undefined; readonly part: Part | null };
  readonly sandboxUrl: string;
}

async function complete(folder: ReturnType<typeof claimStateFolder>, parts: Part[], servers: Servers, progress: Progress, stop: () => Promise<void>): Promise<RunningInstance> {
  const { databaseUrl, temporal: { address, namespace, uiUrl, part }, sandboxUrl } = servers;
  const database = openDatabase({ url: databaseUrl, connections: 6 });
  parts.push({ name: 'the database connections', stop: () => database.close() });
  const applied = await migrate(database);
  if (applied.length > 0) progress(`database: applied ${applied.join(', ')}`);
  const hasKeys = (process.env['CROSSWALK_SEALING_KEYS'] ?? '') !== '' || (process.env['CROSSWALK_SEALING_KEYS_FILE'] ?? '') !== '';
  const env = {
    ...sandboxEnvironment(process.env, sandboxUrl), DATABASE_URL: databaseUrl,
    ...(hasKeys ? {} : { CROSSWALK_SEALING_KEYS_FILE: makeSealingKeyFile(folder) }),
    ...(part === null ? {} : { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace }),
  };
  const worker = await startWorkerProcess(folder, env, progress);
  parts.push({ name: 'the worker', stop: () => worker.stop() });
  const server = await startServerProcess(folder, env, progress);
  parts.push({ name: 'the API', stop: () => server.child.stop() });
  await subscribeSandbox(sandboxUrl, server.url, sandboxEnvironment(process.env, sandboxUrl)['SANDBOX_SECRET_CRM_WEBHOOKS'] ?? '');
  const dataConverter = payloadConverter(process.env, (text) => openSecrets({ log: { warn: () => undefined } }).resolve(text));
  const connection = await Connection.connect({ address });
  parts.push({ name: 'the Temporal connection', stop: () => connection.close() });
  if (part !== null) await keepHistories(connection, namespace);
  writeLocalInstance(folder, {
    pid: process.pid, startedAt: new Date().toISOString(), databaseUrl, temporalAddress: address, namespace, sandboxUrl, apiUrl: server.url,
    ...(uiUrl === undefined ? {} : { temporalUiUrl: uiUrl }), pids: { worker: worker.pid(), server: server.child.pid() },
  });
  return {
    database, temporal: new Client({ connection, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) }), environment: { ...process.env, ...env }, folder: folder.root,
    temporalAddress: address, temporalUiUrl: uiUrl, namespace, sandboxUrl, apiUrl: server.url, stop,
  };
}
