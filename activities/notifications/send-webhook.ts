import { createHmac } from 'node:crypto';
import type { NetworkRules } from '../../src/egress/network-rules.js';
import type { StoredNotification } from '../../src/store/notifications.js';
import { NotTaken } from './not-taken.js';
import { postJson } from './post-json.js';

const LEAST_KEY_BYTES = 24; // Standard Webhooks asks for 24 to 64 bytes.

/** sendWebhook posts a notification signed as Standard Webhooks v1 has it (github.com/standard-webhooks): base64 HMAC-SHA256 of `id.timestamp.body`. */
export async function sendWebhook(url: string, secret: string, rules: NetworkRules, notification: StoredNotification, nowMs = Date.now()): Promise<void> {
  const { id, severity, department, title, body: text, groupKey, link, clears, notedAt } = notification;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.length < LEAST_KEY_BYTES) throw new NotTaken(`its secret is no base64 of at least ${LEAST_KEY_BYTES} bytes`, { permanent: true });
  const body = JSON.stringify({
    type: clears === true ? 'notification.cleared' : 'notification.raised', timestamp: notedAt.toISOString(), data: { id, severity, department, title, body: text, groupKey, link },
  });
  const seconds = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  await postJson(url, body, rules, { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` });
}
