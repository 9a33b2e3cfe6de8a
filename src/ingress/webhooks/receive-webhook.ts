import { randomBytes } from 'node:crypto';
import { handoffOfConsumer } from '../../contracts/ids.js';
import type { WebhookVerification } from '../../contracts/webhook-definition.js';
import { answerHandshake, takeHookSecret, wantsNoBody, type HandshakeAnswer } from './handshake.js';
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
  /** Keeps a secret that a sender gave in the place of a reference; false where there is one already, which stays. */
  readonly keepSecret: (reference: string, secret: string) => Promise<boolean>;
}

/** Reception is what became of a webhook: `handshake` has an answer of the sender's own choosing, `unready` is one that cannot be judged, since a secret of its system is missing. */
export type Reception =
  | { readonly kind: 'stored'; readonly events: number }
  | { readonly kind: 'handshake'; readonly answer: HandshakeAnswer }
  | { readonly kind: 'refused' | 'unready' };

/** Checked where a system is not known, so that its address answers in the time and words of one that is. */
const nobody: WebhookVerification = {
  scheme: 'signature', algorithm: 'sha256', keyed: true, header: 'X-Signature', encoding: 'hex', prefix: '', signed: '{body}', secrets: [randomBytes(32).toString('hex')],
};

/**
 * receiveWebhook verifies a webhook, stores what it says and has those woken who want to know. Throws where it could not
 * be stored, so that it is sent again.
 */
export async function receiveWebhook({ definitions, writer, waker, keepSecret }: WebhookReceiver, system: string, request: WebhookRequest): Promise<Reception> {
  const known = await definitions.current();
  const hooked = known.systems.get(system);
  const isGenuine = verifyWebhook(hooked?.webhooks.verify ?? nobody, request, Date.now());
  if (hooked === undefined) return { kind: 'refused' };
  if (!isGenuine) {
    const given = await takeHookSecret(hooked, request, keepSecret);
    if (given === undefined) return { kind: hooked.missing.length > 0 ? 'unready' : 'refused' };
    definitions.expire();
    return { kind: 'handshake', answer: given };
  }
  const answer = answerHandshake(hooked.webhooks, request);
  if (answer !== undefined) return { kind: 'handshake', answer };
  const { events: places, verify } = hooked.webhooks;
  const headerNames = [...(places.idHeader === undefined ? [] : [places.idHeader]), ...(verify.scheme === 'standard-webhooks' ? standardHeaders.map((name) => `${name}-id`) : [])];
  const headerId = headerNames.map((name) => onlyHeader(request, name)).find((id) => id !== undefined && id.length <= 500 && !id.includes('\0'));
  const events = readEvents(places, request.body, headerId, hooked.onlyObject);
  const noted = events.map((event) => ({ system, ...event, consumers: known.consumersOf(system, event.object).filter((consumer) => event.recordId !== null || handoffOfConsumer(consumer) === undefined) }));
  if (noted.length > 0) await writer.add(noted);
  waker.wake(new Set(noted.flatMap(({ consumers }) => consumers)));
  return wantsNoBody(hooked.webhooks) ? { kind: 'handshake', answer: {} } : { kind: 'stored', events: noted.length };
}
