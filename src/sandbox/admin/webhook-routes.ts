import type { FastifyInstance } from 'fastify';
import { reliableWebhooks } from '../engine/webhooks.js';
import { AdminError, AdminInput } from './admin-input.js';
import type { SandboxParts } from './sandbox-parts.js';

const loopbackNames = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const maxDelayMs = 600_000;

/** addWebhookRoutes adds the CRM's webhook subscriptions, their unreliable habits, and the expiry of its tokens. */
export function addWebhookRoutes(app: FastifyInstance, parts: SandboxParts): void {
  app.get('/crm/webhooks', () => ({ subscriptions: parts.webhooks.subscriptions.map(({ url }) => ({ url })) }));

  app.post('/crm/webhooks', async (request, reply) => {
    const input = new AdminInput(request.body, ['url', 'secret']);
    parts.webhooks.subscribe({ url: readUrl(input), secret: input.requiredText('secret') });
    await parts.saveSubscriptions();
    void reply.code(201).send({ ok: true });
  });

  app.delete('/crm/webhooks', async (request) => {
    parts.webhooks.unsubscribe(readUrl(new AdminInput(request.body, ['url'])));
    await parts.saveSubscriptions();
    return { ok: true };
  });

  app.put('/crm/webhook-habits', (request) => {
    const input = new AdminInput(request.body, ['drop', 'duplicate', 'delayMs', 'jitterMs', 'seed']);
    const habits = {
      drop: input.number('drop', 0, 1) ?? reliableWebhooks.drop,
      duplicate: input.number('duplicate', 0, 1) ?? reliableWebhooks.duplicate,
      delayMs: input.integer('delayMs', 0, maxDelayMs) ?? reliableWebhooks.delayMs,
      jitterMs: input.integer('jitterMs', 0, maxDelayMs) ?? reliableWebhooks.jitterMs,
      seed: input.integer('seed', 0, 2 ** 31) ?? reliableWebhooks.seed,
    };
    parts.webhooks.setHabits(habits);
    return habits;
  });

  app.post('/crm/expire-tokens', () => ({ expired: parts.crmTokens.expireAll() }));
}

function readUrl(input: AdminInput): string {
  const text = input.requiredText('url');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== 'http:' || !loopbackNames.test(url.hostname)) {
    throw new AdminError('url: must be an http address on this machine, such as http://127.0.0.1:8080/webhooks/crm');
  }
  return url.href;
}
