import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { Budget, Purpose } from '../contracts/budget.js';
import type { Connector } from '../contracts/connector.js';
import type { SystemDefinition } from '../contracts/system-definition.js';
import { createHttpClient, type HttpLog } from '../http/client.js';
import type { HttpClient } from '../http/client-types.js';
import { createDispatcher } from '../http/create-dispatcher.js';
import type { DeprecationNotice } from '../http/deprecation-notice.js';
import type { SecretRegister } from '../http/secret-register.js';
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
  readonly maxRateLimitWaitMs?: number;
  /** Told what the clock of a system showed with an answer, epoch milliseconds, right to a second. */
  readonly onClock?: (system: string, shownMs: number) => void;
  /** Told of answers that announce the end of what was asked. */
  readonly onDeprecation?: (system: string, notice: DeprecationNotice) => void;
  /** Makes the connections to a system. Default: createDispatcher. */
  readonly dispatcherFor?: (definition: SystemDefinition) => Dispatcher;
}

/** ConnectorFactory builds a connector of one kind. */
export type ConnectorFactory = (options: { readonly definition: SystemDefinition; readonly client: HttpClient; readonly purpose: Purpose }) => Connector;

/** connectorKinds is the kinds of connectors, by the name that definitions use. */
const connectorKinds: Readonly<Record<SystemDefinition['connector'], ConnectorFactory>> = { rest: createRestConnector };

interface Entry {
  readonly client: HttpClient;
  readonly dispatcher: Dispatcher;
  readonly connectors: Map<Purpose, Connector>;
}

/** createConnectorRegistry makes an empty registry; nothing is built or connected before it is asked for. */
export function createConnectorRegistry(dependencies: ConnectorRegistryDependencies): ConnectorRegistry {
  const { dispatcherFor = ({ limits }) => createDispatcher(limits), budgetFor, ...shared } = dependencies;
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
    const client = createHttpClient(definition, { ...shared, dispatcher, budget: budgetFor(definition) });
    return { client, dispatcher, connectors: new Map() };
  };

  return {
    connectorFor(definition, purpose = 'sync') {
      if (closing !== undefined) throw new Error('The connector registry is closed.');
      const { client, connectors } = entryOf(definition);
      const connector = connectors.get(purpose) ?? connectorKinds[definition.connector]({ definition, client, purpose });
      connectors.set(purpose, connector);
      return connector;
    },
    async close() {
      closing ??= Promise.all([...byHash.values()].map(({ dispatcher }) => dispatcher.close()));
      await closing;
    },
  };
}
