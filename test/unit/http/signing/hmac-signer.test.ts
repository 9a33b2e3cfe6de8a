import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HmacSigning } from '../../../../src/contracts/signing-definition.js';
import { signWithHmac } from '../../../../src/http/signing/hmac-signer.js';

const moment = { nowMs: 1_614_265_330_500, nonce: 'n-1' };
const request = { origin: 'https://crm.example.com:8443', path: '/v1/contacts?limit=5&q=a%20b', method: 'POST', headers: {}, body: '{"name":"Zoë 🙂"}' };

function signing(more: Partial<HmacSigning> = {}): HmacSigning {
  return { type: 'hmac', algorithm: 'sha256', secret: '', secretEncoding: 'text', signed: '{body}', encoding: 'hex', header: 'X-Signature', prefix: '', timestamp: { format: 'unix' }, ...more };
}

const hmac = (algorithm: string, key: string | Buffer, text: string, encoding: 'hex' | 'base64' | 'base64url' = 'hex'): string => createHmac(algorithm, key).update(text).digest(encoding);

test('the layouts of vendors, each by its own document', () => {
  const { body } = request;
  // GitHub: sha256=hex(body).
  expect(signWithHmac(signing({ prefix: 'sha256=', header: 'X-Hub-Signature-256' }), 'k', { ...request, body: 'Hello, World!' }, moment))
    .toEqual({ 'x-hub-signature-256': `sha256=${hmac('sha256', 'k', 'Hello, World!')}` });
  // Slack: v0:timestamp:body.
  expect(signWithHmac(signing({ signed: 'v0:{timestamp}:{body}', prefix: 'v0=', header: 'X-Slack-Signature', timestamp: { header: 'X-Slack-Request-Timestamp', format: 'unix' } }), 'k', request, moment))
    .toEqual({ 'x-slack-request-timestamp': '1614265330', 'x-slack-signature': `v0=${hmac('sha256', 'k', `v0:1614265330:${body}`)}` });
  // Stripe: t=…,v1=hex(t.body).
  expect(signWithHmac(signing({ signed: '{timestamp}.{body}', prefix: 't={timestamp},v1=', header: 'Stripe-Signature' }), 'k', request, moment))
    .toEqual({ 'stripe-signature': `t=1614265330,v1=${hmac('sha256', 'k', `1614265330.${body}`)}` });
  // HubSpot v3: base64(method + URI + body + timestamp in milliseconds).
  expect(signWithHmac(signing({ signed: '{method}{url}{body}{timestamp}', encoding: 'base64', timestamp: { header: 'X-Time', format: 'unix-ms' } }), 'k', request, moment))
    .toEqual({ 'x-time': '1614265330500', 'x-signature': hmac('sha256', 'k', `POST${request.origin}${request.path}${body}1614265330500`, 'base64') });
});

test('every placeholder, every encoding of the key, and a nonce', () => {
  const signed = '{method}\n{path}\n{query}\n{target}\n{host}\n{bodyHash}\n{timestamp}\n{nonce}';
  const text = 'GET\n/v1/contacts\nlimit=5&q=a%20b\n/v1/contacts?limit=5&q=a%20b\ncrm.example.com:8443\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n2021-02-25T15:02:10.500Z\nn-1';
  const definition = signing({ signed, algorithm: 'sha512', encoding: 'base64url', timestamp: { format: 'iso' }, nonceHeader: 'X-Nonce' });
  for (const [secret, secretEncoding] of [['key', 'text'], ['a2V5', 'base64'], ['6b6579', 'hex']] as const) {
    expect(signWithHmac({ ...definition, secretEncoding }, secret, { ...request, method: 'GET', body: null }, moment)).toEqual({ 'x-nonce': 'n-1', 'x-signature': hmac('sha512', 'key', text, 'base64url') });
  }
  expect(() => signWithHmac(signing({ secretEncoding: 'hex' }), 'no hex', request, moment)).toThrow('the signing key is empty');
});

test('what a record holds is signed as it is, whatever it looks like', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('{body}', '{nonce}{timestamp}', '$&$1')), (body) => {
    expect(signWithHmac(signing({ signed: '{timestamp}.{body}' }), 'k', { ...request, body }, moment)).toEqual({ 'x-signature': hmac('sha256', 'k', `1614265330.${body}`) });
  }));
});
