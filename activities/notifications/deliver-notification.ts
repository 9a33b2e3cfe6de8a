import type { DeliverInput, DeliverResult } from '../../src/contracts/notification.js';
import type { Database } from '../../src/store/database.js';
import { findNotification, markDelivered, type StoredNotification } from '../../src/store/notifications.js';
import { notDelivered } from '../failure.js';

/** NotificationDependencies is what telling people works with. */
export interface NotificationDependencies {
  readonly database: Database;
  /** Address of a Slack-compatible incoming webhook, which is a secret; absent: notifications are kept and not sent anywhere. */
  readonly notifyUrl?: string | undefined;
}

const ANSWER_WITHIN_MS = 10_000;

/** deliverNotification sends a stored notification to the channel of this deployment, once; throws where the channel does not take it. */
export async function deliverNotification({ database, notifyUrl }: NotificationDependencies, { notificationId }: DeliverInput): Promise<DeliverResult> {
  const notification = await findNotification(database, notificationId);
  if (notification === undefined || notification.deliveredAt !== null || notifyUrl === undefined) return { delivered: notification?.deliveredAt == null ? 0 : 1, failed: 0 };
  await post(notifyUrl, notification);
  await markDelivered(database, notificationId);
  return { delivered: 1, failed: 0 };
}

async function post(url: string, { severity, department, title, body, link }: StoredNotification): Promise<void> {
  const text = [`*${severity === 'info' ? '' : `${severity}: `}${title}*${department === null ? '' : ` (${department})`}`, body, ...(link === null ? [] : [link])].join('\n');
  let status: number;
  try {
    const answer = await fetch(url, {
      method: 'POST', redirect: 'error', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }), signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await answer.body?.cancel();
    ({ status } = answer);
  } catch {
    // The reason may hold the address, which is a secret.
    throw notDelivered('it does not answer');
  }
  if (status < 200 || status > 299) throw notDelivered(`it answers ${status}`);
}
