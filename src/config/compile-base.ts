import type { Condition } from '../contracts/condition.js';
import type { LimitsDefinition, SystemBase } from '../contracts/system-definition.js';
import { byteSize } from './byte-size.js';
import { requiredCondition } from './compile-condition.js';
import { compileWebhooks } from './compile-webhooks.js';
import { durationMs } from './duration.js';
import { percentageShare } from './percentage.js';
import type { AuthorObject } from './schema/object-schema.js';
import type { AuthorSystem } from './schema/system-schema.js';
import { withoutUndefined } from './without-undefined.js';

/** AuthorBase is what every kind of system has as it is written. */
export type AuthorBase = Pick<AuthorSystem, 'system' | 'title' | 'owner' | 'environment' | 'limits' | 'retry' | 'timeZone' | 'network' | 'webhooks'>;

/** compileBase makes what every kind of system has. */
export function compileBase(author: AuthorBase): SystemBase {
  return {
    system: author.system,
    title: author.title ?? author.system,
    ...(author.owner === undefined ? {} : { owner: author.owner }),
    ...(author.environment === undefined ? {} : { environment: author.environment }),
    limits: compileLimits(author.limits),
    retry: { scheduleMs: author.retry.schedule.map(durationMs) },
    timeZone: author.timeZone,
    ...(author.network === undefined ? {} : { network: author.network }),
    ...(author.webhooks === undefined ? {} : { webhooks: compileWebhooks(author.webhooks) }),
  };
}

/** compileState parses the condition of a state of a record. */
export function compileState(state: AuthorObject['deleted']): Condition | undefined {
  if (state === undefined) return undefined;
  return requiredCondition(typeof state === 'string' ? state : state.when);
}

function compileLimits(limits: AuthorSystem['limits']): LimitsDefinition {
  const rate = limits.requestsPerSecond;
  return {
    ...(rate === undefined ? {} : { requestsPerSecond: rate }),
    burst: limits.burst ?? Math.max(1, Math.ceil(rate ?? 1)),
    concurrency: limits.concurrency,
    reserve: percentageShare(limits.reserve),
    timeoutMs: durationMs(limits.timeout),
    settleMs: durationMs(limits.settle),
    ...(limits.headers.length === 0 ? {} : { headers: limits.headers.map(({ remaining, limit, max, reset, window, low }) => withoutUndefined({ remaining: remaining.toLowerCase(), limit: limit?.toLowerCase(), max, reset: reset?.toLowerCase(), windowMs: durationMs(window), low: percentageShare(low) })) }),
    maxResponseBytes: byteSize(limits.maxResponse),
  };
}
