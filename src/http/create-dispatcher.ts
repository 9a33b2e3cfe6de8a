import { Agent, type Dispatcher } from 'undici';
import type { LimitsDefinition } from '../contracts/system-definition.js';
import type { NetworkRules } from '../egress/network-rules.js';
import { guardedConnector, type AddressLookup } from './guarded-connect.js';

/**
 * createDispatcher makes the pool of connections to one system: kept alive, one request at a time on each, as many as the
 * system takes at once. It verifies certificates, follows no redirect, and connects only to addresses that the rules
 * allow; `lookup` finds the addresses of hosts, by default as the operating system does. Close it when the system is no
 * longer used.
 */
export function createDispatcher(limits: Pick<LimitsDefinition, 'concurrency' | 'timeoutMs'>, rules: NetworkRules, lookup?: AddressLookup): Dispatcher {
  return new Agent({
    connections: limits.concurrency,
    pipelining: 1,
    connect: guardedConnector(rules, Math.min(limits.timeoutMs, 10_000), lookup),
  });
}
