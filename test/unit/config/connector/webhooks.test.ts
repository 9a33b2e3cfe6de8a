import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { builtinConnectors } from '../../../../src/config/connector/catalogue.js';
import { compileDefinitions } from '../../../../src/config/definition-set.js';
import { parseDefinitions } from '../../../../src/config/parse-definitions.js';
import type { WebhookDefinition } from '../../../../src/contracts/webhook-definition.js';
import { readEvents } from '../../../../src/ingress/webhooks/read-events.js';
import { verifyWebhook } from '../../../../src/ingress/webhooks/verify-webhook.js';
import type { WebhookRequest } from '../../../../src/ingress/webhooks/webhook-request.js';
import { minimalFile } from './minimal-file.js';

const secret = 's3cret';
const nowMs = Date.parse('2026-11-28T04:00:00Z');
const hmac = (algorithm: 'sha1' | 'sha256', text: string, encoding: 'hex' | 'base64'): string => createHmac(algorithm, secret).update(text).digest(encoding);

function webhooksOf(name: string): WebhookDefinition {
  const connector = builtinConnectors().get(name);
  if (connector === undefined) throw new Error(`there is no connector ${name}`);
  const { systems } = compileDefinitions(parseDefinitions('mine.yaml', minimalFile(connector)[0] ?? ''), '.', { checkEnvironment: false });
  const webhooks = systems.get('mine')?.webhooks;
  if (webhooks === undefined) throw new Error(`${name} has no webhooks`);
  return webhooks;
}

interface Sender {
  readonly body: string;
  readonly headers: (body: string) => Readonly<Record<string, string>>;
  readonly query?: string;
  readonly about: readonly (readonly [string | null, string | null])[];
}

function requestOf({ body, headers, query = '' }: Sender, change: { readonly sent?: string; readonly query?: string } = {}): WebhookRequest {
  return {
    method: 'POST', url: `https://example.com/hooks/mine${change.query ?? query}`, body: Buffer.from(change.sent ?? body),
    headers: Object.fromEntries(Object.entries(headers(body)).map(([header, value]) => [header, [value]])),
  };
}

/** A webhook as each vendor sends it: what it signs, where, and what it is about. */
const senders: Readonly<Record<string, Sender>> = {
  zendesk: {
    body: JSON.stringify({ type: 'zen:event-type:user.name_changed', id: 'e1', subject: 'zen:user:6596848315901', detail: { id: '6596848315901' } }),
    headers: (body) => ({ 'x-zendesk-webhook-signature-timestamp': '2026-11-28T03:59:00Z', 'x-zendesk-webhook-signature': hmac('sha256', `2026-11-28T03:59:00Z${body}`, 'base64') }),
    about: [['user', '6596848315901']],
  },
  asana: {
    body: JSON.stringify({ events: [{ action: 'changed', resource: { gid: '1', resource_type: 'task' } }, { action: 'added', resource: { gid: '2', resource_type: 'project' } }, { resource: { gid: '3', resource_type: 'story' } }] }),
    headers: (body) => ({ 'x-hook-signature': hmac('sha256', body, 'hex') }),
    about: [['task', '1'], ['project', '2'], [null, null]],
  },
  mailchimp: { body: 'type=subscribe&data%5Bemail%5D=ada%40example.com', headers: () => ({}), query: `?secret=${secret}`, about: [['member', null]] },
  slack: {
    body: JSON.stringify({ type: 'event_callback', event_id: 'Ev1', event: { type: 'message', ts: '1795838340.000100' } }),
    headers: (body) => ({ 'x-slack-request-timestamp': '1795838340', 'x-slack-signature': `v0=${hmac('sha256', `v0:1795838340:${body}`, 'hex')}` }),
    about: [['message', null]],
  },
  intercom: {
    body: JSON.stringify({ type: 'notification_event', id: 'notif_1', topic: 'contact.user.created', data: { item: { type: 'contact', id: '6762f0dd' } } }),
    headers: (body) => ({ 'x-hub-signature': `sha1=${hmac('sha1', body, 'hex')}` }),
    about: [['contact', '6762f0dd']],
  },
};

describe.each(Object.entries(senders))('a webhook of %s', (name, sender) => {
  const { verify, events } = webhooksOf(name);
  const isGenuine = (webhook: WebhookRequest, secrets = [secret]): boolean => verifyWebhook({ ...verify, secrets }, webhook, nowMs);

  it('is let in with its signature or secret, and only so', () => {
    const request = requestOf(sender);
    expect(isGenuine(request)).toBe(true);
    expect(isGenuine(request, ['another'])).toBe(false);
    expect(isGenuine({ ...requestOf(sender, { query: '' }), headers: {} })).toBe(false);
    if (sender.query === undefined) expect(isGenuine(requestOf(sender, { sent: `${sender.body} ` }))).toBe(false);
  });

  it('says which records have changed', () => {
    const only = Object.keys(events.objects).length === 0 ? 'member' : null;
    expect(readEvents(events, Buffer.from(sender.body), undefined, only).map(({ object, recordId }) => [object, recordId])).toEqual(sender.about);
  });
});

it.each(['zendesk', 'slack'])('a webhook of %s is not let in after five minutes', (name) => {
  const sender = senders[name];
  if (sender === undefined) throw new Error(`nothing is known of ${name}`);
  const verify = { ...webhooksOf(name).verify, secrets: [secret] };
  expect(verifyWebhook(verify, requestOf(sender), nowMs)).toBe(true);
  expect(verifyWebhook(verify, requestOf(sender), nowMs + 300_000)).toBe(false);
});
