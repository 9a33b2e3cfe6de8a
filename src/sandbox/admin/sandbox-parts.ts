import type { FastifyRequest } from 'fastify';
import type { Collection } from '../engine/collection.js';
import type { FaultBook } from '../engine/faults.js';
import type { SimulatedSystem } from '../engine/simulated-system.js';
import type { RequestStats } from '../engine/stats.js';
import type { Webhooks } from '../engine/webhooks.js';
import type { AccessTokens } from '../systems/access-tokens.js';
import { AdminError } from './admin-input.js';

/** SandboxParts is everything that the admin API can look at and change. */
export interface SandboxParts {
  readonly systems: ReadonlyMap<string, SimulatedSystem>;
  readonly faults: FaultBook;
  readonly stats: RequestStats;
  readonly webhooks: Webhooks;
  readonly crmTokens: AccessTokens;
  /** Keeps the subscriptions over a restart, where there is a data folder. */
  readonly saveSubscriptions: () => Promise<void>;
}

/** systemNamed finds a system; throws AdminError when there is none of the name. */
export function systemNamed(parts: SandboxParts, name: string): SimulatedSystem {
  const system = parts.systems.get(name);
  if (system === undefined) throw new AdminError(`${name.slice(0, 50)}: no such system; there are ${[...parts.systems.keys()].join(', ')}`, 404);
  return system;
}

/** collectionNamed finds a system's object; throws AdminError when there is none of the name. */
export function collectionNamed(system: SimulatedSystem, object: string): Collection {
  const collection = system.state.collections.get(object);
  if (collection === undefined) {
    const known = [...system.state.collections.keys()].join(', ');
    throw new AdminError(`${object.slice(0, 50)}: ${system.name} has no such object; there are ${known}`, 404);
  }
  return collection;
}

/** pathNames reads `:system` and `:object` of a request's path. */
export function pathNames(request: FastifyRequest): { readonly system: string; readonly object: string } {
  return { system: '', object: '', ...(request.params as object) };
}
