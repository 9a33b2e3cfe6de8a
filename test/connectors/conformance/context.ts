import type { Connector, SourceRecord, WriteItem, WriteKind, WriteResult } from '../../../src/contracts/connector.js';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import type { ObjectDefinition, RestSystemDefinition } from '../../../src/contracts/system-definition.js';
import type { BuiltinConnector } from '../../../src/config/connector/catalogue.js';
import { compileDefinitions } from '../../../src/config/definition-set.js';
import { formatFinding } from '../../../src/config/finding.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { resolveReferences } from '../../../src/config/references.js';
import { connectorSchema, type AboutConnector } from '../../../src/config/schema/connector-schema.js';
import { createConnectorRegistry, type ConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { minimalFile } from '../../unit/config/connector/minimal-file.js';
import type { RequestChecker } from '../documents/request-checker.js';
import { VendorFake } from '../vendor-fake/vendor-fake.js';
import { restSystem } from '../../support/rest-system.js';

/** secret is the credential of every system in this suite; it must turn up nowhere. */
export const secret = 'canary-5f0c1b';

/** signal is never aborted. */
export const signal: AbortSignal = new AbortController().signal;

/** NotApplicable is thrown by a check that a connector has nothing for. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}

/** OpenOptions says how a connector is opened. */
export interface OpenOptions {
  readonly secret?: string;
  readonly change?: (definition: RestSystemDefinition) => RestSystemDefinition;
}

/** Subject is a connector in one of its ways to authenticate, with a fake of its vendor. */
export class Subject {
  private readonly registries: ConnectorRegistry[] = [];
  /** Everything that was logged, thrown or answered to people. */
  readonly said: string[] = [];

  private constructor(readonly connector: BuiltinConnector, readonly about: AboutConnector, readonly definition: RestSystemDefinition, readonly vendor: VendorFake) {}

  /** against is this connector with the fake of another. */
  against(vendor: VendorFake): Subject {
    return new Subject(this.connector, this.about, this.definition, vendor);
  }

  /** startAll starts a subject for each way to authenticate, but for accounts that a person connects: those are proven with an authorization server (test/integration/oauth). */
  static async startAll(connector: BuiltinConnector, checker: RequestChecker | undefined): Promise<readonly Subject[]> {
    const about = connectorSchema.parse(connector.value);
    const kinds = Object.fromEntries(Object.entries(about.examples).map(([object, { id }]) => [object, id]));
    const byItself = minimalFile(connector).filter((text) => !text.includes('grant: authorization_code'));
    return Promise.all(byItself.map(async (text) => {
      const { systems, findings } = compileDefinitions(parseDefinitions('mine.yaml', text), '.', { checkEnvironment: false, connectors: new Map([[connector.name, connector]]) });
      const found = systems.get('mine');
      if (found === undefined) throw new Error(findings.map(formatFinding).join('\n'));
      const definition = restSystem(found);
      return new Subject(connector, about, definition, await VendorFake.start(definition, checker, kinds));
    }));
  }

  /** objects lists the objects that fit, and throws NotApplicable where none does. */
  objects(why: string, fits: (object: ObjectDefinition, name: string) => boolean): readonly (readonly [string, ObjectDefinition])[] {
    const found = Object.entries(this.definition.objects).filter(([name, object]) => fits(object, name));
    if (found.length === 0) throw new NotApplicable(why);
    return found;
  }

  /** open gives the connector, without a rate, so that checks need not wait. */
  open(options: OpenOptions = {}): Connector {
    const { requestsPerSecond: _rate, ...limits } = this.definition.limits;
    const auth = this.definition.auth.type === 'oauth2' ? { ...this.definition.auth, tokenUrl: '/fake-token' } : this.definition.auth;
    const quick: RestSystemDefinition = { ...this.definition, baseUrl: this.vendor.url, auth, limits: { ...limits, concurrency: 4 }, objects: Object.fromEntries(Object.entries(this.definition.objects).map(([name, object]) => [name, quickJobs(object)])) };
    const definition = options.change?.(quick) ?? quick;
    const registry = createConnectorRegistry({
    networkAllow: ['loopback'],
      resolve: (text) => resolveReferences(text, { env: { VENDOR_SECRET: options.secret ?? secret }, readFile: () => '', baseFolder: '.' }),
      secrets: createSecretRegister(),
      log: { debug: (fields, message) => { this.said.push(JSON.stringify([fields, message])); } },
      budgetFor: ({ limits: each }) => createLocalBudget(each),
      maxRateLimitWaitMs: 0,
    });
    this.registries.push(registry);
    return registry.connectorFor(definition);
  }

  /** fields are those of the record of a number, as the connector's examples have them. */
  fields(object: string, number: number, kind: 'create' | 'update' = 'create'): JsonObject {
    const example = this.about.examples[object]?.[kind];
    if (example === undefined) throw new Error(`${this.connector.name} has no example of ${kind} for ${object}`);
    return numbered(example, number) as JsonObject;
  }

  /** creatable lists the objects that can be created and have an example. */
  creatable(): readonly (readonly [string, ObjectDefinition])[] {
    return this.objects('no object can be created', (object, name) => object.create !== undefined && this.about.examples[name]?.create !== undefined);
  }

  store(object: string) {
    const store = this.vendor.stores.get(object);
    if (store === undefined) throw new Error(`no store of ${object}`);
    return store;
  }

  /** noted keeps what is told to people, for the check that no secret is in it. */
  noted<T>(told: T): T {
    this.said.push(JSON.stringify(told), String(told));
    return told;
  }

  async close(): Promise<void> {
    await Promise.all(this.registries.map((registry) => registry.close()));
    await this.vendor.close();
  }
}

/** listAll reads a list and what came with each page. */
export async function listAll(connector: Connector, object: string, request: { sinceMs?: number; from?: Record<string, Json> } = {}) {
  const pages: { readonly ids: readonly string[]; readonly next: unknown }[] = [];
  const records: SourceRecord[] = [];
  for await (const page of connector.list(object, { ...request, signal } as Parameters<Connector['list']>[1])) {
    if (page.bad.length > 0) throw new Error(`bad records: ${JSON.stringify(page.bad)}`);
    pages.push({ ids: page.records.map(({ id }) => id), next: page.next });
    records.push(...page.records);
  }
  return { pages, records, ids: records.map(({ id }) => id) };
}

let keys = 0;

/** item makes a write with a key of its own unless one is given. */
export function item(kind: WriteKind, id: string | null, fields: JsonObject, more: Partial<WriteItem> = {}): WriteItem {
  return { kind, id, fields, expectedVersion: null, idempotencyKey: `key-${++keys}`, ...more };
}

/** outcomesOf shows results in short. */
export function outcomesOf(results: readonly WriteResult[]): string {
  return results.map(({ outcome, message }) => (outcome === 'ok' ? 'ok' : `${outcome} (${message})`)).join(', ');
}

function quickJobs(object: ObjectDefinition): ObjectDefinition {
  const quick = <T extends ObjectDefinition['create']>(operation: T): T => (operation?.batch?.job === undefined ? operation : { ...operation, batch: { ...operation.batch, job: { ...operation.batch.job, everyMs: 5 } } });
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, ['create', 'update', 'archive', 'delete'].includes(key) ? quick(value as ObjectDefinition['create']) : value])) as unknown as ObjectDefinition;
}

function numbered(value: unknown, number: number): unknown {
  if (typeof value === 'string') return value.replaceAll('{n}', String(number));
  if (Array.isArray(value)) return value.map((part) => numbered(part, number));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, numbered(part, number)]));
}
