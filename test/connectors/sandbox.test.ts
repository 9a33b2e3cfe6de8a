import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Connector, SourceRecord, WriteItem, WriteKind, WriteResult } from '../../src/contracts/connector.js';
import type { JsonObject } from '../../src/contracts/json.js';
import type { RestSystemDefinition } from '../../src/contracts/system-definition.js';
import { loadDefinitions } from '../../src/config/definition-set.js';
import { resolveReferences } from '../../src/config/references.js';
import { createConnectorRegistry, type ConnectorRegistry } from '../../src/connectors/connector-registry.js';
import { createLocalBudget } from '../../src/http/local-budget.js';
import { createSecretRegister } from '../../src/http/secret-register.js';
import { RunningSandbox } from '../unit/sandbox/running-sandbox.js';
import { recipes, type Recipe } from './sandbox-recipes.js';
import { restSystem } from '../support/rest-system.js';

const folder = resolve(import.meta.dirname, '../../examples/sandbox/systems');
const { signal } = new AbortController();
const env: Record<string, string> = {
  SANDBOX_CLIENT_ID_CRM: 'sandbox-crm', SANDBOX_SECRET_CRM: 'sandbox-only-crm', SANDBOX_SECRET_CRM_WEBHOOKS: 'sandbox-only-crm-webhooks', SANDBOX_SECRET_BOOKS: 'sandbox-only-books', SANDBOX_SECRET_DESK: 'sandbox-only-desk',
  SANDBOX_SECRET_MAILING: 'sandbox-only-mailing', SANDBOX_USER_PROJECTS: 'sandbox-projects', SANDBOX_SECRET_PROJECTS: 'sandbox-only-projects', SANDBOX_SECRET_CHAT: 'sandbox-only-chat',
  CROSSWALK_NETWORK_ALLOW: 'loopback', SANDBOX_URL: 'http://127.0.0.1:9',
};
const { systems: examples, findings } = await loadDefinitions(folder, { env });
const registries: ConnectorRegistry[] = [];
afterEach(async () => {
  await Promise.all(registries.splice(0).map((registry) => registry.close()));
});

/** A sandbox and a way to its systems, without rates so that the tests need not wait. */
async function start() {
  const sandbox = await RunningSandbox.start();
  await sandbox.unlimited(...examples.keys());
  const registry = createConnectorRegistry({ networkAllow: ['loopback'],
    resolve: (text) => resolveReferences(text, { env: { ...env, SANDBOX_URL: sandbox.url }, readFile: () => '', baseFolder: folder }),
    secrets: createSecretRegister(),
    log: { debug: () => undefined },
    budgetFor: ({ limits: { requestsPerSecond: _rate, ...limits } }) => createLocalBudget({ ...limits, concurrency: 8 }),
  });
  registries.push(registry);
  const connectorOf = (system: string): Connector => registry.connectorFor(definitionOf(system));
  return { sandbox, connectorOf };
}

function definitionOf(system: string): RestSystemDefinition {
  const definition = examples.get(system);
  if (definition === undefined) throw new Error(`examples/sandbox has no system ${system}`);
  return restSystem(definition);
}

async function listAll(connector: Connector, object: string, sinceMs?: number): Promise<readonly SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const page of connector.list(object, { signal, ...(sinceMs === undefined ? {} : { sinceMs }) })) {
    expect(page.bad).toEqual([]);
    records.push(...page.records);
  }
  return records;
}

const write = (kind: WriteKind, id: string | null, fields: JsonObject, expectedVersion: string | null = null): WriteItem =>
  ({ kind, id, fields, expectedVersion, idempotencyKey: `${kind} ${id} ${JSON.stringify(fields)}` });

async function writeAll(connector: Connector, object: string, items: readonly WriteItem[]): Promise<readonly WriteResult[]> {
  const results: WriteResult[] = [];
  const size = Math.max(50, connector.batchSize(object, items[0]?.kind ?? 'create'));
  for (let from = 0; from < items.length; from += size) results.push(...await connector.write(object, items.slice(from, from + size), signal));
  return results;
}

/** Invoices belong to a customer and tasks to a project, which must be there. */
async function fieldsOf(connector: Connector, recipe: Recipe, number: number): Promise<JsonObject> {
  const fields = recipe.create(number);
  const parents = { customerId: ['customer', { name: 'Parent', reference: 'parent' }, 'reference'], project_id: ['project', { name: 'Parent', reference: 'parent' }, 'reference'] } as const;
  for (const [field, [object, parent, key]] of Object.entries(parents)) {
    if (fields[field] === undefined) continue;
    const [found] = await connector.find(object, key, 'parent', signal);
    const id = found?.id ?? (await connector.write(object, [write('create', null, parent)], signal))[0]?.id ?? null;
    return { ...fields, [field]: id };
  }
  return fields;
}

it('the examples have no findings, and a recipe for every object that can be created', () => {
  expect(findings).toEqual([]);
  const creatable = [...examples.values()].flatMap(({ system, objects }) => Object.entries(objects).filter(([, object]) => object.create !== undefined).map(([object]) => `${system}.${object}`));
  expect(new Set(creatable)).toEqual(new Set(Object.keys(recipes)));
});

describe.each(Object.entries(recipes))('%s', (name, recipe) => {
  const [system = '', object = ''] = name.split('.');
  const definition = definitionOf(system).objects[object];

  it('is created, listed whole, found, changed and put away', async () => {
    const { connectorOf } = await start();
    const connector = connectorOf(system);
    const first = await fieldsOf(connector, recipe, 1);
    const items = Array.from({ length: recipe.count }, (_, at) => write('create', null, { ...first, ...overriddenBy(recipe.create(at + 1), first) }));
    const created = await writeAll(connector, object, items);
    expect(new Set(created.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    const ids = idsOf(definition?.create?.record === undefined ? await listAll(connector, object) : created, created);
    expect(new Set(ids).size).toBe(recipe.count);

    const listed = await listAll(connector, object);
    expect(listed.map(({ id }) => id).toSorted(compare)).toEqual([...ids].toSorted(compare));

    if (recipe.find !== undefined) {
      const [field, valueOf] = recipe.find;
      const found = await connector.find(object, field, valueOf(7), signal);
      expect(found).toMatchObject([{ id: created[6]?.id ?? found[0]?.id, deleted: false }]);
      expect(await connector.find(object, field, 'nobody+here@example.com', signal)).toEqual([]);
    }
    if (recipe.again !== undefined) {
      const [again] = await connector.write(object, items.slice(6, 7), signal);
      expect(again).toMatchObject({ outcome: recipe.again === 'exists' ? 'exists' : 'ok', id: created[6]?.id });
      expect(await listAll(connector, object)).toHaveLength(recipe.count);
    }
    if (definition?.get === undefined) return;

    const id = ids[2] ?? '';
    const before = await connector.get(object, id, signal);
    expect(before).toMatchObject({ id, deleted: false, inactive: false });
    expect(before?.updatedAtMs).toBeGreaterThan(Date.now() - 600_000);
    expect(await connector.get(object, 'no-such-id', signal)).toBeNull();

    const [changed] = await connector.write(object, [write('update', id, recipe.update ?? {}, before?.version ?? null)], signal);
    expect(changed).toMatchObject({ outcome: 'ok', id });
    const after = await connector.get(object, id, signal);
    expect(after?.data).toMatchObject(recipe.update ?? {});
    if (definition.update?.versionHeader !== undefined) {
      expect(changed?.version).toBe(after?.version);
      expect(await connector.write(object, [write('update', id, recipe.update ?? {}, before?.version ?? null)], signal)).toMatchObject([{ outcome: 'version-conflict' }]);
    }
    expect(await connector.write(object, [write('update', 'no-such-id', recipe.update ?? {}, '1')], signal)).toMatchObject([{ outcome: 'not-found' }]);
    const recent = await listAll(connector, object, (after?.updatedAtMs ?? 0) - 1_000);
    expect(recent.map((record) => record.id)).toContain(id);
    expect(await listAll(connector, object, Date.now() + 3_600_000)).toEqual([]);

    for (const kind of ['archive', 'delete'] as const) {
      if (definition[kind] === undefined) continue;
      const current = await connector.get(object, id, signal);
      expect(await connector.write(object, [write(kind, id, {}, current?.version ?? null)], signal)).toMatchObject([{ outcome: 'ok' }]);
      const gone = await connector.get(object, id, signal);
      expect(gone === null || gone.deleted || gone.inactive).toBe(true);
    }
  });
});

describe('faults of the sandbox', () => {
  const contact = write('create', null, { email: 'ada@example.com', external_id: 'x-1' });

  it('a create whose answer is lost is unknown, and a look-up finds it', async () => {
    for (const kind of ['reset-after', 'cut']) {
      const { sandbox, connectorOf } = await start();
      await sandbox.admin('POST', '/faults', { system: 'crm', kind, path: '/contacts', method: 'POST' });
      const crm = connectorOf('crm');
      expect(await crm.write('contact', [contact], signal)).toMatchObject([{ outcome: 'unknown', id: null }]);
      expect(await crm.find('contact', 'external_id', 'x-1', signal)).toHaveLength(1);
    }
  });

  it('a create that was reset before it was executed is unknown too, and a look-up finds nothing', async () => {
    const { sandbox, connectorOf } = await start();
    await sandbox.admin('POST', '/faults', { system: 'crm', kind: 'reset-before', path: '/contacts', method: 'POST' });
    expect(await connectorOf('crm').write('contact', [contact], signal)).toMatchObject([{ outcome: 'unknown' }]);
    expect(await connectorOf('crm').find('contact', 'external_id', 'x-1', signal)).toEqual([]);
  });

  it.each(['html', 'empty', 'invalid-json'])('%s in place of JSON is unknown for a create and a retry for a list', async (kind) => {
    const { sandbox, connectorOf } = await start();
    await sandbox.admin('POST', '/faults', { system: 'crm', kind, path: '/contacts', times: -1 });
    const crm = connectorOf('crm');
    expect(await crm.write('contact', [contact], signal)).toMatchObject([{ outcome: 'unknown' }]);
    await expect(listAll(crm, 'contact')).rejects.toMatchObject({ detail: { code: 'not-json', outcome: 'retry' } });
  });

  it('an endless answer is cut off', async () => {
    const { sandbox, connectorOf } = await start();
    await sandbox.admin('POST', '/faults', { system: 'crm', kind: 'endless', path: '/contacts', times: 100 });
    await expect(listAll(connectorOf('crm'), 'contact')).rejects.toMatchObject({ detail: { code: 'too-large' } });
  });

  it('a rate limit is waited for', async () => {
    const { sandbox, connectorOf } = await start();
    await sandbox.admin('POST', '/faults', { system: 'desk', kind: 'status', status: 429, retryAfter: 1, path: '/users', times: 2 });
    expect(await connectorOf('desk').write('user', [write('create', null, { name: 'Ada' })], signal)).toMatchObject([{ outcome: 'ok' }]);
  });

  it('tokens that expire all at once are replaced once', async () => {
    const { sandbox, connectorOf } = await start();
    const crm = connectorOf('crm');
    await crm.write('contact', [contact], signal);
    await sandbox.admin('POST', '/crm/expire-tokens');
    const items = Array.from({ length: 50 }, (_, at) => write('create', null, { email: `p${at}@example.com` }));
    expect(new Set((await crm.write('contact', items, signal)).map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    expect(await listAll(crm, 'contact')).toHaveLength(51);
  });

  it('one bad item of a batch is parked, the others are done', async () => {
    const { sandbox, connectorOf } = await start();
    await sandbox.admin('POST', '/faults', { system: 'mailing', kind: 'partial', path: '/members/batch', items: [57] });
    const items = Array.from({ length: 100 }, (_, at) => write('create', null, { email_address: at === 3 ? 'no address' : `p${at}@example.com` }));
    const results = await connectorOf('mailing').write('member', items, signal);
    expect(results.flatMap(({ outcome }, at) => (outcome === 'ok' ? [] : [`${at} ${outcome}`]))).toEqual(['3 park', '57 park']);
    expect(results[3]?.excerpt).toContain('email_address');
  });

  it('wrong credentials fail, and are in no message', async () => {
    const { sandbox } = await start();
    for (const system of examples.keys()) {
      const registry = createConnectorRegistry({ networkAllow: ['loopback'],
        resolve: (text) => text.replace(/^\$\{SANDBOX_URL\}/, sandbox.url).replace(/secret:\/\/env\/(\w+)/g, (_reference, variable) => `WRONG-canary-${variable}`),
        secrets: createSecretRegister(), log: { debug: () => undefined }, budgetFor: ({ limits }) => createLocalBudget(limits),
      });
      registries.push(registry);
      const [object = ''] = Object.keys(definitionOf(system).objects);
      const error: unknown = await listAll(registry.connectorFor(definitionOf(system)), object).catch((caught: unknown) => caught);
      expect(error, system).toMatchObject({ name: 'SystemError', detail: { outcome: 'fail' } });
      expect(JSON.stringify([error, String(error)]), system).not.toContain('canary');
    }
  });
});

function overriddenBy(next: JsonObject, first: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(next).filter(([field]) => field !== 'customerId' && field !== 'project_id' && field in first));
}

function idsOf(listed: readonly { readonly id: string | null }[], created: readonly WriteResult[]): readonly string[] {
  return (created.every(({ id }) => id !== null) ? created : listed).flatMap(({ id }) => (id === null ? [] : [id]));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
