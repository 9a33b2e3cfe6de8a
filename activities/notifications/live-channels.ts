import type { ChannelDefinition } from '../../src/contracts/channel-definition.js';
import type { Database } from '../../src/store/database.js';
import { networkRules, rulesOf, type NetworkRules } from '../../src/egress/network-rules.js';
import { activeDefinitions } from '../../src/store/definitions.js';
import type { StoredNotification } from '../../src/store/notifications.js';
import { NotTaken } from './not-taken.js';
import { sendEmail } from './send-email.js';
import { sendPagerduty } from './send-pagerduty.js';
import { sendSlack } from './send-slack.js';
import { sendWebhook } from './send-webhook.js';

/** NotificationDependencies is what telling people works with. */
export interface NotificationDependencies {
  readonly database: Database;
  /** Address of a Slack-compatible incoming webhook, which is a secret: the default channel beside those that are defined; absent: only those. */
  readonly notifyUrl?: string | undefined;
  /** What the deployment opens besides public addresses. */
  readonly networkAllow?: readonly string[];
  /** Replaces the references in a text; its error names the reference, never a value. */
  readonly resolve?: ((text: string) => string) | undefined;
  /** Waits until what texts name in stores of secrets has been read once, or could not be. */
  readonly secretsReady?: ((texts: readonly string[]) => Promise<void>) | undefined;
}

/** environmentChannel is the name of the channel that CROSSWALK_NOTIFY_URL makes; no channel that is defined can have it. */
export const environmentChannel = 'CROSSWALK_NOTIFY_URL';

/** LiveChannel is a channel in force and how a message is sent by it. */
export interface LiveChannel extends ChannelDefinition {
  /** Sends a message once; throws NotTaken where the channel does not take it. */
  post(notification: StoredNotification): Promise<void>;
}

/** liveChannels is the channels that are defined and the one of the environment. */
export async function liveChannels({ database, notifyUrl, resolve, secretsReady, networkAllow = [] }: NotificationDependencies): Promise<LiveChannel[]> {
  const channels = await activeDefinitions(database, 'channel');
  await secretsReady?.(channels.flatMap(({ body: { send } }) => Object.values(send).flat().filter((part) => typeof part === 'string')));
  const defined = channels.map(({ body }): LiveChannel => ({ ...body, post: (notification) => sendBy(body, reader(resolve), rulesOf(body.network, networkAllow), notification) }));
  if (notifyUrl === undefined) return defined;
  return [...defined, { channel: environmentChannel, send: { type: 'slack', url: '' }, routes: [], isDefault: true, groupMs: 0, post: (notification) => sendSlack(notifyUrl, networkRules(networkAllow), notification) }];
}

function reader(resolve: NotificationDependencies['resolve']): (text: string) => string {
  return (text) => {
    try {
      return resolve === undefined ? text : resolve(text);
    } catch (error) {
      throw new NotTaken(error instanceof Error && ['UnresolvedReferenceError', 'PublishedKeyError'].includes(error.name) ? error.message : 'a reference has no value', { permanent: true });
    }
  };
}

async function sendBy({ send }: ChannelDefinition, read: (text: string) => string, rules: NetworkRules, notification: StoredNotification): Promise<void> {
  switch (send.type) {
    case 'slack': return sendSlack(read(send.url), rules, notification);
    case 'pagerduty': return sendPagerduty({ ...send, url: read(send.url) }, read(send.routingKey), rules, notification);
    case 'webhook': return sendWebhook(read(send.url), read(send.secret), rules, notification);
    case 'email': return sendEmail({
      ...send, host: read(send.host), from: read(send.from), to: send.to.map(read),
      ...(send.username === undefined ? {} : { username: read(send.username) }), ...(send.password === undefined ? {} : { password: read(send.password) }),
    }, rules, notification);
  }
}
