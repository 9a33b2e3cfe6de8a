import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { builtinConnectors } from '../../../../src/config/connector/catalogue.js';
import type { WebhookVerification } from '../../../../src/contracts/webhook-definition.js';
import { verifyWebhook } from '../../../../src/ingress/webhooks/verify-webhook.js';
import type { WebhookRequest } from '../../../../src/ingress/webhooks/webhook-request.js';
import { minimalFile } from '../../config/connector/minimal-file.js';
import { checkTexts } from '../../config/checked-texts.js';

interface Vector {
  readonly name: string;
  readonly secret: string;
  readonly body: string;
  readonly expected: string;
  readonly method?: string;
  readonly uri?: string;
  readonly timestamp: number | string;
}

const file = fileURLToPath(new URL('../../../../../shared/data/webhook-vectors/vectors.json', import.meta.url));
const isThere = existsSync(file);
if (!isThere) process.stdout.write('skipped: webhook vectors: shared/data/webhook-vectors/vectors.json not found\n');
const vectors = isThere ? Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Vector[]>).flat().filter((vector) => typeof vector.expected === 'string') : [];

function verificationOf(connector: string): WebhookVerification {
  const builtin = builtinConnectors().get(connector);
  const [text = ''] = builtin === undefined ? [] : minimalFile(builtin);
  const webhooks = checkTexts({ 'mine.yaml': text }).systems.get('mine')?.webhooks;
  if (webhooks === undefined) throw new Error(`${connector} has no webhooks`);
  return webhooks.verify;
}

describe.skipIf(!isThere)('the webhooks of the built-in connector', () => {
  test.each([['hubspot', 'hubspot v3'], ['slack', 'slack'], ['stripe', 'stripe'], ['zendesk', 'zendesk']])('%s are signed as in the vector %s, and refused once they are old or changed', (connector, start) => {
    const vector = vectors.find(({ name }) => name.startsWith(start));
    const verification = verificationOf(connector);
    if (vector === undefined || verification.scheme !== 'signature') throw new Error('no vector, or no signature');
    const timestamp = String(vector.timestamp);
    const sentMs = /^\d+$/.test(timestamp) ? Number(timestamp) * (timestamp.length > 11 ? 1 : 1_000) : Date.parse(timestamp);
    const request: WebhookRequest = {
      method: vector.method ?? 'POST', url: vector.uri ?? 'https://example.com/hooks/mine', body: Buffer.from(vector.body),
      headers: { [verification.header.toLowerCase()]: [vector.expected], ...(verification.timestamp?.header === undefined ? {} : { [verification.timestamp.header.toLowerCase()]: [timestamp] }) },
    };
    const known = { ...verification, secrets: [vector.secret] };
    expect(verifyWebhook(known, request, sentMs)).toBe(true);
    expect(verifyWebhook(known, request, sentMs + 301_000)).toBe(false);
    expect(verifyWebhook(known, { ...request, body: Buffer.from(`${vector.body} `) }, sentMs)).toBe(false);
  });
});

test('every built-in connector whose signature covers a time says where the time stands', () => {
  for (const { name, value } of builtinConnectors().values()) {
    if (value['webhooks'] === undefined) continue;
    const verification = verificationOf(name);
    if (verification.scheme === 'signature' && verification.signed.includes('{timestamp}')) expect(verification.timestamp, name).toBeDefined();
  }
});
