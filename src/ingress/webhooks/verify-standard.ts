import { createHmac } from 'node:crypto';
import type { StandardVerification } from '../../contracts/webhook-definition.js';
import { decodeSignature } from './decode-signature.js';
import { sameSecret } from './same-secret.js';
import { onlyHeader, type WebhookRequest } from './webhook-request.js';
import { isInTime, webhookTimeMs } from './webhook-time.js';

const SECRET_PREFIX = 'whsec_';
const MOST_SIGNATURES = 10;

/** standardHeaders are the headers of Standard Webhooks; senders that came before the standard use `svix-` in place of `webhook-`. */
export const standardHeaders = ['webhook', 'svix'] as const;

/** verifyStandard says whether a webhook is signed as Standard Webhooks v1 has it: base64 HMAC-SHA256 of `id.timestamp.body`, several signatures with a space between them. */
export function verifyStandard({ secrets, toleranceMs }: StandardVerification, request: WebhookRequest, nowMs: number): boolean {
  return standardHeaders.some((name) => {
    const id = onlyHeader(request, `${name}-id`);
    const timestamp = onlyHeader(request, `${name}-timestamp`);
    const value = onlyHeader(request, `${name}-signature`);
    if (id === undefined || id === '' || timestamp === undefined || value === undefined) return false;
    if (!isInTime(webhookTimeMs(timestamp, 'unix'), nowMs, toleranceMs)) return false;
    const signatures = value.split(' ', MOST_SIGNATURES).flatMap((item) => (item.startsWith('v1,') ? decodeSignature(item.slice(3), 'base64') ?? [] : []));
    let isSigned = false;
    for (const secret of secrets) {
      const expected = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(request.body).digest();
      for (const signature of signatures) if (sameSecret(signature, expected)) isSigned = true;
    }
    return isSigned;
  });
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret, 'base64');
}
