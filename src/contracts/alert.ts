import type { Severity } from './notification.js';

/** AlertKind is what kind of trouble an alert tells of. */
export type AlertKind = 'error-rate' | 'authentication' | 'reconnect-needed' | 'credentials-expire' | 'rate-limit' | 'circuit' | 'usage' | 'lag' | 'missed-schedule' | 'waiting-approvals' | 'dead-letters';

/** Trouble is something that is above its threshold now. */
export interface Trouble {
  readonly kind: AlertKind;
  /** What has it: a sync, a system, a consumer of the inbox; empty for the deployment. */
  readonly subject: string;
  readonly summary: string;
  readonly severity: Severity;
}

/** CheckedAlerts is what a check for alerts leaves to be delivered, and how many alerts are open after it. */
export interface CheckedAlerts {
  readonly notificationIds: readonly string[];
  readonly open: number;
}

/** AlertActivities are the activities of the check for alerts. */
export interface AlertActivities {
  checkAlerts(): Promise<CheckedAlerts>;
}
