import { Agent, type Dispatcher } from 'undici';
import type { LimitsDefinition } from '../contracts/system-definition.js';

/**
 * createDispatcher makes the pool of connections to one system: kept alive, one request at a time on each, as many as the
 * system takes at once. It verifies certificates and follows no redirect. Close it when the system is no longer used.
 */
export function createDispatcher(limits: Pick<LimitsDefinition, 'concurrency' | 'timeoutMs'>): Dispatcher {
  return new Agent({
    connections: limits.concurrency,
    pipelining: 1,
    connect: { timeout: Math.min(limits.timeoutMs, 10_000) },
  });
}
