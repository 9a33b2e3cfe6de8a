import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compileWebhooks } from '../../../../src/config/compile-webhooks.js';
import { webhooksSchema } from '../../../../src/config/schema/webhooks-schema.js';
import type { WebhookVerification } from '../../../../src/contracts/webhook-definition.js';
import { verifyWebhook } from '../../../../src/ingress/webhooks/verify-webhook.js';
import type { WebhookRequest } from '../../../../src/ingress/webhooks/webhook-request.js';

interface Vector {
  readonly name: string;
  readonly secret: string;
  readonly body: string;
  readonly expected: string;
  readonly method?: string;
  readonly uri?: string;
  readonly id?: string;
  readonly timestamp?: number | string;
}

const file = fileURLToPath(new URL('../../../../../shared/data/webhook-vectors/vectors.json', import.meta.url));
const isThere = existsSync(file);
if (!isThere) process.stdout.write('skipped: webhook vectors: shared/data/webhook-vectors/vectors.json not found\n');
const vectors = isThere ? JSON.parse(readFileSync(file, 'utf8')) as { published_verified: Vector[]; generated: Vector[]; mutations: string[] } : { published_verified: [], generated: [], mutations: [] };
const all = [...vectors.published_verified, ...vectors.generated];

/** How each sender's layout is written in a definition, by the beginning of the vector's name. */
const layouts: readonly [start: string, definition: object, timestampHeader?: string][] = [
  ['github', { scheme: 'hmac-sha256', header: 'X-Hub-Signature-256', prefix: 'sha256=' }],
  ['hubspot v1', { scheme: 'sha256', header: 'X-HubSpot-Signature', signed: '{secret}{body}' }],
  ['hubspot v2', { scheme: 'sha256', header: 'X-HubSpot-Signature', signed: '{secret}{method}{url}{body}' }],
  ['hubspot v3', { scheme: 'hmac-sha256', header: 'X-HubSpot-Signature-v3', encoding: 'base64', signed: '{method}{url}{body}{timestamp}', timestamp: { header: 'X-HubSpot-Request-Timestamp', format: 'unix-ms' } }, 'x-hubspot-request-timestamp'],
  ['slack', { scheme: 'hmac-sha256', header: 'X-Slack-Signature', prefix: 'v0=', signed: 'v0:{timestamp}:{body}', timestamp: { header: 'X-Slack-Request-Timestamp' } }, 'x-slack-request-timestamp'],
  ['standard-webhooks', { scheme: 'standard-webhooks', header: 'webhook-signature' }, 'webhook-timestamp'],
  ['svix', { scheme: 'standard-webhooks', header: 'webhook-signature' }, 'webhook-timestamp'],
  ['stripe', { scheme: 'hmac-sha256', header: 'Stripe-Signature', signed: '{timestamp}.{body}', items: {}, timestamp: {} }],
  ['zendesk', { scheme: 'hmac-sha256', header: 'X-Zendesk-Webhook-Signature', encoding: 'base64', signed: '{timestamp}{body}', timestamp: { header: 'X-Zendesk-Webhook-Signature-Timestamp', format: 'iso' } }, 'x-zendesk-webhook-signature-timestamp'],
  ['shopify', { scheme: 'hmac-sha256', header: 'X-Shopify-Hmac-Sha256', encoding: 'base64' }],
];

interface Case {
  readonly verification: WebhookVerification;
  readonly request: WebhookRequest;
  readonly header: string;
  readonly timestampHeader: string | undefined;
  readonly nowMs: number;
}

function caseOf(vector: Vector): Case {
  const [, definition, timestampHeader] = layouts.find(([start]) => vector.name.startsWith(start)) ?? [];
  if (definition === undefined) throw new Error(`no definition for ${vector.name}`);
  const { verify } = compileWebhooks(webhooksSchema.parse({ secret: 'secret://env/S', ...definition }));
  const header = ('header' in verify ? verify.header : 'webhook-signature').toLowerCase();
  const timestamp = vector.timestamp === undefined ? undefined : String(vector.timestamp);
  const nowMs = timestamp === undefined ? 1_614_265_330_000 : /^\d+$/.test(timestamp) ? Number(timestamp) * (timestamp.length > 11 ? 1 : 1000) : Date.parse(timestamp);
  return {
    verification: { ...verify, secrets: [vector.secret] }, header, timestampHeader, nowMs,
    request: {
      method: vector.method ?? 'POST', url: vector.uri ?? 'https://example.com/hooks/x', body: Buffer.from(vector.body),
      headers: { [header]: [vector.expected], ...(vector.id === undefined ? {} : { 'webhook-id': [vector.id] }), ...(timestampHeader === undefined || timestamp === undefined ? {} : { [timestampHeader]: [timestamp] }) },
    },
  };
}

const check = ({ verification, nowMs }: Case, request: WebhookRequest, atMs = nowMs): boolean => verifyWebhook(verification, request, atMs);
const signature = ({ request, header }: Case): string => request.headers[header]?.[0] ?? '';
const withSignature = (given: Case, ...values: string[]): WebhookRequest => ({ ...given.request, headers: { ...given.request.headers, [given.header]: values } });
const withBody = ({ request }: Case, body: Buffer): WebhookRequest => ({ ...request, body });

/** What becomes of each mutation. Where it cannot be made of a vector, since nothing of the kind is in it, the vector stays good. */
const mutations: Readonly<Record<string, (given: Case) => boolean>> = {
  'flip one bit of body': (given) => check(given, withBody(given, given.request.body.length === 0 ? Buffer.from([1]) : Buffer.from(given.request.body.map((byte, at) => (at === 0 ? byte ^ 1 : byte))))),
  'append newline to body': (given) => check(given, withBody(given, Buffer.concat([given.request.body, Buffer.from('\n')]))),
  're-serialise JSON (key order/whitespace)': (given) => check(given, withBody(given, Buffer.from(` ${given.request.body.toString()}`))),
  'wrong secret': (given) => check({ ...given, verification: { ...given.verification, secrets: ['whsec_d3Jvbmctc2VjcmV0'] } }, given.request),
  'empty signature header': (given) => check(given, withSignature(given, '')),
  'missing header': (given) => check(given, withSignature(given)),
  'signature of other scheme version only (v0)': (given) => check(given, withSignature(given, signature(given).replace('v1', 'v0').replace(/^v0=/, 'v9=').replace(/^sha256=/, 'sha1=').replace(/^(?!.*(?:v0|v9|sha1=))/, 'v0='))),
  'truncated signature (length mismatch must not throw 500)': (given) => check(given, withSignature(given, signature(given).slice(0, -4))),
  'non-ASCII signature header': (given) => check(given, withSignature(given, `${signature(given)}é`)),
  'duplicate header': (given) => check(given, withSignature(given, signature(given), signature(given))),
  'body gzip-encoded': (given) => check(given, withBody(given, gzipSync(given.request.body))),
  'charset != utf-8': (given) => check(given, withBody(given, Buffer.from(`${given.request.body.toString()}é`, 'latin1'))),
  'body 0 bytes': (given) => check(given, withBody(given, Buffer.alloc(0))) && given.request.body.length > 0,
  'timestamp -301 s': (given) => hasTime(given) && check(given, given.request, given.nowMs + 301_000),
  'timestamp +301 s': (given) => hasTime(given) && check(given, given.request, given.nowMs - 301_000),
  'timestamp not a number / float / 1e10 / ms instead of s': (given) => hasTime(given) && ['x', '1.5', '1e10', `${given.nowMs}0`, '', '-1', 'NaN'].some((text) => check(given, withTime(given, text))),
  'base64url instead of base64': (given) => /[+/=]/.test(signature(given)) && isBase64(given) && check(given, withSignature(given, signature(given).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))),
};

function hasTime({ verification }: Case): boolean {
  return verification.scheme === 'standard-webhooks' || (verification.scheme === 'signature' && verification.timestamp !== undefined);
}

function isBase64({ verification }: Case): boolean {
  return verification.scheme === 'standard-webhooks' || (verification.scheme === 'signature' && verification.encoding === 'base64');
}

function withTime(given: Case, text: string): WebhookRequest {
  if (given.timestampHeader === undefined) return withSignature(given, signature(given).replace(/t=\d+/, `t=${text}`));
  return { ...given.request, headers: { ...given.request.headers, [given.timestampHeader]: [text] } };
}

describe.skipIf(!isThere)('security rows 1 to 3 and 6 to 8: the vectors of vendors', () => {
  test.each(all.map((vector) => [vector.name, vector] as const))('%s is accepted', (_name, vector) => {
    expect(check(caseOf(vector), caseOf(vector).request)).toBe(true);
  });

  test.each(all.flatMap((vector) => Object.keys(mutations).map((mutation) => [vector.name, mutation, vector] as const)))('%s: %s is refused', (_name, mutation, vector) => {
    expect(mutations[mutation]?.(caseOf(vector))).toBe(false);
  });

  test.each(all.map((vector) => [vector.name, vector] as const))('%s: hex in capitals is the same signature', (_name, vector) => {
    const given = caseOf(vector);
    expect(check(given, withSignature(given, signature(given).replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase())))).toBe(true);
  });

  test.each(all.map((vector) => [vector.name, vector] as const))('%s: two secrets, of which the second fits, are a rotation', (_name, vector) => {
    const given = caseOf(vector);
    expect(check({ ...given, verification: { ...given.verification, secrets: ['whsec_b2xk', ...given.verification.secrets] } }, given.request)).toBe(true);
  });

  test('two signatures, of which the second is good, are accepted where the layout has several', () => {
    const several = all.filter(({ name }) => /^(?:stripe|standard|svix)/.test(name)).map((vector) => caseOf(vector));
    expect(several.length).toBeGreaterThan(1);
    for (const given of several) {
      const bad = signature(given).replace(/[A-Za-z0-9]{8}(?==?$)/, '00000000');
      const both = given.header === 'stripe-signature' ? `${signature(given).replace(/v1=.*/, `v1=${'0'.repeat(64)}`)},${/v1=.*/.exec(signature(given))?.[0] ?? ''}` : `${bad} ${signature(given)}`;
      expect(check(given, withSignature(given, both))).toBe(true);
      expect(check(given, withSignature(given, bad))).toBe(false);
    }
  });

  test('every mutation that is listed beside the vectors is made here or by the test of the route', () => {
    const elsewhere = ['two signatures, second valid (rotation)', 'upper-case hex', 'chunked body'];
    expect(vectors.mutations.filter((name) => !elsewhere.includes(name) && mutations[name] === undefined)).toEqual([]);
  });
});

describe('what no sender signs', () => {
  const shared = compileWebhooks(webhooksSchema.parse({ scheme: 'shared-secret', header: 'X-Token', secret: 'secret://env/S' })).verify;
  const basic = compileWebhooks(webhooksSchema.parse({ scheme: 'basic', username: 'crm', secret: 'secret://env/S' })).verify;
  const request = (headers: NodeJS.Dict<string[]>): WebhookRequest => ({ method: 'POST', url: 'https://example.com/hooks/crm', headers, body: Buffer.from('{}') });

  test.each<[string, NodeJS.Dict<string[]>, boolean]>([
    ['the secret', { 'x-token': ['s3cret'] }, true], ['another secret', { 'x-token': ['s3cre'] }, false], ['nothing', {}, false], ['an empty header', { 'x-token': [''] }, false],
    ['the secret twice', { 'x-token': ['s3cret', 's3cret'] }, false], ['100 KB', { 'x-token': ['s'.repeat(102_400)] }, false],
  ])('a shared secret: %s', (_what, headers, isGood) => {
    expect(verifyWebhook({ ...shared, secrets: ['s3cret'] }, request(headers), 0)).toBe(isGood);
  });

  test.each<[string, string, boolean]>([
    ['the secret', '?secret=s3cret', true], ['the secret among others', '?a=1&secret=s3cret&b', true], ['another secret', '?secret=s3cre', false], ['nothing', '', false],
    ['an empty parameter', '?secret=', false], ['the secret twice', '?secret=s3cret&secret=s3cret', false], ['another parameter', '?token=s3cret', false],
  ])('a shared secret in the address: %s', (_what, query, isGood) => {
    const inAddress = compileWebhooks(webhooksSchema.parse({ scheme: 'shared-secret', parameter: 'secret', secret: 'secret://env/S' })).verify;
    const asked = request({ 'x-signature': ['s3cret'] });
    expect(verifyWebhook({ ...inAddress, secrets: ['s3cret'] }, { ...asked, url: asked.url + query }, 0)).toBe(isGood);
  });

  test.each<[string, string, boolean]>([['crm:s3cret', 'Basic', true], ['crm:s3cre', 'Basic', false], ['crm:s3cret', 'Bearer', false]])('basic authentication with %s and %s', (text, type, isGood) => {
    expect(verifyWebhook({ ...basic, secrets: ['s3cret'] }, request({ authorization: [`${type} ${Buffer.from(text).toString('base64')}`] }), 0)).toBe(isGood);
  });
});
