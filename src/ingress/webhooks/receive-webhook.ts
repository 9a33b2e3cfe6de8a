import { randomBytes } from 'node:crypto';
import { handoffOfConsumer } from '../../contracts/ids.js';
import type { WebhookVerification } from '../../contracts/webhook-definition.js';
import type { HookDefinitionCache } from './hook-definitions.js';
import type { InboxWriter } from './inbox-writer.js';
import { readEvents } from './read-events.js';
import { standardHeaders } from './verify-standard.js';
import { verifyWebhook } from './verify-webhook.js';
import type { Waker } from './waker.js';
import { onlyHeader, type WebhookRequest } from './webhook-request.js';

/** WebhookReceiver is what taking in a webhook needs. */
export interface WebhookReceiver {
  readonly definitions: HookDefinitionCache;
  readonly writer: InboxWriter;
  readonly waker: Waker;
}

/** Checked where a system is not known, so that its address answers in the time and words of one that is. */
const nobody: WebhookVerification = {
  scheme: 'signature', algorithm: 'sha256', keyed: true, header: 'X-Signature', encoding: 'hex', prefix: '', signed: '{body}', secrets: [randomBytes(32).toString('hex')],
};

/**
 * receiveWebhook verifies a webhook, stores what it says and has those woken who want to know. Returns how many events it
 * held; undefined where it does not come from the system. Throws where it could not be stored, so that it is sent again.
 */
export async function receiveWebhook({ definitions, writer, waker }: WebhookReceiver, system: string, request: WebhookRequest): Promise<number | undefined> {
  const known = await definitions.current();
  const hooked = known.systems.get(system);
  const isGenuine = verifyWebhook(hooked?.webhooks.verify ?? nobody, request, Date.now());
  if (hooked === undefined || !isGenuine) return undefined;
  const { events: places, verify } = hooked.webhooks;
  const headerNames = [...(places.idHeader === undefined ? [] : [places.idHeader]), ...(verify.scheme === 'standard-webhooks' ? standardHeaders.map((name) => `${name}-id`) : [])];
  const headerId = headerNames.map((name) => onlyHeader(request, name)).find((id) => id !== undefined && id.length <= 500 && !id.includes('\0'));
  const events = readEvents(places, request.body, headerId, hooked.onlyObject);
  const noted = events.map((event) => ({ system, ...event, consumers: known.consumersOf(system, event.object).filter((consumer) => event.recordId !== null || handoffOfConsumer(consumer) === undefined) }));
  if (noted.length > 0) await writer.add(noted);
  waker.wake(new Set(noted.flatMap(({ consumers }) => consumers)));
  return noted.length;
}
