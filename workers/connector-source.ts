import { v4 as uuidv4 } from 'uuid';
import type { Logger } from 'pino';
import type { ConnectorSource } from '../activities/sync/dependencies.js';
import { createDatabaseAccountStore } from '../src/accounts/database-account-store.js';
import { createConnectorRegistry } from '../src/connectors/connector-registry.js';
import { readNetworkEntries } from '../src/egress/network-rules.js';
import { createSecretRegister } from '../src/http/secret-register.js';
import { openSecrets, type Secrets } from '../src/secrets/open-secrets.js';
import { sealingKeys } from '../src/secrets/sealing-keys.js';
import { UsageMeter } from '../src/store/api-usage.js';
import { sharedCircuit } from '../src/store/circuits.js';
import type { Database } from '../src/store/database.js';
import { recordClock } from '../src/store/clocks.js';
import { recordDeprecation } from '../src/store/deprecations.js';
import type { DeprecationNotice } from '../src/http/deprecation-notice.js';
import { SharedBudget } from '../src/store/shared-budget.js';

/** ClosableConnectorSource is a connector source that owns connections. */
export interface ClosableConnectorSource extends ConnectorSource {
  /** Where the values of references come from. */
  readonly secrets: Secrets;
  close(): Promise<void>;
}

/** How often the clock of a system is compared with the database's, milliseconds. */
const CLOCK_EVERY_MS = 60_000;

/** How often the same announcement is stored, and how many are told apart. */
const NOTICE_EVERY_MS = 3_600_000;
const MOST_NOTICES = 1_000;

/** createConnectorSource builds connectors whose requests share each system's budget with every other worker. */
export function createConnectorSource({ database, logger }: { readonly database: Database; readonly logger: Logger }): ClosableConnectorSource {
  const worker = uuidv4();
  const secrets = openSecrets({ log: logger });
  const keys = sealingKeys(process.env, (text) => secrets.resolve(text));
  const budgets = new Map<string, SharedBudget>();
  const clocks = new Map<string, number>();
  const onClock = (system: string, shownMs: number): void => {
    if (Date.now() - (clocks.get(system) ?? 0) < CLOCK_EVERY_MS) return;
    clocks.set(system, Date.now());
    recordClock(database, `system ${system}`, shownMs).catch((error: unknown) => logger.debug({ system, reason: String(error) }, 'How far its clock is apart could not be stored.'));
  };
  const usage = new UsageMeter(database, (error) => logger.debug({ reason: String(error) }, 'The count of requests could not be stored yet.'));
  const noticed = new Map<string, number>();
  const onDeprecation = (system: string, notice: DeprecationNotice): void => {
    const key = `${system} ${notice.request}`;
    if (Date.now() - (noticed.get(key) ?? 0) < NOTICE_EVERY_MS) return;
    if (noticed.size >= MOST_NOTICES) noticed.clear();
    noticed.set(key, Date.now());
    recordDeprecation(database, { system, ...notice }).catch((error: unknown) => logger.debug({ system, reason: String(error) }, 'An announcement could not be stored.'));
  };
  const registry = createConnectorRegistry({
    resolve: (text) => secrets.resolve(text),
    storedSecrets: secrets,
    accounts: createDatabaseAccountStore({ database, keys, log: logger }),
    secrets: createSecretRegister(),
    log: logger,
    networkAllow: readNetworkEntries(process.env['CROSSWALK_NETWORK_ALLOW']),
    onClock,
    onRequest: usage.count,
    circuitShareFor: (system) => sharedCircuit(database, system),
    onDeprecation,
    budgetFor: ({ system, limits }) => {
      const budget = budgets.get(system) ?? new SharedBudget({ database, system, limits, worker });
      budgets.set(system, budget);
      return budget;
    },
  });
  return {
    secrets,
    open: (definition) => registry.connectorFor(definition),
    close: async () => {
      await registry.close();
      await usage.flush();
      await secrets.close();
    },
  };
}
