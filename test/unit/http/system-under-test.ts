import { onTestFinished } from 'vitest';
import type { Budget } from '../../../src/contracts/budget.js';
import type { RestSystemDefinition } from '../../../src/contracts/system-definition.js';
import { createHttpClient, type HttpClientDependencies } from '../../../src/http/client.js';
import type { HttpClient, HttpRequest } from '../../../src/http/client-types.js';
import { networkRules } from '../../../src/egress/network-rules.js';
import { createDispatcher } from '../../../src/http/create-dispatcher.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';

/** Overrides of a definition; `limits` are merged. */
export type DefinitionOverrides = Partial<Omit<RestSystemDefinition, 'limits'>> & { readonly limits?: Partial<RestSystemDefinition['limits']> };

/** systemAt makes a definition of a system without objects and credentials. */
export function systemAt(baseUrl: string, overrides: DefinitionOverrides = {}): RestSystemDefinition {
  const { limits, ...rest } = overrides;
  return {
    system: 'crm', title: 'CRM', connector: 'rest', baseUrl, headers: {}, auth: { type: 'none' },
    retry: { scheduleMs: [5_000] }, outcomes: [], timeZone: 'UTC', objects: {}, ...rest,
    limits: { burst: 100, concurrency: 8, reserve: 0, timeoutMs: 5_000, settleMs: 0, maxResponseBytes: 1_000_000, ...limits },
  };
}

/** LogEntry is one line of the client's log. */
export interface LogEntry {
  readonly fields: object;
  readonly message: string;
}

/** ClientUnderTest is a client with what it works with. */
export interface ClientUnderTest {
  readonly client: HttpClient;
  readonly budget: Budget;
  readonly log: readonly LogEntry[];
}

/** clientOf makes a client of a definition; `env` is what `secret://env/NAME` stands for. */
export function clientOf(definition: RestSystemDefinition, overrides: Partial<HttpClientDependencies> = {}, env: Readonly<Record<string, string>> = {}): ClientUnderTest {
  const dispatcher = overrides.dispatcher ?? createDispatcher(definition.limits, networkRules(['loopback']));
  onTestFinished(() => dispatcher.destroy());
  const log: LogEntry[] = [];
  const budget = overrides.budget ?? createLocalBudget(definition.limits);
  const client = createHttpClient(definition, {
    dispatcher,
    budget,
    secrets: createSecretRegister(),
    log: { debug: (fields, message) => log.push({ fields, message }) },
    resolve: (text) => text.replace(/\$\{(\w+)\}|secret:\/\/env\/(\w+)/g, (reference, plain: string | undefined, secret: string | undefined) => {
      const value = env[plain ?? secret ?? ''];
      if (value === undefined) throw new Error(`${reference} is not set`);
      return value;
    }),
    random: () => 0,
    ...overrides,
  });
  return { client, budget, log };
}

/** get makes a GET request. */
export function get(path: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', path, purpose: 'sync', signal: new AbortController().signal, ...more };
}

/** post makes a POST request, which counts as a create. */
export function post(path: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'POST', path, body: { name: 'Ada' }, purpose: 'sync', signal: new AbortController().signal, ...more };
}

/** countingBudget is a budget without limits that counts what is asked of it. */
export function countingBudget(): Budget & { readonly closedUntil: number[]; readonly held: () => number; readonly acquired: () => number } {
  const closedUntil: number[] = [];
  let held = 0;
  let acquired = 0;
  return {
    closedUntil,
    held: () => held,
    acquired: () => acquired,
    async acquire(_purpose, signal) {
      signal.throwIfAborted();
      held++;
      acquired++;
      return { release: () => void held-- };
    },
    close: (untilMs) => void closedUntil.push(untilMs),
  };
}
