import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { Authorizer } from '../../../src/accounts/authorizer.js';
import { readAuthorizationAnswer } from '../../../src/accounts/authorization-answer.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { createKeySource, type KeySource } from '../../../src/sealing/key-ring.js';
import type { Database } from '../../../src/store/database.js';
import { activeDefinitions, storeDefinitions } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { createConnectorSource, type ClosableConnectorSource } from '../../../workers/connector-source.js';
import { AuthorizationServer, clientSecretOfTests, type AuthorizationServerOptions } from '../../support/authorization-server.js';
import { HttpSystem, type HttpAnswer } from '../../support/http-system.js';
import { uniqueName } from '../../support/servers.js';

/** sealingKeysOfTests seals what tests store. */
export const sealingKeysOfTests = `k1:${Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7 % 251)).toString('base64')}`;

/** AccountUnderTest is a system whose account is at a real authorization server, and what reads it. */
export interface AccountUnderTest {
  readonly server: AuthorizationServer;
  readonly system: HttpSystem;
  readonly definition: SystemDefinition;
  readonly keys: KeySource;
  readonly authorizer: Authorizer;
  /** connect has a person connect the account. */
  connect(): Promise<void>;
  /** connectors reads as a worker does; one for each process. */
  connectors(): ClosableConnectorSource;
  close(): Promise<void>;
}

/** resolveForTests knows the one secret of the tests. */
export function resolveForTests(text: string): string {
  return text === 'secret://env/OAUTH_CLIENT_SECRET' ? clientSecretOfTests : text;
}

/** startAccount starts the servers and puts the definition of the system in force; nobody has connected the account yet. */
export async function startAccount(database: Database, options: AuthorizationServerOptions = {}, limits: Partial<SystemDefinition['limits']> = {}): Promise<AccountUnderTest> {
  const server = await AuthorizationServer.start(options);
  const system = await HttpSystem.start(uniqueName('crm'), { admit: ({ headers }) => admitted(server, headers.authorization) });
  system.put('c1', { email: 'c1@example.org', name: 'n1' });
  const definition: SystemDefinition = { ...system.definition(), auth: server.auth() };
  const own: SystemDefinition = { ...definition, limits: { ...definition.limits, timeoutMs: 3_000, concurrency: 50, ...limits } };
  await storeDefinitions(database, [...(await activeDefinitions(database, 'system')), { kind: 'system', name: own.system, hash: newId(), body: own, source: '' }]);
  const keys = createKeySource(() => sealingKeysOfTests);
  const authorizer = new Authorizer({ database, keys, resolve: resolveForTests, networkAllow: ['loopback'] });
  process.env['OAUTH_CLIENT_SECRET'] = clientSecretOfTests;
  process.env['CROSSWALK_SEALING_KEYS'] = sealingKeysOfTests;
  process.env['CROSSWALK_NETWORK_ALLOW'] = 'loopback';
  const opened: ClosableConnectorSource[] = [];
  return {
    server, system, definition: own, keys, authorizer,
    connect: async () => {
      const begun = await authorizer.beginHere(own.system, 'http://127.0.0.1/oauth/callback', 'vera');
      await begun.finish(readAuthorizationAnswer((await server.visit(begun.url.href)).searchParams));
    },
    connectors: () => {
      const source = createConnectorSource({ database, logger: pino({ level: 'silent' }) });
      opened.push(source);
      return source;
    },
    close: async () => {
      for (const source of opened) await source.close();
      await system.close();
      await server.close();
    },
  };
}

/** admitted judges a bearer token as the system's API does (RFC 6750 §3.1). */
export async function admitted(server: AuthorizationServer, authorization: string | undefined): Promise<HttpAnswer | undefined> {
  const scopes = await server.scopesOf(authorization);
  if (scopes === undefined) return { status: 401, body: { error: 'invalid_token' }, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };
  if (!scopes.has('records')) return { status: 403, body: { error: 'insufficient_scope' }, headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="records"' } };
  return undefined;
}

const script = fileURLToPath(new URL('children/caller.mjs', import.meta.url));

/** Caller is a process that reads the system, as a worker does. */
export interface Caller {
  readonly child: ChildProcess;
  /** go has it read; gives how many reads succeeded, and how the others ended. */
  go(): Promise<{ readonly done: number; readonly outcomes: readonly string[] }>;
}

/** startCaller starts such a process; it waits for `go`. */
export async function startCaller({ definition }: Pick<AccountUnderTest, 'definition'>, databaseUrl: string, reads: number): Promise<Caller> {
  const child = spawn(process.execPath, [script, JSON.stringify(definition), String(reads)], {
    env: { ...process.env, DATABASE_URL: databaseUrl, OAUTH_CLIENT_SECRET: clientSecretOfTests, CROSSWALK_SEALING_KEYS: sealingKeysOfTests }, stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  if ((await next()) !== 'ready') throw new Error('The process is not ready.');
  return {
    child,
    go: async () => {
      child.stdin.end('go\n');
      return JSON.parse(await next()) as { done: number; outcomes: string[] };
    },
  };
}
