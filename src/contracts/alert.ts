import type { Severity } from './notification.js';

/** AlertKind is what kind of trouble an alert tells of. */
export type AlertKind = 'error-rate' | 'authentication' | 'reconnect-needed' | 'credentials-expire' | 'rate-limit' | 'circuit' | 'usage' | 'lag' | 'missed-schedule' | 'waiting-approvals' | 'dead-letters';

/** alertSeverities is how urgent each kind is. Its all-clear is as urgent, so that it goes to whom the alert went to. */
export const alertSeverities: Readonly<Record<AlertKind, Severity>> = {
  'error-rate': 'warning', authentication: 'critical', 'reconnect-needed': 'critical', 'credentials-expire': 'warning', 'rate-limit': 'warning', circuit: 'critical', usage: 'warning',
  lag: 'warning', 'missed-schedule': 'warning', 'waiting-approvals': 'warning', 'dead-letters': 'warning',
};

/** Trouble is something that is above its threshold now. */
export interface Trouble {
  readonly kind: AlertKind;
  /** What has it: a sync, a system, a consumer of the inbox; empty for the deployment. */
  readonly subject: string;
  readonly summary: string;
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
