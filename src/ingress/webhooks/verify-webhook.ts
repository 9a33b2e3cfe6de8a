import type { WebhookVerification } from '../../contracts/webhook-definition.js';
import { sameSecret } from './same-secret.js';
import { verifySignature } from './verify-signature.js';
import { verifyStandard } from './verify-standard.js';
import { onlyHeader, type WebhookRequest } from './webhook-request.js';

/** verifyWebhook says whether a webhook comes from its system; the secrets of the verification are resolved. It throws for nothing that a sender can send. */
export function verifyWebhook(verification: WebhookVerification, request: WebhookRequest, nowMs: number): boolean {
  switch (verification.scheme) {
    case 'signature':
      return verifySignature(verification, request, nowMs);
    case 'standard-webhooks':
      return verifyStandard(verification, request, nowMs);
    case 'shared-secret':
      return matches(verification.parameter === undefined ? onlyHeader(request, verification.header) : onlyParameter(request, verification.parameter), verification.secrets.map((secret) => verification.prefix + secret));
    case 'basic':
      return matches(onlyHeader(request, 'authorization'), verification.secrets.map((secret) => `Basic ${Buffer.from(`${verification.username}:${secret}`).toString('base64')}`));
  }
}

/** The value of a query parameter that stands in the address exactly once. */
function onlyParameter({ url }: WebhookRequest, name: string): string | undefined {
  const values = URL.canParse(url) ? new URL(url).searchParams.getAll(name) : [];
  return values.length === 1 ? values[0] : undefined;
}

function matches(given: string | undefined, allowed: readonly string[]): boolean {
  let isAllowed = false;
  for (const each of allowed) if (sameSecret(given ?? '', each)) isAllowed = true;
  return isAllowed && given !== undefined;
}
