/** RequestStats counts the requests of every system by route and status. */
export class RequestStats {
  readonly #systems = new Map<string, Map<string, Map<string, number>>>();

  /** count adds one request; the status is `aborted` where the answer was not sent whole. */
  count(system: string, route: string, status: string): void {
    const routes = getOrMake(this.#systems, system, () => new Map<string, Map<string, number>>());
    const statuses = getOrMake(routes, route, () => new Map<string, number>());
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }

  /** of returns a system's counts: total, and by route and status. */
  of(system: string): { readonly requests: number; readonly routes: Readonly<Record<string, Readonly<Record<string, number>>>> } {
    let requests = 0;
    const routes: Record<string, Record<string, number>> = {};
    for (const [route, statuses] of this.#systems.get(system) ?? []) {
      routes[route] = Object.fromEntries(statuses);
      for (const count of statuses.values()) requests += count;
    }
    return { requests, routes };
  }

  reset(): void {
    this.#systems.clear();
  }
}

function getOrMake<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
