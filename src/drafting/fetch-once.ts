import type { Dispatcher } from 'undici';
import type { HttpAnswer } from '../http/client-types.js';
import type { SystemDefinition } from '../contracts/system-definition.js';
import { networkRules } from '../egress/network-rules.js';
import { createHttpClient } from '../http/client.js';
import { createDispatcher } from '../http/create-dispatcher.js';
import { createLocalBudget } from '../http/local-budget.js';
import { createSecretRegister } from '../http/secret-register.js';
import { maxDocumentBytes } from './read-openapi.js';

/** FetchOnce is one GET request; header values may hold references. */
export interface FetchOnce {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly resolve: (text: string) => string;
  readonly signal: AbortSignal;
}

/** fetchOnce makes one GET request through the ordinary client: one deadline, a cap on the answer, no redirects. Throws SystemError. */
export async function fetchOnce({ url, headers, resolve, signal }: FetchOnce): Promise<HttpAnswer> {
  const limits = { burst: 1, concurrency: 1, reserve: 0, timeoutMs: 30_000, settleMs: 0, maxResponseBytes: maxDocumentBytes };
  const definition: SystemDefinition = {
    system: url.hostname, title: url.hostname, connector: 'rest', baseUrl: url.origin, headers, auth: { type: 'none' }, limits,
    retry: { scheduleMs: [] }, outcomes: [], timeZone: 'UTC', objects: {},
  };
  // Whoever names the address means it, also where it is not public; those where clouds hand out credentials stay closed.
  const dispatcher: Dispatcher = createDispatcher(limits, networkRules([url.hostname]));
  try {
    const client = createHttpClient(definition, { dispatcher, budget: createLocalBudget(limits), resolve, secrets: createSecretRegister(), log: { debug: () => undefined } });
    return await client.request({
      method: 'GET', path: url.pathname, query: Object.fromEntries(url.searchParams), answer: 'optional', operation: 'list', purpose: 'sync', signal,
    });
  } finally {
    await dispatcher.close();
  }
}
