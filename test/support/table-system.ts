import { pino } from 'pino';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { PostgresSystemDefinition, TableDefinition } from '../../src/contracts/postgres-definition.js';
import type { Connector, Page, WriteItem, WriteKind } from '../../src/contracts/connector.js';
import type { JsonObject } from '../../src/contracts/json.js';
import { createConnectorRegistry } from '../../src/connectors/connector-registry.js';
import { createLocalBudget } from '../../src/http/local-budget.js';
import { createSecretRegister } from '../../src/http/secret-register.js';
import { createTestDatabase, uniqueName } from './servers.js';
import { TcpProxy } from './tcp-proxy.js';

/** TableSystem is a legacy system: a PostgreSQL database of its own, with a proxy before it that can spoil answers. */
export class TableSystem {
  private constructor(readonly proxy: TcpProxy, private readonly client: Client, private readonly database: { readonly url: string; drop(): Promise<void> }, private readonly closers: (() => Promise<void>)[]) {}

  /** start creates the database and runs a script in it. */
  static async start(script: string): Promise<TableSystem> {
    const database = await createTestDatabase(inject('crosswalkServers').databaseUrl);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(script);
    return new TableSystem(await TcpProxy.start(Number(new URL(database.url).port)), client, database, []);
  }

  /** url is the address of the database itself. */
  get url(): string {
    return this.database.url;
  }

  /** query asks the database past the proxy; timestamps and numbers come as text. */
  async query<Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    const { rows } = await this.client.query({ text, values, types: { getTypeParser: () => String } });
    return rows as Row[];
  }

  /** definition is a system with one object in this database, behind the proxy. */
  definition(object: string, table: Partial<TableDefinition> & Pick<TableDefinition, 'table' | 'columns'>, more: Partial<Omit<PostgresSystemDefinition, 'connector' | 'medium' | 'limits' | 'objects'>> & { readonly limits?: Partial<PostgresSystemDefinition['limits']> } = {}): PostgresSystemDefinition {
    const { limits, ...rest } = more;
    return {
      system: uniqueName('erp'), title: 'ERP', connector: 'postgres', medium: 'postgres', connection: 'secret://env/ERP', timeZone: 'UTC', retry: { scheduleMs: [10, 10] },
      objects: { [object]: { id: '/id', idColumn: 'id', pageSize: 500, batch: 100, touch: [], increment: [], get: {}, ...table } }, ...rest,
      limits: { burst: 100, concurrency: 4, reserve: 0, timeoutMs: 5_000, settleMs: 100, maxResponseBytes: 1_000_000, ...limits },
    };
  }

  /** open makes the connector of a definition; `secret` replaces the connection URL. */
  open(definition: PostgresSystemDefinition, secret?: string): Connector {
    const url = new URL(this.database.url);
    url.host = `127.0.0.1:${this.proxy.port}`;
    const registry = createConnectorRegistry({ networkAllow: ['loopback'],
      resolve: (text) => (text === 'secret://env/ERP' ? secret ?? url.href : text), secrets: createSecretRegister(), log: pino({ level: 'silent' }), budgetFor: ({ limits }) => createLocalBudget(limits),
    });
    this.closers.push(() => registry.close());
    return registry.connectorFor(definition);
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close();
    await this.proxy.close();
    await this.client.end();
    await this.database.drop();
  }
}

/** everything reads a list to its end. */
export async function everything(connector: Connector, object: string, more: { readonly sinceMs?: number } = {}): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for await (const page of connector.list(object, { signal: new AbortController().signal, ...more })) pages.push(page);
  return pages;
}

/** item makes a write. */
export function item(kind: WriteKind, id: string | null, fields: JsonObject = {}, more: Partial<WriteItem> = {}): WriteItem {
  return { kind, id, fields, expectedVersion: null, idempotencyKey: uniqueName('key'), ...more };
}
