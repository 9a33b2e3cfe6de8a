import { createHash } from 'node:crypto';
import type { Budget, Purpose } from '../contracts/budget.js';
import type { CircuitShare } from '../contracts/circuit.js';
import type { Connector } from '../contracts/connector.js';
import type { SystemDefinition } from '../contracts/system-definition.js';
import { openFilesSystem } from './files/open-files-system.js';
import { openRestSystem, type RestDependencies } from './open-rest-system.js';
import type { OpenSystem, SystemDependencies } from './open-system.js';
import { openPostgresSystem } from './postgres/open-postgres-system.js';
import { openSmtpSystem } from './smtp/open-smtp-system.js';

/** ConnectorRegistry builds the connectors of definitions and keeps them, with their connections, until it is closed. */
export interface ConnectorRegistry {
  /** connectorFor gives the connector of a definition; definitions of the same content share one. Default purpose: `sync`. */
  connectorFor(definition: SystemDefinition, purpose?: Purpose): Connector;
  /** close ends all connections once their requests are answered; no connector works afterwards. */
  close(): Promise<void>;
}

/** ConnectorRegistryDependencies is what connectors are built with. */
export interface ConnectorRegistryDependencies extends Omit<SystemDependencies, 'budget'>, RestDependencies {
  /** The budget of a system; all versions of its definition share it. */
  readonly budgetFor: (definition: SystemDefinition) => Budget;
  /** What workers tell each other about a system that fails. */
  readonly circuitShareFor?: (system: string) => CircuitShare;
}

interface Entry {
  readonly system: OpenSystem;
  readonly connectors: Map<Purpose, Connector>;
}

/** createConnectorRegistry makes an empty registry; nothing is built or connected before it is asked for. */
export function createConnectorRegistry({ budgetFor, circuitShareFor, ...shared }: ConnectorRegistryDependencies): ConnectorRegistry {
  const byHash = new Map<string, Entry>();
  const byDefinition = new WeakMap<SystemDefinition, Entry>();
  let closing: Promise<unknown> | undefined;

  const entryOf = (definition: SystemDefinition): Entry => {
    const known = byDefinition.get(definition);
    if (known !== undefined) return known;
    const hash = createHash('sha256').update(JSON.stringify(definition)).digest('hex');
    const entry = byHash.get(hash) ?? { system: open(definition), connectors: new Map() };
    byHash.set(hash, entry);
    byDefinition.set(definition, entry);
    return entry;
  };
  const open = (definition: SystemDefinition): OpenSystem => {
    const dependencies = { ...shared, budget: budgetFor(definition) };
    switch (definition.medium) {
      case 'postgres': return openPostgresSystem(definition, dependencies);
      case 'files': return openFilesSystem(definition, dependencies);
      case 'smtp': return openSmtpSystem(definition, dependencies);
      default: return openRestSystem(definition, { ...dependencies, ...(circuitShareFor === undefined ? {} : { circuitShare: circuitShareFor(definition.system) }) });
    }
  };

  return {
    connectorFor(definition, purpose = 'sync') {
      if (closing !== undefined) throw new Error('The connector registry is closed.');
      const { system, connectors } = entryOf(definition);
      const connector = connectors.get(purpose) ?? system.connector(purpose);
      connectors.set(purpose, connector);
      return connector;
    },
    async close() {
      closing ??= Promise.all([...byHash.values()].map(({ system }) => system.close()));
      await closing;
    },
  };
}
