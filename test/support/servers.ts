import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { Client } from 'pg';
import { startPostgres } from '../../src/local/postgres.js';
import { type ClaimedStateFolder, claimStateFolder, emptyStateFolder, knownStateFolder, openStateFolder, runningProcess } from '../../src/local/state-folder.js';
import { resolveTemporalBinary } from '../../src/local/temporal-binary.js';
import { SEARCH_ATTRIBUTES, startTemporalServer } from '../../src/local/temporal-server.js';

/** TestServers are the real servers that tests share; each test file takes a database and a namespace of its own in them. */
export interface TestServers {
  /** URL of a role that may create databases. */
  readonly databaseUrl: string;
  /** `host:port` of a Temporal frontend without TLS. */
  readonly temporalAddress: string;
}

/** RunningTestServers are servers that were started for this test run, or given from outside and left alone. */
export interface RunningTestServers extends TestServers {
  stop(): Promise<void>;
}

const FOLDER_PREFIX = 'crosswalk-test-';
const KEYWORD_TYPE = 2;

/**
 * startTestServers starts a PostgreSQL and a Temporal server in a new state folder below the system's temporary folder.
 * `CROSSWALK_TEST_DATABASE_URL` and `CROSSWALK_TEST_TEMPORAL_ADDRESS` name servers to use instead.
 */
export async function startTestServers(onProgress: (message: string) => void, env: NodeJS.ProcessEnv = process.env): Promise<RunningTestServers> {
  const given = { databaseUrl: nonEmpty(env['CROSSWALK_TEST_DATABASE_URL']), temporalAddress: nonEmpty(env['CROSSWALK_TEST_TEMPORAL_ADDRESS']) };
  if (given.databaseUrl !== undefined && given.temporalAddress !== undefined) {
    return { databaseUrl: given.databaseUrl, temporalAddress: given.temporalAddress, stop: async () => undefined };
  }
  await removeFoldersOfKilledRuns(onProgress);
  const stateFolder = newTestFolder();
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).toReversed()) await end();
    stateFolder.release();
    await emptyStateFolder(stateFolder.root);
    rmSync(stateFolder.root, { recursive: true, force: true });
  };
  try {
    const databaseUrl = given.databaseUrl ?? (await startTestPostgres(stateFolder, stops, onProgress));
    const temporalAddress = given.temporalAddress ?? (await startTestTemporal(stateFolder, stops, onProgress));
    return { databaseUrl, temporalAddress, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** newTestFolder creates and claims a state folder of its own, which PostgreSQL's user can enter. */
export function newTestFolder(): ClaimedStateFolder {
  // Not mkdtemp: its folders are closed to the user that PostgreSQL runs as when the tests run as root.
  const folder = path.join(os.tmpdir(), `${FOLDER_PREFIX}${randomBytes(6).toString('hex')}`);
  mkdirSync(folder);
  return claimStateFolder(openStateFolder(folder));
}

async function startTestPostgres(stateFolder: ClaimedStateFolder, stops: (() => Promise<void>)[], onProgress: (message: string) => void): Promise<string> {
  const postgres = await startPostgres({ stateFolder, onProgress });
  stops.push(() => postgres.stop('immediate'));
  return postgres.url;
}

async function startTestTemporal(stateFolder: ClaimedStateFolder, stops: (() => Promise<void>)[], onProgress: (message: string) => void): Promise<string> {
  const binary = await resolveTemporalBinary({ onProgress });
  const temporal = await startTemporalServer({ stateFolder, binary: binary.path, headless: true, onProgress });
  stops.push(() => temporal.stop());
  return temporal.address;
}

async function removeFoldersOfKilledRuns(onProgress: (message: string) => void): Promise<void> {
  for (const name of readdirSync(os.tmpdir()).filter((entry) => entry.startsWith(FOLDER_PREFIX))) {
    const folder = path.join(os.tmpdir(), name);
    try {
      const known = knownStateFolder(folder);
      // A young one may belong to a run that is about to claim it.
      if (known === undefined || runningProcess(known) !== undefined || statSync(folder).mtimeMs > Date.now() - 60_000) continue;
      onProgress(`removing ${folder}, which a killed test run has left behind`);
      await emptyStateFolder(folder);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's, or another run is removing it at this moment.
    }
  }
}

/** TestDatabase is a database of one test file. */
export interface TestDatabase {
  readonly url: string;
  /** drop removes the database, whoever is still connected to it. */
  drop(): Promise<void>;
}

/** createTestDatabase creates an empty database, or a copy of a template made by ensureTemplateDatabase. */
export async function createTestDatabase(databaseUrl: string, template = 'template0'): Promise<TestDatabase> {
  const name = `crosswalk_test_${randomBytes(6).toString('hex')}`;
  await withClient(databaseUrl, (client) => client.query(`create database "${name}" template "${template}"`));
  return {
    url: withDatabase(databaseUrl, name),
    drop: () => withClient(databaseUrl, (client) => client.query(`drop database if exists "${name}" with (force)`)),
  };
}

/**
 * ensureTemplateDatabase makes a template once for all test files, however many ask at the same time, and gives its
 * name. The key must change with what `prepare` does, for example a hash of the migrations.
 */
export async function ensureTemplateDatabase(databaseUrl: string, key: string, prepare: (url: string) => Promise<void>): Promise<string> {
  const name = `crosswalk_template_${key.replace(/[^a-z0-9]+/gi, '_').toLowerCase()}`.slice(0, 63);
  await withClient(databaseUrl, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return;
    const draft = await createTestDatabase(databaseUrl);
    try {
      await prepare(draft.url);
      await client.query(`alter database "${new URL(draft.url).pathname.slice(1)}" rename to "${name}"`);
    } catch (error) {
      await draft.drop();
      throw error;
    }
  });
  return name;
}

/** createTestNamespace registers a new Temporal namespace with Crosswalk's search attributes and gives its name. */
export async function createTestNamespace(temporalAddress: string): Promise<string> {
  const namespace = uniqueName('test');
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });
    const searchAttributes = Object.fromEntries(SEARCH_ATTRIBUTES.map((name) => [name, KEYWORD_TYPE]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
    return namespace;
  } finally {
    await connection.close();
  }
}

/** uniqueName gives a name that no other test uses, for task queues and workflow ids. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`;
}

async function withClient(url: string, use: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

function withDatabase(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
