/** Severity is how urgent a notification is. */
export type Severity = 'info' | 'warning' | 'critical';

/** NewNotification is something people are to be told, as it is stored before it is delivered. */
export interface NewNotification {
  /** UUID, chosen by who tells so that telling twice tells once. */
  readonly id: string;
  readonly severity: Severity;
  /** Department that is told; null: whoever is told of everything. */
  readonly department: string | null;
  /** Names of channels in the definitions; empty: the routes of department and severity decide. */
  readonly channels: readonly string[];
  readonly title: string;
  readonly body: string;
  /** Notifications with the same key are grouped; null: never grouped. */
  readonly groupKey: string | null;
  /** Where more is to be seen; null: nowhere. */
  readonly link: string | null;
  /** Whether it says that what was told under the group key has passed; absent: it does not. */
  readonly clears?: boolean;
}

/** DeliverInput asks for a stored notification to be delivered; what it says stays out of the history. */
export interface DeliverInput {
  readonly notificationId: string;
}

/** DeliverResult is how many channels have taken a notification. */
export interface DeliverResult {
  readonly delivered: number;
  readonly failed: number;
}

/** NotificationActivities are the activities that tell people something. */
export interface NotificationActivities {
  deliverNotification(input: DeliverInput): Promise<DeliverResult>;
}
