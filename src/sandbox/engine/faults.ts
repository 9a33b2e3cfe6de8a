import { Random } from './random.js';

/** faultKinds are the ways in which a request can be made to go wrong; see FaultRequest. */
export const faultKinds = [
  'status', 'delay', 'cut', 'reset-before', 'reset-after', 'html', 'empty', 'invalid-json', 'hang', 'slow-drip', 'endless',
  'partial',
] as const;

/** FaultKind is one of the ways in which a request can be made to go wrong. */
export type FaultKind = (typeof faultKinds)[number];

/**
 * FaultRequest asks for faults. Kinds: `status` answers with a status; `delay` waits first; `cut` ends the connection
 * after some bytes of the body; `reset-before` and `reset-after` reset it without an answer, before or after
 * executing; `html`, `empty` and `invalid-json` answer 200 with such a body; `hang` never answers; `slow-drip` sends
 * the answer in small pieces; `endless` sends a body without end; `partial` fails single items of a batch.
 */
export interface FaultRequest {
  readonly system: string;
  readonly kind: FaultKind;
  readonly method?: string;
  /** Prefix of the path, with or without the system in front. */
  readonly path?: string;
  /** How often it happens; -1: for ever. */
  readonly times: number;
  /** Matching requests that are let through first. */
  readonly skip: number;
  /** Share of the matching requests that it happens to, 0 to 1. */
  readonly probability: number;
  readonly seed: number;
  /** Whether the request is executed all the same. */
  readonly execute: boolean;
  readonly status: number;
  /** Seconds, or any text for the header `Retry-After`. */
  readonly retryAfter?: string;
  readonly body?: string;
  /** `delay`: how long; `slow-drip`: between pieces. */
  readonly ms: number;
  /** `cut`: bytes of the body that are sent; `slow-drip`: bytes of a piece. */
  readonly bytes: number;
  /** `partial`: positions of the items that fail. */
  readonly items: readonly number[];
  readonly error?: string;
}

/** Fault is a registered fault and what has become of it. */
export interface Fault extends FaultRequest {
  readonly id: string;
  /** Matching requests seen. */
  matched: number;
  /** How often it happened. */
  fired: number;
}

/** FaultBook holds the registered faults and decides which one, if any, a request meets. */
export class FaultBook {
  readonly #faults: { readonly fault: Fault; readonly random: Random }[] = [];
  #lastId = 0;

  add(request: FaultRequest): Fault {
    this.#lastId += 1;
    const fault: Fault = { ...request, id: `fault-${this.#lastId}`, matched: 0, fired: 0 };
    this.#faults.push({ fault, random: new Random(request.seed) });
    return fault;
  }

  list(): readonly Fault[] {
    return this.#faults.map(({ fault }) => fault);
  }

  /** remove drops one fault, or all. */
  remove(id?: string): number {
    const before = this.#faults.length;
    const kept = id === undefined ? [] : this.#faults.filter(({ fault }) => fault.id !== id);
    this.#faults.splice(0, before, ...kept);
    return before - kept.length;
  }

  /** meet returns the first fault that happens to this request. */
  meet(system: string, method: string, path: string): Fault | undefined {
    for (const { fault, random } of this.#faults) {
      if (fault.times >= 0 && fault.fired >= fault.times) continue;
      if (!matches(fault, system, method, path)) continue;
      fault.matched += 1;
      if (fault.matched <= fault.skip) continue;
      if (fault.probability < 1 && !random.chance(fault.probability)) continue;
      fault.fired += 1;
      return fault;
    }
    return undefined;
  }
}

function matches(fault: Fault, system: string, method: string, path: string): boolean {
  if (fault.system !== system) return false;
  if (fault.method !== undefined && fault.method !== method) return false;
  if (fault.path === undefined) return true;
  const root = `/${system}`;
  const inSystem = fault.path === root || fault.path.startsWith(`${root}/`) ? fault.path : root + fault.path;
  return path.startsWith(inSystem);
}
