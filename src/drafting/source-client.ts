import type { Dispatcher } from 'undici';
import type { AuthDefinition } from '../contracts/auth-definition.js';
import type { RestSystemDefinition } from '../contracts/system-definition.js';
import { networkRules } from '../egress/network-rules.js';
import { createHttpClient } from '../http/client.js';
import type { HttpClient } from '../http/client-types.js';
import { createDispatcher } from '../http/create-dispatcher.js';
import { createLocalBudget } from '../http/local-budget.js';
import { createSecretRegister, type SecretRegister } from '../http/secret-register.js';
import { maxDocumentBytes } from './read-openapi.js';

/** Source is where a draft is made from; header values may hold references. */
export interface Source {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly resolve: (text: string) => string;
  readonly signal: AbortSignal;
}

/** SourceClient is the ordinary client, for a few requests: one deadline, a cap on the answer, no redirects. */
export interface SourceClient {
  readonly client: HttpClient;
  readonly dispatcher: Dispatcher;
  readonly secrets: SecretRegister;
  readonly timeoutMs: number;
}

/** withSourceClient opens a client for the host of a source, and closes it when `use` has ended. */
export async function withSourceClient<Result>({ url, headers, resolve }: Source, auth: AuthDefinition, use: (client: SourceClient) => Promise<Result>): Promise<Result> {
  const limits = { burst: 1, concurrency: 1, reserve: 0, timeoutMs: 30_000, settleMs: 0, maxResponseBytes: maxDocumentBytes };
  const definition: RestSystemDefinition = {
    system: url.hostname, title: url.hostname, connector: 'rest', baseUrl: url.origin, headers, auth, limits,
    retry: { scheduleMs: [] }, outcomes: [], timeZone: 'UTC', objects: {},
  };
  // Whoever names the address means it, also where it is not public; those where clouds hand out credentials stay closed.
  const dispatcher = createDispatcher(limits, networkRules([url.hostname]));
  const secrets = createSecretRegister();
  try {
    const client = createHttpClient(definition, { dispatcher, budget: createLocalBudget(limits), resolve, secrets, log: { debug: () => undefined } });
    return await use({ client, dispatcher, secrets, timeoutMs: limits.timeoutMs });
  } finally {
    await dispatcher.close();
  }
}
