import { v4 as uuidv4 } from 'uuid';
import type { Logger } from 'pino';
import type { ConnectorSource } from '../activities/sync/dependencies.js';
import { readSecretFile } from '../src/config/definition-set.js';
import { refusePublishedKeys } from '../src/config/published-test-keys.js';
import { resolveReferences } from '../src/config/references.js';
import { createConnectorRegistry } from '../src/connectors/connector-registry.js';
import { readNetworkEntries } from '../src/egress/network-rules.js';
import { createSecretRegister } from '../src/http/secret-register.js';
import { UsageMeter } from '../src/store/api-usage.js';
import { sharedCircuit } from '../src/store/circuits.js';
import type { Database } from '../src/store/database.js';
import { recordClock } from '../src/store/clocks.js';
import { SharedBudget } from '../src/store/shared-budget.js';

/** ClosableConnectorSource is a connector source that owns connections. */
export interface ClosableConnectorSource extends ConnectorSource {
  close(): Promise<void>;
}

/** How often the clock of a system is compared with the database's, milliseconds. */
const CLOCK_EVERY_MS = 60_000;

/** resolveFromEnvironment replaces the references in a text, at the moment of use, so that a rotated secret is picked up without a restart. */
export function resolveFromEnvironment(text: string): string {
  return resolveHere(text);
}

const resolveHere = refusePublishedKeys((text) =>
  resolveReferences(text, { env: process.env, readFile: readSecretFile, baseFolder: process.env['CROSSWALK_DEFINITIONS'] ?? process.cwd() }));

/** createConnectorSource builds connectors whose requests share each system's budget with every other worker. */
export function createConnectorSource({ database, logger }: { readonly database: Database; readonly logger: Logger }): ClosableConnectorSource {
  const worker = uuidv4();
  const budgets = new Map<string, SharedBudget>();
  const clocks = new Map<string, number>();
  const onClock = (system: string, shownMs: number): void => {
    if (Date.now() - (clocks.get(system) ?? 0) < CLOCK_EVERY_MS) return;
    clocks.set(system, Date.now());
    recordClock(database, `system ${system}`, shownMs).catch((error: unknown) => logger.debug({ system, reason: String(error) }, 'How far its clock is apart could not be stored.'));
  };
  const usage = new UsageMeter(database, (error) => logger.debug({ reason: String(error) }, 'The count of requests could not be stored yet.'));
  const registry = createConnectorRegistry({
    resolve: resolveFromEnvironment,
    secrets: createSecretRegister(),
    log: logger,
    networkAllow: readNetworkEntries(process.env['CROSSWALK_NETWORK_ALLOW']),
    onClock,
    onRequest: usage.count,
    circuitShareFor: (system) => sharedCircuit(database, system),
    budgetFor: ({ system, limits }) => {
      const budget = budgets.get(system) ?? new SharedBudget({ database, system, limits, worker });
      budgets.set(system, budget);
      return budget;
    },
  });
  const close = async (): Promise<void> => {
    await registry.close();
    await usage.flush();
  };
  return { open: (definition) => registry.connectorFor(definition), close };
}
