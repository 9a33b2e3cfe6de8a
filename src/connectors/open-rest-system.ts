import type { Dispatcher } from 'undici';
import type { RestSystemDefinition } from '../contracts/system-definition.js';
import { rulesOf } from '../egress/network-rules.js';
import { createHttpClient, type HttpClientDependencies } from '../http/client.js';
import { createDispatcher } from '../http/create-dispatcher.js';
import type { OpenSystem, SystemDependencies } from './open-system.js';
import { createRestConnector } from './rest-connector.js';

/** RestDependencies is what a system with an HTTP API is opened with besides. */
export interface RestDependencies extends Omit<HttpClientDependencies, 'dispatcher' | keyof SystemDependencies> {
  /** Makes the connections to a system. Default: createDispatcher. */
  readonly dispatcherFor?: (definition: RestSystemDefinition) => Dispatcher;
}

/** openRestSystem opens a system with an HTTP API; nothing is connected before the first request. */
export function openRestSystem(definition: RestSystemDefinition, dependencies: SystemDependencies & RestDependencies): OpenSystem {
  const { networkAllow, lookup, dispatcherFor = ({ limits, network }) => createDispatcher(limits, rulesOf(network, networkAllow), lookup), ...shared } = dependencies;
  const dispatcher = dispatcherFor(definition);
  const client = createHttpClient(definition, { ...shared, dispatcher });
  return { connector: (purpose) => createRestConnector({ definition, client, purpose }), close: () => dispatcher.close() };
}
