import type { ChannelTarget } from '../../src/contracts/channel-definition.js';
import type { NetworkRules } from '../../src/egress/network-rules.js';
import type { StoredNotification } from '../../src/store/notifications.js';
import { postJson } from './post-json.js';

const MOST_SUMMARY = 1_024;
const MOST_KEY = 255;

/**
 * sendPagerduty sends an event as the Events API v2 has it (developer.pagerduty.com/docs/send-alert-event): what has a
 * group key is one incident by it, which the all-clear resolves.
 */
export async function sendPagerduty({ url, source }: Extract<ChannelTarget, { type: 'pagerduty' }>, routingKey: string, rules: NetworkRules, { id, severity, department, title, body, groupKey, link, clears, notedAt }: StoredNotification): Promise<void> {
  const event = {
    routing_key: routingKey,
    event_action: clears === true ? 'resolve' : 'trigger',
    dedup_key: (groupKey ?? id).slice(0, MOST_KEY),
    ...(clears === true ? {} : {
      payload: {
        summary: title.slice(0, MOST_SUMMARY), source, severity, timestamp: notedAt.toISOString(), component: 'crosswalk', ...(department === null ? {} : { group: department }),
        custom_details: { notification: id, body },
      },
      ...(link === null ? {} : { links: [{ href: link, text: 'More' }] }),
      client: 'Crosswalk',
    }),
  };
  await postJson(url, JSON.stringify(event), rules);
}
