import type { LoadFacts, StrategyAdvice } from '../../contracts/audit.js';
import { span } from './full-read.js';
import { rateOf } from './throttle.js';

/** AdviceQuestion is what a recommendation is made from. */
export interface AdviceQuestion {
  readonly hasWebhooks: boolean;
  /** Whether every object that was looked at can be asked for what changed since a time. */
  readonly canAskForChanges: boolean;
  /** Whether a mark tells that a record is deleted, for every object. */
  readonly marksDeletes: boolean;
  readonly pageSize: number;
  /** Seconds that a full read takes; null where the number of records is not known. */
  readonly fullReadSeconds: number | null;
  readonly declared: { readonly requestsPerSecond: number | null; readonly concurrency: number };
  readonly load: Pick<LoadFacts, 'levels' | 'throttle'> | null;
}

const MINUTE_MS = 60_000;

/** Sweeps that come at usual times are easier to talk about. */
const usualMinutes = [5, 10, 15, 30, 60, 120, 240, 480, 720, 1_440] as const;

/** How much of a measured rate is asked for: other programs of the company use the same account. */
const RATE_SHARE = 0.8;

/** More requests at the same time are only worth it where they bring at least this much more. */
const WORTH = 1.15;

/** adviseStrategy recommends how a system is kept in step, each part with its reason. */
export function adviseStrategy(question: AdviceQuestion): StrategyAdvice {
  const { hasWebhooks, canAskForChanges, marksDeletes, fullReadSeconds, pageSize } = question;
  const every = sweepEvery(question);
  const rate = advisedRate(question);
  const concurrency = advisedConcurrency(question);
  const needsFullRead = !marksDeletes || canAskForChanges;
  return {
    realtime: hasWebhooks, everyMs: every.ms, fullRead: needsFullRead ? '02:00' : null, pageSize, concurrency: concurrency.value, requestsPerSecond: rate.value,
    reasons: [
      hasWebhooks ? 'Real-time: webhooks are defined; the sweep finds what they miss.' : 'No real-time: no webhooks are defined. If the system has them, add them: changes then come in seconds and sweeps can be rare.',
      every.reason,
      ...(needsFullRead ? [`A full read at night${fullReadSeconds === null ? '' : `, about ${span(fullReadSeconds)},`} finds ${marksDeletes ? 'what no filter shows' : 'deleted records: nothing else shows them'}.`] : []),
      rate.reason,
      concurrency.reason,
    ],
  };
}

function sweepEvery({ hasWebhooks, canAskForChanges, fullReadSeconds }: AdviceQuestion): { readonly ms: number; readonly reason: string } {
  if (canAskForChanges) {
    const minutes = hasWebhooks ? 15 : 5;
    return { ms: minutes * MINUTE_MS, reason: `A sweep every ${minutes} minutes: the list can be asked for what changed, which is cheap.` };
  }
  const wanted = fullReadSeconds === null ? 60 : Math.max(15, (4 * fullReadSeconds) / 60);
  const minutes = usualMinutes.find((usual) => usual >= wanted) ?? 1_440;
  const why = fullReadSeconds === null ? 'and how long that takes is not known (give --records)' : `about ${span(fullReadSeconds)}, which should not take more than a quarter of the time`;
  return { ms: minutes * MINUTE_MS, reason: `A sweep every ${span(minutes * 60)}: the list cannot be asked for what changed, so each sweep reads everything, ${why}.` };
}

function advisedRate({ declared, load }: AdviceQuestion): { readonly value: number | null; readonly reason: string } {
  const measured = load?.throttle?.sustainedPerSecond ?? null;
  if (measured === null) {
    const { requestsPerSecond } = declared;
    const told = requestsPerSecond === null ? 'no rate is declared' : `the declared ${requestsPerSecond} a second`;
    return { value: requestsPerSecond, reason: `Rate: ${told}; ${load === null ? 'load was not measured' : 'no limit on the rate was measured'}.` };
  }
  const value = Math.max(1, Math.floor(measured * RATE_SHARE));
  const kept = declared.requestsPerSecond !== null && declared.requestsPerSecond <= measured ? declared.requestsPerSecond : value;
  return { value: kept, reason: kept === value ? `Rate: ${value} a second, four fifths of the ${measured} that were measured.` : `Rate: the declared ${kept} a second is within the ${measured} that were measured.` };
}

function advisedConcurrency({ declared, load }: AdviceQuestion): { readonly value: number; readonly reason: string } {
  const clean = (load?.levels ?? []).filter(({ limited, failed, answered }) => limited === 0 && failed === 0 && answered > 0);
  const [first, ...rest] = clean;
  if (first === undefined) return { value: declared.concurrency, reason: `At the same time: the declared ${declared.concurrency}; more was not measured.` };
  let best = first;
  for (const level of rest) if (rateOf(level) >= rateOf(best) * WORTH) best = level;
  return { value: best.concurrency, reason: `At the same time: ${best.concurrency}; more brought less than ${Math.round((WORTH - 1) * 100)} % more${load?.throttle?.kind === 'concurrency' ? ', and from ' + String(load.throttle.atConcurrency) + ' on requests were refused' : ''}.` };
}
