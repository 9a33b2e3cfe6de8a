import type { ClaimedStateFolder } from '../../src/local/state-folder.js';
import { startPostgres } from '../../src/local/postgres.js';
import { resolveTemporalBinary } from '../../src/local/temporal-binary.js';
import { DEFAULT_NAMESPACE } from '../../src/local/temporal-address.js';
import { startTemporalServer } from '../../src/local/temporal-server.js';
import { createMigratedDatabase } from './migrated-template.js';
import { type TestServers, createTestNamespace } from './servers.js';

/** InstanceServers is the database and the Temporal namespace of one instance. */
export interface InstanceServers {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  stop(): Promise<void>;
}

/** ServerControl crashes a server and starts it again on the data and at the address that it had. */
export interface ServerControl {
  /** crash ends the server without giving it time to put anything in order. */
  crash(): Promise<void>;
  /** start runs the server again and waits until it answers. */
  start(): Promise<void>;
}

/** OwnServers is servers that belong to one instance alone. */
export interface OwnServers extends InstanceServers {
  readonly postgres: ServerControl;
  readonly temporalServer: ServerControl;
}

/** shareServers gives an instance a database and a namespace of its own in servers that others use too. */
export async function shareServers(servers: TestServers): Promise<InstanceServers> {
  const database = await createMigratedDatabase(servers.databaseUrl);
  const namespace = await createTestNamespace(servers.temporalAddress);
  return { databaseUrl: database.url, temporalAddress: servers.temporalAddress, namespace, stop: () => database.drop() };
}

/** startOwnServers starts a PostgreSQL and a Temporal server in a state folder. */
export async function startOwnServers(stateFolder: ClaimedStateFolder, onProgress: (message: string) => void): Promise<OwnServers> {
  const binary = await resolveTemporalBinary({ onProgress });
  const launchPostgres = (port?: number) => startPostgres({ stateFolder, onProgress, ...(port === undefined ? {} : { port }) });
  const launchTemporal = (port?: number) => startTemporalServer({ stateFolder, binary: binary.path, headless: true, onProgress, ...(port === undefined ? {} : { port }) });
  let postgres = await launchPostgres();
  let temporal = await launchTemporal().catch(async (error: unknown) => {
    await postgres.stop('immediate');
    throw error;
  });
  const { url: databaseUrl } = postgres;
  const { address: temporalAddress } = temporal;
  return {
    databaseUrl, temporalAddress, namespace: DEFAULT_NAMESPACE,
    postgres: {
      crash: () => postgres.stop('immediate'),
      start: async () => {
        postgres = await launchPostgres(postgres.port);
        assertSame(postgres.url, databaseUrl);
      },
    },
    temporalServer: {
      crash: async () => {
        process.kill(temporal.pid, 'SIGKILL');
        await temporal.ended;
      },
      start: async () => {
        temporal = await launchTemporal(Number(temporalAddress.split(':').at(-1)));
        assertSame(temporal.address, temporalAddress);
      },
    },
    stop: async () => {
      await temporal.stop();
      await postgres.stop('immediate');
    },
  };
}

// Another program may have taken the port while the server was down; everybody would go on asking at the old address.
function assertSame(now: string, before: string): void {
  if (now !== before) throw new Error('The server came back at another port; run the test again.');
}
