import type { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { CrosswalkClient } from '../client/crosswalk-client.js';
import { readLocalInstance, type LocalInstance } from '../local/local-instance.js';
import { isListening } from '../local/ports.js';
import { sealingKeyFile } from '../local/sealing-key-file.js';
import { stateFolderPath } from '../local/state-folder.js';
import { temporalTarget, type TemporalTarget } from '../local/temporal-address.js';
import type { Database } from '../store/database.js';
import { CommandError } from './command-error.js';
import { databaseError, databasePlace, parseDatabaseUrl } from './database-place.js';
import { completedEnvironment } from './environment.js';

const CONNECT_WITHIN_MS = 5_000;

/**
 * Session finds the database and the Temporal server of a command, opens each at its first use, and closes them at the
 * end. Its drivers are loaded when they are needed, so that commands without them start at once.
 */
export class Session {
  private openedDatabase: Promise<Database> | undefined;
  private openedClient: Promise<Client> | undefined;
  private found: { readonly instance: LocalInstance | undefined } | undefined;

  constructor(private readonly env: NodeJS.ProcessEnv = process.env) {}

  /** instance is the running local instance, if there is one; throws LocalError where its description cannot be read. */
  instance(): LocalInstance | undefined {
    this.found ??= { instance: readLocalInstance(stateFolderPath(this.env)) };
    return this.found.instance;
  }

  /** environment is the environment that definitions are checked against and systems are opened with. */
  environment(): NodeJS.ProcessEnv {
    const completed = completedEnvironment(this.env, this.instance());
    if (this.instance() === undefined || (completed['CROSSWALK_SEALING_KEYS'] ?? '') !== '' || (completed['CROSSWALK_SEALING_KEYS_FILE'] ?? '') !== '') return completed;
    return { ...completed, CROSSWALK_SEALING_KEYS_FILE: sealingKeyFile(stateFolderPath(this.env)) };
  }

  /** isLocal says that the database is not one that DATABASE_URL names. */
  isLocal(): boolean {
    return this.givenDatabaseUrl() === undefined;
  }

  /** database opens the database and makes sure that it is migrated; throws CommandError. */
  database(): Promise<Database> {
    this.openedDatabase ??= this.openDatabase();
    return this.openedDatabase;
  }

  /** databasePlace is where the database is, `host:port/name`, without user and password. */
  databasePlace(): string {
    return databasePlace(this.databaseUrl());
  }

  /** temporal connects to the Temporal server; throws CommandError, or LocalError where none is known. */
  temporal(): Promise<Client> {
    this.openedClient ??= this.connect();
    return this.openedClient;
  }

  /** temporalTarget is the Temporal server that is used; throws LocalError where none is known. */
  temporalTarget(): TemporalTarget {
    return temporalTarget(this.env);
  }

  /** crosswalk is the typed client that backend services use too. */
  async crosswalk(): Promise<CrosswalkClient> {
    const { CrosswalkClient: client } = await import('../client/crosswalk-client.js');
    return client.using(await this.temporal());
  }

  /** workflowUrl is the address of a workflow in the Temporal UI, where the UI is known. */
  workflowUrl(workflowId: string, runId: string): string | null {
    const ui = this.instance()?.temporalUiUrl;
    const { source, namespace } = this.temporalTarget();
    if (ui === undefined || source !== 'local') return null;
    return `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}/${runId}`;
  }

  /** close ends what was opened. */
  async close(): Promise<void> {
    const [database, client] = await Promise.all([this.openedDatabase?.catch(() => undefined), this.openedClient?.catch(() => undefined)]);
    await Promise.allSettled([database?.close(), client?.connection.close()]);
  }

  private givenDatabaseUrl(): string | undefined {
    const url = this.env['DATABASE_URL'];
    return url === undefined || url === '' ? undefined : url;
  }

  private databaseUrl(): URL {
    const given = this.givenDatabaseUrl();
    if (given !== undefined) return parseDatabaseUrl(given, 'DATABASE_URL');
    const instance = this.instance();
    if (instance?.databaseUrl !== undefined) return parseDatabaseUrl(instance.databaseUrl, 'local.json');
    throw instance === undefined
      ? new CommandError('No database is known: DATABASE_URL is not set, and no local instance is running.', { where: stateFolderPath(this.env), todo: 'Run "npm start" in another terminal, or set DATABASE_URL.' })
      : new CommandError('The local instance is still starting: its database is not up yet.', { where: stateFolderPath(this.env), todo: 'Wait until "npm start" says that it is ready.' });
  }

  // Loaded where there are keys only, which is not on most machines.
  private async dataConverter(): Promise<DataConverter | undefined> {
    const env = this.environment();
    if ((env['CROSSWALK_PAYLOAD_KEYS'] ?? '') === '' && (env['CROSSWALK_PAYLOAD_KEYS_FILE'] ?? '') === '') return undefined;
    const [{ openSecrets }, { payloadConverter }] = await Promise.all([import('../secrets/open-secrets.js'), import('../payloads/payload-keys.js')]);
    const secrets = openSecrets({ env, log: { warn: () => undefined } });
    await secrets.ready([env['CROSSWALK_PAYLOAD_KEYS'] ?? '']);
    return payloadConverter(env, (text) => secrets.resolve(text));
  }

  private async openDatabase(): Promise<Database> {
    const url = this.databaseUrl();
    const [{ openDatabase }, { assertMigrated }] = await Promise.all([import('../store/database.js'), import('../store/migrate.js')]);
    const database = openDatabase({ url: url.href, connections: 4 });
    try {
      await assertMigrated(database);
      return database;
    } catch (error) {
      await database.close();
      throw databaseError(error, url, this.isLocal());
    }
  }

  private async connect(): Promise<Client> {
    const { connectionOptions, namespace, source } = this.temporalTarget();
    const unreachable = (message: string, cause?: unknown): CommandError => new CommandError(message, {
      where: connectionOptions.address,
      todo: source === 'local' ? 'Look at the terminal of "npm start", or start it again.' : 'Check the TEMPORAL_* variables, and that the server runs and can be reached from here.',
      cause,
    });
    // A client of gRPC tries again for as long as it may, although a port of this machine says at once that nobody listens.
    const [, port] = /^127\.0\.0\.1:(\d+)$/.exec(connectionOptions.address) ?? [];
    if (port !== undefined && !(await isListening(Number(port)))) throw unreachable('The Temporal server does not run: nothing listens at its address.');
    const { Client: TemporalClient, Connection: TemporalConnection } = await import('@temporalio/client');
    const connection = await TemporalConnection.connect({ connectTimeout: CONNECT_WITHIN_MS, ...connectionOptions }).catch((error: unknown) => {
      throw unreachable(`The Temporal server does not answer within ${CONNECT_WITHIN_MS / 1000} s.`, error);
    });
    await assertNamespace(connection, namespace, connectionOptions.address);
    const dataConverter = await this.dataConverter();
    return new TemporalClient({ connection, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
  }
}

const NOT_FOUND = 5; // gRPC status code

// Asked once, since every later request would fail with a message that does not say what to do.
async function assertNamespace(connection: Connection, namespace: string, address: string): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + CONNECT_WITHIN_MS, () => connection.workflowService.describeNamespace({ namespace }));
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== NOT_FOUND) return;
    await connection.close();
    throw new CommandError(`The Temporal server has no namespace "${namespace}".`, { where: address, todo: 'Correct TEMPORAL_NAMESPACE, or register the namespace.', cause: error });
  }
}
