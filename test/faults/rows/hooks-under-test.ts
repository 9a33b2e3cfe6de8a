import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { CrosswalkClient } from '../../../src/client/crosswalk-client.js';
import { compileWebhooks } from '../../../src/config/compile-webhooks.js';
import { webhooksSchema } from '../../../src/config/schema/webhooks-schema.js';
import { createApi, type ServerLimits } from '../../../src/ingress/server.js';
import { openHooks } from '../../../src/ingress/webhooks/open-hooks.js';
import type { Database } from '../../../src/store/database.js';
import { storeDefinitions, type NewDefinition } from '../../../src/store/definitions.js';

const SECRETS: Readonly<Record<string, string>> = { 'secret://env/CRM': 'secret-of-the-crm', 'secret://env/SHOP': 'secret-of-the-shop' };

/** followedSync is the sync that follows the webhooks of the system `crm`. */
export const followedSync = 'contacts';

/** storeHookDefinitions stores the systems `crm`, `shop`, which gives its events no ids, and `broken`, whose secret is missing. */
export async function storeHookDefinitions(database: Database): Promise<void> {
  const system = (name: string, more: object): NewDefinition => {
    const webhooks = compileWebhooks(webhooksSchema.parse({ scheme: 'hmac-sha256', signed: '{timestamp}.{body}', timestamp: { header: 'X-Timestamp' }, secret: `secret://env/${name.toUpperCase()}`, record: '/object_id', ...more }));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what is said of webhooks is looked at
    return { kind: 'system', name, hash: name, source: '', body: { system: name, objects: { contact: {} }, webhooks } as unknown as NewDefinition['body'] };
  };
  const sync = { sync: followedSync, from: { system: 'crm', object: 'contact' }, to: { system: 'mailing', object: 'member' }, fields: [], when: { realtime: true }, rollout: { mode: 'live' } };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  await storeDefinitions(database, [system('crm', { id: '/id' }), system('shop', {}), system('broken', {}), { kind: 'sync', name: followedSync, hash: 'sync', source: '', body: sync as unknown as NewDefinition['body'] }]);
}

/** HooksUnderTest is the server that receives webhooks, on a database with the definitions above. */
export interface HooksUnderTest {
  readonly url: string;
  readonly server: FastifyInstance;
  /** What was logged as an error. */
  readonly errors: readonly object[];
  close(): Promise<void>;
}

/** serveHooks starts a server; `client` wakes whom webhooks concern. */
export async function serveHooks(database: Database, client: Pick<CrosswalkClient, 'wakeRealtime' | 'wakeHandoff'>, limits?: ServerLimits): Promise<HooksUnderTest> {
  const errors: object[] = [];
  const resolve = (reference: string): string => {
    const secret = SECRETS[reference];
    if (secret === undefined) throw new Error(`${reference} has no value`);
    return secret;
  };
  const hooks = openHooks({
    database, client, resolve, keepSecret: async () => false, publicUrl: 'https://hooks.example.com',
    log: { warn: () => undefined, error: (parts) => { errors.push(parts); } },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the routes of webhooks and health ask for no more
  const server = createApi({ database, client: client as CrosswalkClient, hosts: ['127.0.0.1'] }, hooks.route, limits);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { url, server, errors, close: async () => { hooks.close(); await server.close(); } };
}

/** secretOf is the secret that a system signs its webhooks with. */
export function secretOf(system: string): string {
  return SECRETS[`secret://env/${system.toUpperCase()}`] ?? '';
}

/** signedHeaders are the headers of a genuine webhook. */
export function signedHeaders(body: string | Buffer, system = 'crm', at = Math.floor(Date.now() / 1000)): Record<string, string> {
  return { 'content-type': 'application/json', 'x-timestamp': String(at), 'x-signature': createHmac('sha256', secretOf(system)).update(`${at}.`).update(body).digest('hex') };
}

/** sendHook sends a genuine webhook. */
export async function sendHook(url: string, body: string | Buffer<ArrayBuffer>, system = 'crm', at?: number): Promise<Response> {
  return fetch(`${url}/hooks/${system}`, { method: 'POST', body, headers: signedHeaders(body, system, at) });
}

/** sendRaw sends bytes over a connection of its own and gives all that comes back until the server closes it. */
export function sendRaw(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => { socket.write(bytes); });
    socket.setEncoding('latin1').on('data', (chunk: string) => { answer += chunk; }).on('close', () => { resolve(answer); }).on('error', reject);
  });
}
