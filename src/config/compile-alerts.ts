import type { AlertsDefinition } from '../contracts/alerts-definition.js';
import { durationMs } from './duration.js';
import { percentageShare } from './percentage.js';
import type { AuthorAlerts } from './schema/alerts-schema.js';

/** compileAlerts makes an alerts definition that runs of one that has been checked. */
export function compileAlerts({ alerts, every, within, repeat, department, above }: AuthorAlerts): AlertsDefinition {
  const { errorRate, errorRateOf, authentication, credentialsExpire, rateLimit, circuit, usage, lag, missedSchedule, waitingApproval, deadLetters } = above;
  return {
    alerts, everyMs: durationMs(every), withinMs: durationMs(within), repeatMs: durationMs(repeat), ...(department === undefined ? {} : { department }),
    above: {
      errorRate: percentageShare(errorRate), errorRateOf, authentication, credentialsExpireMs: durationMs(credentialsExpire), rateLimitMs: durationMs(rateLimit), circuitMs: durationMs(circuit), usageFactor: usage, lagMs: durationMs(lag),
      missedScheduleMs: durationMs(missedSchedule), waitingApprovalMs: durationMs(waitingApproval), deadLetters,
    },
  };
}
