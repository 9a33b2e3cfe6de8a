import { z } from 'zod';
import { checkedText, keyed, plainText } from './checked-text.js';
import { credentialText, holdsReference } from './credential.js';
import { networkSchema } from './network-schema.js';
import { durationText, nameText } from './scalars.js';

const addressText = checkedText('an e-mail address such as ops@example.com', (text) =>
  /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text) || holdsReference(text) ? undefined : { message: 'expected an e-mail address such as ops@example.com', type: 'invalid-value' });

const urlText = checkedText('a URL such as https://ops.example.com/hook', (text) =>
  holdsReference(text) || (URL.canParse(text) && /^https?:\/\/[^@]*$/.test(text)) ? undefined : { message: 'expected a URL that begins with https:// and names no user', type: 'invalid-url' });

const slack = keyed({
  type: z.literal('slack').describe('An incoming webhook as Slack has them; Mattermost and Rocket.Chat take the same.'),
  url: credentialText('the address of the webhook').describe('Address of the incoming webhook, as a reference: who knows it can write.'),
});

const email = keyed({
  type: z.literal('email').describe('A message by SMTP.'),
  host: plainText('a host name').describe('Host of the mail server; may hold references.'),
  port: z.int().min(1).max(65_535).default(587).describe('Port of the mail server.'),
  tls: z.enum(['implicit', 'starttls', 'none']).default('starttls').describe('How the connection is encrypted: from the start (port 465), by STARTTLS, which is then required, or not at all.'),
  username: plainText('a user name').optional().describe('User name; may hold references.'),
  password: credentialText('the password').optional().describe('Password, as a reference such as `secret://env/SMTP_PASSWORD`.'),
  from: addressText.describe('Address that the message comes from.'),
  to: z.array(addressText).min(1).max(50).describe('Addresses that it goes to.'),
});

const pagerduty = keyed({
  type: z.literal('pagerduty').describe('An event for PagerDuty (Events API v2), resolved again by the all-clear.'),
  routingKey: credentialText('the routing key').describe('Integration key of the service, as a reference such as `secret://env/PAGERDUTY_KEY`.'),
  url: urlText.default('https://events.pagerduty.com/v2/enqueue').describe('Where events go; `https://events.eu.pagerduty.com/v2/enqueue` for accounts in the EU.'),
  source: plainText('a name', 200).default('crosswalk').describe('What PagerDuty shows as the source.'),
});

const webhook = keyed({
  type: z.literal('webhook').describe('A signed JSON request as Standard Webhooks have it.'),
  url: urlText.describe('Where it goes; may be a reference.'),
  secret: credentialText('the signing secret').describe('Secret for the signature, as a reference to `whsec_…` or to plain base64.'),
});

/** channelSchema is a channel definition as people write it. */
export const channelSchema = keyed({
  channel: nameText('a channel').describe('Name of the channel.'),
  send: z.discriminatedUnion('type', [slack, email, pagerduty, webhook]).describe('How and where messages go.'),
  network: networkSchema.optional().describe('Addresses that may be connected to although they are not public.'),
  for: z.array(keyed({
    departments: z.array(plainText('a department', 100)).max(50).default([]).describe('Departments; none: all.'),
    severities: z.array(z.enum(['info', 'warning', 'critical'])).default([]).describe('Severities; none: all.'),
  })).max(50).default([]).describe('What the channel takes: notifications that fit one of these.'),
  default: z.boolean().default(false).describe('Whether it takes what no channel is named for.'),
  fallback: nameText('a channel').optional().describe('Channel that gets what this one did not take. Without it, the default ones.'),
  group: durationText('5m', '0s', '1d').default('5m').describe('Notifications of one kind within this time become one message with their count; `0s`: each is sent.'),
});

/** AuthorChannel is a channel definition as it is written, defaults filled in. */
export type AuthorChannel = z.output<typeof channelSchema>;
