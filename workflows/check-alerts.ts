import { log } from '@temporalio/workflow';
import type { CheckedAlerts } from '../src/contracts/alert.js';
import { people, quickAlerts } from './activity-options.js';

/** How many notifications are delivered at once. */
const AT_ONCE = 10;

/** checkAlerts looks for trouble and delivers what people are to be told of it. A schedule starts it; only one is under way at a time. */
export async function checkAlerts(): Promise<CheckedAlerts> {
  const checked = await quickAlerts.checkAlerts();
  for (let at = 0; at < checked.notificationIds.length; at += AT_ONCE) {
    await Promise.all(checked.notificationIds.slice(at, at + AT_ONCE).map(deliver));
  }
  return checked;
}

async function deliver(notificationId: string): Promise<void> {
  try {
    await people.deliverNotification({ notificationId });
  } catch (error) {
    // It stays stored as not delivered; the others are told all the same.
    log.warn('A notification was not delivered.', { notificationId, reason: error instanceof Error ? error.name : 'unknown' });
  }
}
