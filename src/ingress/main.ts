import { preventCoreDumps } from '../log/core-dumps.js';
import { createLogger } from '../log/create-logger.js';
import { CrosswalkClient } from '../client/crosswalk-client.js';
import { temporalTarget } from '../local/temporal-address.js';
import { openDatabase } from '../store/database.js';
import { activeDefinitions } from '../store/definitions.js';
import { Authorizer, readReturnTo } from '../accounts/authorizer.js';
import { readSecretFile } from '../config/definition-set.js';
import { readLinkKeys } from '../config/answer-links.js';
import { publishedKeysIn } from '../config/published-test-keys.js';
import { readNetworkEntries } from '../egress/network-rules.js';
import { payloadConverter } from '../payloads/payload-keys.js';
import { openSecrets } from '../secrets/open-secrets.js';
import { sealingKeys } from '../secrets/sealing-keys.js';
import { closeInOrder } from './close-in-order.js';
import { createApi } from './server.js';
import { keepHookSecret } from './webhooks/keep-hook-secret.js';
import { openHooks } from './webhooks/open-hooks.js';

/** Connections that may wait to be taken; those of a storm beyond them would be tried again only after seconds. The system's own limit holds too. */
const BACKLOG = 4096;

/** Port the API listens on unless CROSSWALK_PORT says otherwise. */
const DEFAULT_PORT = 8089;

/** main runs the server process: the API, on loopback unless CROSSWALK_LISTEN says otherwise. */
export async function main(): Promise<void> {
  const logger = createLogger({ role: 'server', level: process.env['CROSSWALK_LOG_LEVEL'] ?? 'info' });
  preventCoreDumps(logger);
  const { DATABASE_URL: url, CROSSWALK_LISTEN: host = '127.0.0.1', CROSSWALK_PUBLIC_URL: publicUrl = '' } = process.env;
  const port = Number(process.env['CROSSWALK_PORT'] ?? DEFAULT_PORT);
  if (url === undefined || url === '') throw new Error('DATABASE_URL is not set. Give the address of the PostgreSQL database, as in postgresql://user:password@host:5432/crosswalk.');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('CROSSWALK_PORT must be a port number.');
  const database = openDatabase({ url, connections: 8, onConnectionLost: (error) => { logger.warn({ reason: error.message }, 'An idle database connection was lost.'); } });
  const target = temporalTarget();
  const hosts = ['127.0.0.1', 'localhost', '[::1]', ...(process.env['CROSSWALK_HOSTS'] ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '')];
  const sources = { env: process.env, readFile: readSecretFile, baseFolder: process.env['CROSSWALK_DEFINITIONS'] ?? process.cwd() };
  const linkKeys = readLinkKeys(process.env['CROSSWALK_LINK_KEYS'] ?? '', sources);
  const reachedAt = publicUrl === '' ? `http://${host}:${port}` : publicUrl.replace(/\/+$/, '');
  const secrets = openSecrets({ log: logger });
  const resolve = (text: string): string => secrets.resolve(text);
  await secrets.ready([process.env['CROSSWALK_SEALING_KEYS'] ?? '', process.env['CROSSWALK_PAYLOAD_KEYS'] ?? '']);
  const dataConverter = payloadConverter(process.env, resolve);
  const client = await CrosswalkClient.connect({ connection: target.connectionOptions, namespace: target.namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
  const hooks = openHooks({ database, client, log: logger, resolve, secretsReady: (texts) => secrets.ready(texts), keepSecret: (reference, secret) => keepHookSecret(sources.baseFolder, reference, secret), publicUrl: reachedAt });
  // A database that is away does not keep the server from answering that it is.
  const inForce = await Promise.all([activeDefinitions(database, 'system'), activeDefinitions(database, 'channel')]).catch(() => []);
  const published = publishedKeysIn(inForce.flat().map(({ body }) => body), resolve);
  if (published.length > 0) throw new Error(published.join('\n'));
  const authorizer = new Authorizer({
    database, keys: sealingKeys(process.env, resolve), resolve, ready: (texts) => secrets.ready(texts), networkAllow: readNetworkEntries(process.env['CROSSWALK_NETWORK_ALLOW']), returnTo: readReturnTo(process.env['CROSSWALK_RETURN_TO'] ?? ''),
  });
  const accounts = { authorizer, publicUrl: reachedAt, onFailure: (error: unknown) => { logger.error({ reason: error instanceof Error ? error.message : 'unknown error' }, 'An account could not be connected.'); } };
  const api = createApi({ database, client, hosts, linkKeys }, hooks.route, undefined, accounts);
  const close = async (): Promise<void> => {
    await closeInOrder(api);
    hooks.close();
    await client.close();
    await secrets.close();
    await database.close();
  };
  let closing: Promise<void> | undefined;
  const stop = (): Promise<void> => (closing ??= close());
  process.once('SIGTERM', () => { void stop(); });
  process.once('SIGINT', () => { void stop(); });
  if (process.env['CROSSWALK_PARENT_PIPE'] === '1') {
    process.stdin.once('close', () => { void stop(); }).resume();
    // The pipe is no reason to stay once everything else has ended.
    if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref();
  }
  const address = await api.listen({ host, port, backlog: BACKLOG });
  process.stdout.write(`${JSON.stringify({ ready: true, url: address })}\n`);
}
