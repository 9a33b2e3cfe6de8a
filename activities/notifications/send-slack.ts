import type { NetworkRules } from '../../src/egress/network-rules.js';
import type { StoredNotification } from '../../src/store/notifications.js';
import { postJson } from './post-json.js';

/**
 * sendSlack posts a message to an incoming webhook. `&`, `<` and `>` are escaped, as Slack asks for
 * (docs.slack.dev/messaging/formatting-message-text), so that a record's text cannot become a link or a mention of a channel.
 */
export async function sendSlack(url: string, rules: NetworkRules, { severity, department, title, body, link, clears }: StoredNotification): Promise<void> {
  const heading = `*${clears === true ? 'all clear: ' : severity === 'info' ? '' : `${severity}: `}${escaped(title)}*${department === null ? '' : ` (${escaped(department)})`}`;
  await postJson(url, JSON.stringify({ text: [heading, ...(body === '' ? [] : [escaped(body)]), ...(link === null ? [] : [escaped(link)])].join('\n') }), rules);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
