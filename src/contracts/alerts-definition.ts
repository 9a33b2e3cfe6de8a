/** AlertThresholds is above what each kind of trouble is told of; times in milliseconds, shares from 0 to 1. */
export interface AlertThresholds {
  readonly errorRate: number;
  /** Runs and handoffs that must have ended before a share of failures means anything. */
  readonly errorRateOf: number;
  readonly authentication: boolean;
  /** How long before a refresh token or a client secret ends. */
  readonly credentialsExpireMs: number;
  readonly rateLimitMs: number;
  /** How long a system that fails has been left alone. Absent in definitions of older releases. */
  readonly circuitMs?: number;
  /** How many times as many requests as usual a system got within an hour. Absent in definitions of older releases. */
  readonly usageFactor?: number;
  readonly lagMs: number;
  readonly missedScheduleMs: number;
  readonly waitingApprovalMs: number;
  readonly deadLetters: number;
}

/** AlertsDefinition is when people are told of trouble, and how often. */
export interface AlertsDefinition {
  readonly alerts: string;
  /** How often is looked, milliseconds. */
  readonly everyMs: number;
  /** How far back failures are counted, milliseconds. */
  readonly withinMs: number;
  /** After how long an alert that goes on is told of again, milliseconds; 0: never. */
  readonly repeatMs: number;
  readonly department?: string;
  readonly above: AlertThresholds;
}

/** defaultAlerts is what holds where no definition says otherwise. */
export const defaultAlerts: AlertsDefinition = {
  alerts: 'default', everyMs: 60_000, withinMs: 15 * 60_000, repeatMs: 4 * 3_600_000,
  above: {
    errorRate: 0.1, errorRateOf: 5, authentication: true, credentialsExpireMs: 14 * 86_400_000, rateLimitMs: 5 * 60_000, circuitMs: 60_000, usageFactor: 3, lagMs: 5 * 60_000, missedScheduleMs: 15 * 60_000, waitingApprovalMs: 86_400_000, deadLetters: 100,
  },
};
