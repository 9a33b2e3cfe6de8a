import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { LookupAddress } from 'node:dns';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnectorRegistry } from '../../../../src/connectors/connector-registry.js';
import type { Connector, WriteResult } from '../../../../src/contracts/connector.js';
import type { SystemDefinition } from '../../../../src/contracts/system-definition.js';
import { SystemError } from '../../../../src/contracts/system-error.js';
import type { AddressLookup } from '../../../../src/http/guarded-connect.js';
import { createLocalBudget } from '../../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../../src/http/secret-register.js';

// Rows 13 and 14 of the security matrix, for what speaks no HTTP.
const signal = new AbortController().signal;
const base = { title: 'x', timeZone: 'UTC', retry: { scheduleMs: [] }, limits: { burst: 10, concurrency: 1, reserve: 0, timeoutMs: 2_000, settleMs: 0, maxResponseBytes: 1_000 } };

type Open = (host: string, port: number) => SystemDefinition;
const kinds: readonly (readonly [string, Open, (connector: Connector) => Promise<unknown>])[] = [
  ['PostgreSQL', (host, port) => ({ ...base, system: 'db', connector: 'postgres', medium: 'postgres', connection: host.startsWith('/') ? `postgres://u:p@x:${port}/d?host=${host}` : `postgres://u:p@${host}:${port}/d`, objects: { row: { id: '/id', idColumn: 'id', table: ['t'], columns: ['id'], pageSize: 1, batch: 1, touch: [], increment: [], get: {} } } }), (connector) => connector.get('row', '1', signal)],
  ['SFTP', (host, port) => ({
    ...base, system: 'ftp', connector: 'files', medium: 'files', folder: '/', sftp: { host, port, username: 'u', password: 'p', hostKeys: ['SHA256:A'] },
    objects: { row: { id: '/id', idColumn: 'id', csv: { delimiter: ';', quote: '"', encoding: 'utf-8' }, since: { format: 'iso', field: '', overlapMs: 0, safetyLagMs: 0 }, read: { full: '*.csv', complete: { by: 'stable', forMs: 0 }, after: 'keep', pageSize: 1 } } },
  }), async (connector) => connector.list('row', { signal })[Symbol.asyncIterator]().next()],
  ['SMTP', (host, port) => ({ ...base, system: 'mail', connector: 'smtp', medium: 'smtp', host, port, tls: 'none', from: 'a@b.example', recipients: [], duplicates: 'accept', objects: { message: { id: '/id', create: {} } } }), (connector) => sent(connector)],
];

async function sent(connector: Connector): Promise<void> {
  const [result] = await connector.write('message', [{ kind: 'create', id: null, fields: { to: 'c@d.example', subject: 's', text: 't' }, expectedVersion: null, idempotencyKey: 'k' }], signal) as [WriteResult];
  // A result has no code; its sentence says the same.
  if (result.outcome !== 'ok') throw new Error(`${result.outcome === 'fail' && result.message.includes('must not be connected to') ? 'address-refused' : result.outcome}: ${result.message}`);
}

/** A server that takes connections and closes them at their first bytes, or at once. */
async function listening(): Promise<{ readonly port: number; readonly connections: () => number }> {
  let connections = 0;
  const port = await started(createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).end();
  }));
  return { port, connections: () => connections };
}

/** A look-up that gives each answer once, and the last one for ever. */
function answering(...answers: readonly string[]): { readonly lookup: AddressLookup; readonly asked: string[] } {
  const asked: string[] = [];
  return { asked, lookup: (host, _options, callback) => {
    const address = answers[Math.min(asked.length, answers.length - 1)] ?? '';
    asked.push(host);
    callback(null, [{ address, family: 4 } satisfies LookupAddress]);
  } };
}

function opened(definition: SystemDefinition, allow: readonly string[], lookup?: AddressLookup): Connector {
  const registry = createConnectorRegistry({ networkAllow: [], resolve: (text) => text, secrets: createSecretRegister(), log: pino({ level: 'silent' }), budgetFor: ({ limits }) => createLocalBudget(limits), ...(lookup === undefined ? {} : { lookup }) });
  onTestFinished(() => registry.close());
  return registry.connectorFor({ ...definition, network: { allow } });
}

const failure = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(() => undefined, (thrown: unknown) => thrown);
  return error instanceof SystemError ? `${error.detail.code}: ${error.message}` : error instanceof Error ? error.message : String(error);
};

describe.each(kinds)('a system that speaks %s', (_kind, definition, ask) => {
  it('is not connected to at an address that nobody has opened', async () => {
    const { port, connections } = await listening();
    expect(await failure(ask(opened(definition('127.0.0.1', port), [])))).toMatch(/^address-refused: .*127\.0\.0\.1 is this machine/);
    const { lookup } = answering('10.1.2.3');
    expect(await failure(ask(opened(definition('intern.test', port), [], lookup)))).toMatch(/^address-refused: .*intern\.test resolves to 10\.1\.2\.3 is a private address/);
    expect(await failure(ask(opened(definition('169.254.169.254', port), ['loopback'])))).toMatch(/^address-refused: .*credentials/);
    expect(connections()).toBe(0);
  });

  it('is connected to where its definition opens the place', async () => {
    const { port, connections } = await listening();
    expect(await failure(ask(opened(definition('127.0.0.1', port), ['loopback'])))).not.toContain('address-refused');
    expect(connections()).toBeGreaterThan(0);
  });

  it('is looked up once for each connection, whose address is the one that was judged: a name that is pointed elsewhere meanwhile is refused', async () => {
    const { port, connections } = await listening();
    const { lookup, asked } = answering('127.0.0.1', '169.254.169.254');
    const connector = opened(definition('rebind.test', port), ['127.0.0.1'], lookup);
    expect(await failure(ask(connector))).not.toContain('address-refused');
    expect([asked.length, connections()]).toEqual([1, 1]);
    expect(await failure(ask(connector))).toMatch(/^address-refused: .*rebind\.test resolves to 169\.254\.169\.254/);
    expect([asked.length, connections()]).toEqual([2, 1]);
  });

  it('with a name that looks public and leads to this machine is refused, also where this machine is opened by its own name', async () => {
    const { port, connections } = await listening();
    expect(await failure(ask(opened(definition('rebind.test', port), ['loopback'], answering('127.0.0.1').lookup)))).toContain('address-refused');
    expect(connections()).toBe(0);
  });
});

it("a Unix socket of a database is this machine's", async () => {
  const [, definition, ask] = kinds[0] ?? [];
  if (definition === undefined || ask === undefined) throw new Error('no PostgreSQL');
  expect(await failure(ask(opened(definition('/nowhere', 5432), [])))).toContain('address-refused');
  expect(await failure(ask(opened(definition('/nowhere', 5432), ['loopback'])))).not.toContain('address-refused');
});

describe('the certificate is asked for by name, though the address was looked up before', () => {
  it('of a database', async () => {
    const names: string[] = [];
    const port = await tlsAfter((socket) => { socket.once('data', () => {
      socket.write('S');
      new TLSSocket(socket, { isServer: true, SNICallback: (name, done) => { names.push(name); done(null); } }).on('error', () => undefined);
    }); });
    const [, definition, ask] = kinds[0] ?? [];
    await failure(ask?.(opened(definition?.('db.test', port) as SystemDefinition, ['db.test'], answering('127.0.0.1').lookup)) ?? Promise.resolve());
    expect(names).toEqual(['db.test']);
  });

  it('of a mail server', async () => {
    const names: string[] = [];
    const server = createTlsServer({ SNICallback: (name, done) => { names.push(name); done(null); } }).on('tlsClientError', () => undefined);
    const port = await started(server);
    const [, definition, ask] = kinds[2] ?? [];
    await failure(ask?.(opened({ ...definition?.('mail.test', port), tls: 'implicit' } as SystemDefinition, ['mail.test'], answering('127.0.0.1').lookup)) ?? Promise.resolve());
    expect(names).toEqual(['mail.test']);
  });
});

const tlsAfter = (serve: (socket: Socket) => void): Promise<number> => started(createServer((socket) => { socket.on('error', () => undefined); serve(socket); }));

async function started(server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => { open.add(socket); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => { server.close(resolve); });
  });
  return (server.address() as AddressInfo).port;
}
