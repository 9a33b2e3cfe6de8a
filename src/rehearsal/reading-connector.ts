import type { Connector } from '../contracts/connector.js';

/** ReadingConnector is what reads of a connector. */
export type ReadingConnector = Pick<Connector, 'system' | 'get' | 'find'>;

/** readingOf takes from a connector what reads and nothing else, so that whoever holds the result has no way to write. */
export function readingOf(system: string, open: () => Promise<Connector>): ReadingConnector {
  return Object.freeze({
    system,
    get: async (...args: Parameters<Connector['get']>) => (await open()).get(...args),
    find: async (...args: Parameters<Connector['find']>) => (await open()).find(...args),
  });
}
