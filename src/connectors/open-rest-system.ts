import type { Dispatcher } from 'undici';
import type { RestSystemDefinition } from '../contracts/system-definition.js';
import { createHttpClient } from '../http/client.js';
import { createDispatcher } from '../http/create-dispatcher.js';
import type { OpenSystem, SystemDependencies } from './open-system.js';
import { createRestConnector } from './rest-connector.js';

/** RestDependencies is what a system with an HTTP API is opened with besides. */
export interface RestDependencies {
  readonly maxRateLimitWaitMs?: number;
  /** Told what the clock of a system showed with an answer, epoch milliseconds, right to a second. */
  readonly onClock?: (system: string, shownMs: number) => void;
  /** Makes the connections to a system. Default: createDispatcher. */
  readonly dispatcherFor?: (definition: RestSystemDefinition) => Dispatcher;
}

/** openRestSystem opens a system with an HTTP API; nothing is connected before the first request. */
export function openRestSystem(definition: RestSystemDefinition, dependencies: SystemDependencies & RestDependencies): OpenSystem {
  const { dispatcherFor = ({ limits }) => createDispatcher(limits), ...shared } = dependencies;
  const dispatcher = dispatcherFor(definition);
  const client = createHttpClient(definition, { ...shared, dispatcher });
  return { connector: (purpose) => createRestConnector({ definition, client, purpose }), close: () => dispatcher.close() };
}
