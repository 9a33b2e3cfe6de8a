import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { problem } from '../problem.js';
import type { HookProblem } from '../webhooks/hook-definitions.js';
import { receiveWebhook, type WebhookReceiver } from '../webhooks/receive-webhook.js';

/** A webhook is a hint; what is longer has no need to be. */
const BODY_LIMIT = 1_048_576;

/** Most senders give up after 5 to 10 seconds and send again. */
const STORED_WITHIN_MS = 4_000;

/** HookRoute is what the route of webhooks needs. */
export interface HookRoute {
  readonly receiver: WebhookReceiver;
  /** Address that senders use, without a slash at the end; it is part of what some of them sign. */
  readonly publicUrl: string;
  /** Systems whose webhooks cannot be judged now. */
  readonly problems: () => readonly HookProblem[];
  readonly onFailure: (error: unknown) => void;
}

/**
 * postHook answers `POST /hooks/<system>`: 200 once a webhook is stored, or to a handshake; 401 for one that does not come
 * from the system, and for a system that there is not; 503 with Retry-After where it could not be stored or judged, so that
 * it is sent again. `GET` is answered with 200, whatever the system.
 */
export function postHook(server: FastifyInstance, { receiver, publicUrl, onFailure }: HookRoute): void {
  void server.register(async (scope) => {
    // The bytes are what is signed, so nothing may read them before; a body of any type is taken as it is.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) => { done(null, body); });
    // Some senders ask whether there is anybody before they take an address (Mailchimp); every name gets the same answer.
    scope.get('/hooks/:system', (_request, reply) => reply.code(200).send());
    scope.post<{ Params: { system: string } }>('/hooks/:system', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const webhook = { method: request.method, url: `${publicUrl}${request.url}`, headers: request.raw.headersDistinct, body };
      const received = await Promise.race([receiveWebhook(receiver, request.params.system, webhook), late()]).catch((error: unknown) => {
        onFailure(error);
        return { kind: 'unready' } as const;
      });
      switch (received.kind) {
        case 'unready':
          return reply.code(503).header('retry-after', '5').type('application/problem+json').send(problem(503, 'The webhook could not be stored; send it again shortly.'));
        case 'refused':
          return reply.code(401).type('application/problem+json').send(problem(401, 'The signature is missing or wrong.'));
        case 'handshake':
          return reply.code(200).headers(received.answer.headers ?? {}).send(received.answer.body);
        case 'stored':
          return { received: received.events };
      }
    });
  });
}

async function late(): Promise<never> {
  await sleep(STORED_WITHIN_MS, undefined, { ref: false });
  throw new Error(`A webhook was not stored within ${STORED_WITHIN_MS} ms.`);
}
