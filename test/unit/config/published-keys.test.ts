import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { readLinkKeys } from '../../../src/config/answer-links.js';
import { PublishedKeyError, publishedTestKey, refusePublishedKeys } from '../../../src/config/published-test-keys.js';
import { areVectorsHere, readKey } from '../http/signing/rfc9421-vectors.js';
import { changed, checkTexts, crmText, shown } from './checked-texts.js';

// Row 32 of the security matrix.
// The example of the Standard Webhooks documentation.
const documented = ['whsec', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'].join('_');

describe('row 32: a published test key', () => {
  it.each([documented, documented.replace('whsec_', ''), ` ${documented}\n`, "It's a Secret to Everybody", '0b'.repeat(20), Buffer.from('0b'.repeat(20), 'hex').toString('base64')])('%j is known', (key) => {
    expect(publishedTestKey(key)).toBeDefined();
  });

  it.skipIf(!areVectorsHere).each(['test-key-rsa.pem', 'test-key-rsa-pss.pem', 'test-key-ecc-p256.pem', 'test-key-ed25519.pem', 'test-shared-secret.txt'])('%s of RFC 9421 is known, however it is written', (name) => {
    const key = readKey(name);
    expect([key, key.replaceAll('\n', '\\n'), `${key}\n`].map(publishedTestKey)).toEqual(['RFC 9421', 'RFC 9421', 'RFC 9421']);
  });

  it('is known as JWK (RFC 7515, appendix A.1; RFC 8032 §7.1)', () => {
    expect(publishedTestKey(JSON.stringify({ kty: 'oct', k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow' }))).toBe('RFC 7515');
    expect(publishedTestKey(JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }))).toBe('RFC 8032');
  });

  it('is found by check, with its place', () => {
    expect(shown(checkTexts({ 'crm.yaml': crmText }, { env: { CRM_TOKEN: documented } }))).toEqual([
      '3:30 error published-key secret://env/CRM_TOKEN: its value is a test key that is printed in Standard Webhooks, so that anybody can sign with it; make one of your own',
    ]);
    const twice = changed(crmText, 'secret://env/CRM_TOKEN', '${CRM_TOKEN}');
    expect(shown(checkTexts({ 'crm.yaml': twice }, { env: { CRM_TOKEN: documented } })).join()).not.toContain(documented);
  });

  it('is refused where it would be used, also as a part of a text, and its value is not shown', () => {
    const resolve = refusePublishedKeys((text) => text.replaceAll('${KEY}', documented).replaceAll('${OTHER}', 'x'));
    expect(() => resolve('${KEY}')).toThrow(PublishedKeyError);
    expect(() => resolve('Bearer ${KEY} ${OTHER}')).toThrow('${KEY}: its value is a test key');
    expect(() => resolve('Bearer ${KEY}')).not.toThrow(documented);
    expect(resolve('a ${OTHER}')).toBe('a x');
  });
});

test('keys of one\'s own, and what is no key, pass', () => {
  const own = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const secret of [own, 'sandbox-only-crm', 'secret', '', '{}', '{"kty":"oct"}', ['-----BEGIN', 'PRIVATE KEY-----\nnone'].join(' '), `whsec_${Buffer.alloc(32, 7).toString('base64')}`]) expect(publishedTestKey(secret)).toBeUndefined();
});

test('a published key does not sign links either', () => {
  const sources = { env: {}, readFile: () => '', baseFolder: '/' };
  expect(() => readLinkKeys(`k1:${'0b'.repeat(20)}`, sources)).toThrow(/CROSSWALK_LINK_KEYS: key 1 is a test key that is printed in RFC 4231/);
});
