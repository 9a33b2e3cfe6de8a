import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { Budget, Purpose } from '../contracts/budget.js';
import type { CountRequest } from '../contracts/api-usage.js';
import type { CircuitShare } from '../contracts/circuit.js';
import type { Connector } from '../contracts/connector.js';
import type { SystemDefinition } from '../contracts/system-definition.js';
import { networkRules } from '../egress/network-rules.js';
import type { AccountStore } from '../http/auth/account-store.js';
import { createHttpClient, type HttpLog } from '../http/client.js';
import type { HttpClient } from '../http/client-types.js';
import { createDispatcher } from '../http/create-dispatcher.js';
import type { DeprecationNotice } from '../http/deprecation-notice.js';
import type { SecretRegister } from '../http/secret-register.js';
import type { StoredSecrets } from '../http/stored-secrets.js';
import { createRestConnector } from './rest-connector.js';

/** ConnectorRegistry builds the connectors of definitions and keeps them, with their connections, until it is closed. */
export interface ConnectorRegistry {
  /** connectorFor gives the connector of a definition; definitions of the same content share one. Default purpose: `sync`. */
  connectorFor(definition: SystemDefinition, purpose?: Purpose): Connector;
  /** close ends all connections once their requests are answered; no connector works afterwards. */
  close(): Promise<void>;
}

/** ConnectorRegistryDependencies is what connectors are built with. */
export interface ConnectorRegistryDependencies {
  readonly resolve: (text: string) => string;
  readonly secrets: SecretRegister;
  readonly log: HttpLog;
  /** The budget of a system; all versions of its definition share it. */
  readonly budgetFor: (definition: SystemDefinition) => Budget;
  readonly accounts?: AccountStore;
  readonly storedSecrets?: StoredSecrets;
  readonly maxRateLimitWaitMs?: number;
  /** Told what the clock of a system showed with an answer, epoch milliseconds, right to a second. */
  readonly onClock?: (system: string, shownMs: number) => void;
  /** What the deployment opens besides public addresses, in addition to each system's own `network`. */
  readonly networkAllow: readonly string[];
  /** What workers tell each other about a system that fails. */
  readonly circuitShareFor?: (system: string) => CircuitShare;
  /** Counts each request that was sent. */
  readonly onRequest?: CountRequest;
  /** Told of answers that announce the end of what was asked. */
  readonly onDeprecation?: (system: string, notice: DeprecationNotice) => void;
  /** Makes the connections to a system. Default: createDispatcher. */
  readonly dispatcherFor?: (definition: SystemDefinition) => Dispatcher;
}

interface Entry {
  readonly client: HttpClient;
  readonly dispatcher: Dispatcher;
  readonly connectors: Map<Purpose, Connector>;
}

/** createConnectorRegistry makes an empty registry; nothing is built or connected before it is asked for. */
export function createConnectorRegistry(dependencies: ConnectorRegistryDependencies): ConnectorRegistry {
  const { networkAllow, dispatcherFor = ({ limits, network }) => createDispatcher(limits, networkRules([...networkAllow, ...(network?.allow ?? [])])), budgetFor, circuitShareFor, ...shared } = dependencies;
  const byHash = new Map<string, Entry>();
  const byDefinition = new WeakMap<SystemDefinition, Entry>();
  let closing: Promise<unknown> | undefined;

  const entryOf = (definition: SystemDefinition): Entry => {
    const known = byDefinition.get(definition);
    if (known !== undefined) return known;
    const hash = createHash('sha256').update(JSON.stringify(definition)).digest('hex');
    const entry = byHash.get(hash) ?? build(definition);
    byHash.set(hash, entry);
    byDefinition.set(definition, entry);
    return entry;
  };
  const build = (definition: SystemDefinition): Entry => {
    const dispatcher = dispatcherFor(definition);
    const client = createHttpClient(definition, {
      ...shared, dispatcher, budget: budgetFor(definition), ...(circuitShareFor === undefined ? {} : { circuitShare: circuitShareFor(definition.system) }),
    });
    return { client, dispatcher, connectors: new Map() };
  };

  return {
    connectorFor(definition, purpose = 'sync') {
      if (closing !== undefined) throw new Error('The connector registry is closed.');
      const { client, connectors } = entryOf(definition);
      const connector = connectors.get(purpose) ?? createRestConnector({ definition, client, purpose });
      connectors.set(purpose, connector);
      return connector;
    },
    async close() {
      closing ??= Promise.all([...byHash.values()].map(({ dispatcher }) => dispatcher.close()));
      await closing;
    },
  };
}
