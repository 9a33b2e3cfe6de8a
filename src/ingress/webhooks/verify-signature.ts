import { createHash, createHmac } from 'node:crypto';
import type { SignatureVerification } from '../../contracts/webhook-definition.js';
import { decodeSignature } from './decode-signature.js';
import { sameSecret } from './same-secret.js';
import { onlyHeader, type WebhookRequest } from './webhook-request.js';
import { isInTime, webhookTimeMs } from './webhook-time.js';

/** Rotation takes two; more items than this are no signature header. */
const MOST_ITEMS = 10;

/** verifySignature says whether one of the secrets has signed the request within the tolerance; secrets are resolved. It throws for nothing that a sender can send. */
export function verifySignature(verification: SignatureVerification, request: WebhookRequest, nowMs: number): boolean {
  const value = onlyHeader(request, verification.header);
  if (value === undefined) return false;
  const { signatures, timestamp } = partsOf(verification, request, value);
  if (verification.timestamp !== undefined) {
    const { format, toleranceMs } = verification.timestamp;
    if (timestamp === undefined || !isInTime(webhookTimeMs(timestamp, format), nowMs, toleranceMs)) return false;
  }
  const id = verification.idHeader === undefined ? '' : onlyHeader(request, verification.idHeader);
  if (id === undefined) return false;
  let isSigned = false;
  for (const secret of verification.secrets) {
    const expected = hashOf(verification, secret, signedContent(verification.signed, request, { timestamp: timestamp ?? '', id, secret }));
    // Every secret and signature is looked at, so that the time does not say which one fitted.
    for (const signature of signatures) if (sameSecret(signature, expected)) isSigned = true;
  }
  return isSigned;
}

function partsOf({ prefix, encoding, items, timestamp }: SignatureVerification, request: WebhookRequest, value: string): { readonly signatures: readonly Buffer[]; readonly timestamp: string | undefined } {
  const decoded = (text: string): Buffer[] => {
    const bytes = text.startsWith(prefix) ? decodeSignature(text.slice(prefix.length), encoding) : undefined;
    return bytes === undefined ? [] : [bytes];
  };
  const fromHeader = timestamp?.header === undefined ? undefined : onlyHeader(request, timestamp.header);
  if (items === undefined) return { signatures: decoded(value), timestamp: fromHeader };
  const pairs = value.split(',', MOST_ITEMS + 1).map((item) => [item.slice(0, item.indexOf('=')).trim(), item.slice(item.indexOf('=') + 1).trim()] as const);
  if (pairs.length > MOST_ITEMS) return { signatures: [], timestamp: undefined };
  const times = pairs.filter(([name]) => name === items.timestamp);
  return { signatures: pairs.filter(([name]) => name === items.signature).flatMap(([, text]) => decoded(text)), timestamp: fromHeader ?? (times.length === 1 ? times[0]?.[1] : undefined) };
}

function signedContent(template: string, request: WebhookRequest, { timestamp, id, secret }: { readonly timestamp: string; readonly id: string; readonly secret: string }): readonly (string | Buffer)[] {
  const texts: Readonly<Record<string, string | Buffer>> = { body: request.body, timestamp, id, secret, method: request.method, url: request.url };
  // The body goes in as bytes: a text made of it need not be what was signed.
  return template.split(/(\{[a-z]+\})/).map((part) => texts[part.slice(1, -1)] ?? part);
}

function hashOf({ algorithm, keyed }: SignatureVerification, secret: string, content: readonly (string | Buffer)[]): Buffer {
  const hash = keyed ? createHmac(algorithm, secret) : createHash(algorithm);
  for (const part of content) hash.update(part);
  return hash.digest();
}
