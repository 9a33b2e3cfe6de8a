import type { Dispatcher } from 'undici';
import type { Budget } from '../contracts/budget.js';
import type { Connector } from '../contracts/connector.js';
import type { RestSystemDefinition } from '../contracts/system-definition.js';
import { createRestConnector } from '../connectors/rest-connector.js';
import { rulesOf } from '../egress/network-rules.js';
import { createHttpClient } from '../http/client.js';
import type { HttpClient } from '../http/client-types.js';
import { createDispatcher } from '../http/create-dispatcher.js';
import { createLocalBudget } from '../http/local-budget.js';
import { createSecretRegister } from '../http/secret-register.js';
import type { Meter } from './meter.js';

/** Pace is how fast requests may follow each other, and how many may be open at the same time. */
export interface Pace {
  readonly concurrency: number;
  /** Requests a second, evenly spread; null: as fast as answers come. */
  readonly perSecond: number | null;
}

/** AuditAccess is an audit's way to a system: the ordinary client, whose budget the audit can set. */
export interface AuditAccess {
  readonly client: HttpClient;
  readonly connector: Connector;
  /** small reads pages of a few records, for measuring limits rather than answers. */
  readonly small: Connector;
  /** withDefinition makes a client for a changed definition, such as one with a wrong credential. */
  readonly withDefinition: (definition: RestSystemDefinition) => HttpClient;
  /** setPace changes the budget; null: the limits that the definition declares. */
  readonly setPace: (pace: Pace | null) => void;
  readonly close: () => Promise<void>;
}

const SMALL_PAGE = 10;

/** AuditAccessOptions says which system is audited, and how. */
export interface AuditAccessOptions {
  readonly definition: RestSystemDefinition;
  readonly resolve: (text: string) => string;
  /** What may be connected to besides public addresses. */
  readonly networkAllow: readonly string[];
  readonly meter: Meter;
  readonly concurrency: number;
}

/** openAccess makes the clients of an audit; a refusal for the rate comes back at once in place of being waited for. */
export function openAccess({ definition, resolve, networkAllow, meter, concurrency }: AuditAccessOptions): AuditAccess {
  const dispatcher: Dispatcher = createDispatcher({ concurrency, timeoutMs: definition.limits.timeoutMs }, rulesOf(definition.network, networkAllow));
  const secrets = createSecretRegister();
  let inner: Budget = createLocalBudget(definition.limits);
  const budget = meter.budget(() => inner);
  const clientOf = (of: RestSystemDefinition): HttpClient =>
    createHttpClient(of, { dispatcher, budget, resolve, secrets, log: { debug: () => undefined, isLevelEnabled: () => false }, maxRateLimitWaitMs: 0 });
  const client = clientOf(definition);
  return {
    client,
    connector: createRestConnector({ definition, client }),
    small: createRestConnector({ definition: withSmallPages(definition), client }),
    withDefinition: clientOf,
    setPace: (pace) => {
      inner = createLocalBudget(pace === null ? definition.limits : {
        ...(pace.perSecond === null ? {} : { requestsPerSecond: pace.perSecond }), burst: 1, concurrency: pace.concurrency, reserve: 0,
      });
    },
    close: () => dispatcher.destroy(),
  };
}

function withSmallPages(definition: RestSystemDefinition): RestSystemDefinition {
  const objects = Object.entries(definition.objects).map(([name, object]) => {
    const { paginate } = object.list;
    return [name, paginate.type === 'none' ? object : { ...object, list: { ...object.list, paginate: { ...paginate, limit: Math.min(paginate.limit, SMALL_PAGE) } } }] as const;
  });
  return { ...definition, objects: Object.fromEntries(objects) };
}
