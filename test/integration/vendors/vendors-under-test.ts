import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { builtinConnectors } from '../../../src/config/connector/catalogue.js';
import { definitionHash } from '../../../src/config/definition-hash.js';
import { compileDefinitions } from '../../../src/config/definition-set.js';
import { formatFinding, hasErrors } from '../../../src/config/finding.js';
import { loadFolder } from '../../../src/config/load.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { resolveReferences } from '../../../src/config/references.js';
import { connectorSchema } from '../../../src/config/schema/connector-schema.js';
import { createConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import type { Json } from '../../../src/contracts/json.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { storeDefinitions } from '../../../src/store/definitions.js';
import { startChecker } from '../../connectors/documents/start-checker.js';
import { readWaivers } from '../../connectors/conformance/waivers.js';
import { VendorFake } from '../../connectors/vendor-fake/vendor-fake.js';
import { openMigratedDatabase } from '../../support/migrated-database.js';
import { restSystem } from '../../support/rest-system.js';
import { startHandoffWorker } from '../handoffs/handoff-worker.js';
import { createPeopleTable } from '../handoffs/people-stand-in.js';

const folder = resolve(import.meta.dirname, '../../../examples/vendors');
const env = {
  HUBSPOT_TOKEN: 'canary-hubspot', XERO_CLIENT_ID: 'canary-xero-id', XERO_CLIENT_SECRET: 'canary-xero', XERO_TENANT_ID: '70784a63-d24b-46a9-a4db-0e70a274b056',
  ASANA_TOKEN: 'canary-asana', SLACK_TOKEN: 'canary-slack', ZENDESK_TOKEN: 'canary-zendesk', MAILCHIMP_KEY: 'canary-mailchimp',
};

/** VendorsUnderTest is a worker of this release, the systems of examples/vendors behind it, and what their documents had against requests. */
export type VendorsUnderTest = Awaited<ReturnType<typeof startVendors>>;

/** startVendors starts a fake for each system of examples/vendors, held against its vendor's document, and a worker; waits of days last as long as `wait`. */
export async function startVendors(wait: string) {
  const loaded = await loadFolder(folder);
  const quickened = loaded.sources.flatMap((source) => (source.kind === 'handoff' ? shortened(source.file, wait) : [source]));
  const set = compileDefinitions({ ...loaded, sources: quickened }, folder, { env });
  if (hasErrors(set.findings)) throw new Error(set.findings.map(formatFinding).join('\n'));

  const skipped: string[] = [];
  const checkers: { close(): Promise<void> }[] = [];
  const vendors = new Map<string, VendorFake>();
  const systems: SystemDefinition[] = [];
  for (const definition of [...set.systems.values()].map(restSystem)) {
    const builtin = builtinConnectors().get(definition.connector);
    const { about, examples } = connectorSchema.parse(builtin?.value);
    const checker = await startChecker(about.document);
    if (typeof checker === 'string') skipped.push(`skipped: ${definition.system} is not held against a document: ${checker}`);
    else checkers.push(checker);
    const fake = await VendorFake.start(definition, typeof checker === 'string' ? undefined : checker, Object.fromEntries(Object.entries(examples).map(([object, { id }]) => [object, id])));
    vendors.set(definition.system, fake);
    systems.push({
      ...definition, baseUrl: fake.url, limits: { ...definition.limits, settleMs: 50 }, retry: { scheduleMs: [10, 10] },
      auth: definition.auth.type === 'oauth2' ? { ...definition.auth, tokenUrl: '/fake-token' } : definition.auth,
    });
  }
  const vendor = (system: string): VendorFake => {
    const fake = vendors.get(system);
    if (fake === undefined) throw new Error(`examples/vendors has no system ${system}`);
    return fake;
  };
  // Somebody new has the status that was asked for (mailchimp.com/developer, add or update list member).
  storeOf(vendor('mailing'), 'member').derive = ({ status_if_new: status = 'pending', ...fields }) => ({ ...fields, status });
  const registry = createConnectorRegistry({
    networkAllow: ['loopback'],
    resolve: (text) => resolveReferences(text, { env, readFile: () => '', baseFolder: folder }), secrets: createSecretRegister(), log: { debug: () => undefined },
    budgetFor: ({ limits: { requestsPerSecond: _rate, ...limits } }) => createLocalBudget(limits),
  });
  const migrated = await openMigratedDatabase();
  await createPeopleTable(migrated.database);
  await storeDefinitions(migrated.database, [
    ...systems.map((body) => ({ kind: 'system' as const, name: body.system, hash: definitionHash(body), body, source: '' })),
    ...[...set.handoffs.values()].map((body) => ({ kind: 'handoff' as const, name: body.handoff, hash: definitionHash(body), body, source: '' })),
  ]);
  const worker = await startHandoffWorker(migrated.database, (definition) => registry.connectorFor(definition));

  return {
    ...worker, skipped, vendor,
    /** put makes a record as the vendor's users would, and gives its id. */
    put: (system: string, object: string, fields: Parameters<ReturnType<typeof storeOf>['create']>[0]): string => storeOf(vendor(system), object).create(fields).id,
    /** records are the fields of all records of an object. */
    records: (system: string, object: string): readonly (Readonly<Record<string, Json | undefined>> & { readonly id: string })[] => [...storeOf(vendor(system), object).records.values()].map(({ id, fields }) => ({ ...fields, id })),
    /** violations are what documents had against requests, but for what is waived for the connector. */
    violations: () => [...vendors.values()].flatMap(({ violations, definition }) => {
      const waived = readWaivers().filter(({ connector, check }) => connector === definition.connector && check === 'requests');
      return [...violations].filter((violation) => !waived.some(({ match }) => violation.includes(match))).map((violation) => `${definition.system}: ${violation}`);
    }),
    requests: () => [...vendors.values()].flatMap(({ definition, seen }) => seen.map(({ method, path }) => `${definition.connector} ${method} ${path}`)),
    stop: async (): Promise<void> => {
      await worker.stop();
      await registry.close();
      await Promise.all([...vendors.values()].map((fake) => fake.close()));
      await Promise.all(checkers.map((checker) => checker.close()));
      await migrated.drop();
    },
  };

  function shortened(file: string, days: string) {
    const text = readFileSync(file, 'utf8').replaceAll(/^(\s+wait: )\d+d$/gm, `$1${days}`);
    return parseDefinitions(file, text).sources;
  }
}

function storeOf(vendor: VendorFake, object: string) {
  const store = vendor.stores.get(object);
  if (store === undefined) throw new Error(`${vendor.definition.system} has no object ${object}`);
  return store;
}
