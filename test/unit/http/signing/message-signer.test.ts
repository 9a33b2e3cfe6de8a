import { constants, createPublicKey, createVerify, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import type { MessageSigning, SignatureAlgorithm } from '../../../../src/contracts/signing-definition.js';
import type { RawRequest } from '../../../../src/http/exchange.js';
import { contentDigest, signMessage } from '../../../../src/http/signing/message-signer.js';
import { signerFor } from '../../../../src/http/signing/signing-key.js';
import { areVectorsHere, readKey, readVectors, type Vector } from './rfc9421-vectors.js';

const createdAt = 1_618_884_473;
const body = '{"hello": "world"}';
// The request of appendix B.2.
const request: RawRequest = {
  origin: 'https://example.com', path: '/foo?param=Value&Pet=dog', method: 'POST', body,
  headers: { date: 'Tue, 20 Apr 2021 02:07:55 GMT', 'content-type': 'application/json' },
};

function signing(more: Partial<MessageSigning> = {}): MessageSigning {
  return { type: 'http-message-signatures', algorithm: 'ed25519', key: '', keyEncoding: 'text', keyId: 'k', label: 'sig1', components: ['@method'], digest: 'sha-512', parameters: ['created', 'keyid'], expiresMs: 300_000, ...more };
}

/** What a vector covers, as a definition says it; `@query-param` is not offered. */
function signingOf({ alg, key, signature_params: params, name }: Vector): MessageSigning {
  const covered = /^\(([^)]*)\)/.exec(params)?.[1] ?? '';
  const components = covered === '' ? [] : covered.split(' ').map((each) => each.replaceAll('"', ''));
  const parameters = [...params.matchAll(/;([a-z]+)=(?:\d|")/g)].flatMap(([, each = '']) => (['created', 'keyid', 'nonce', 'tag'].includes(each) ? [each as 'created'] : []));
  return signing({ algorithm: alg, keyId: key.replace(/\.\w+$/, ''), components, parameters, keyEncoding: 'base64', label: name, ...(params.includes('tag=') ? { tag: 'header-example' } : {}) });
}

describe.skipIf(!areVectorsHere)('the examples of RFC 9421', () => {
  const vectors = readVectors();
  const ours = vectors.filter(({ signature_params: params }) => !params.includes('@status') && !params.includes('@query-param'));

  it('are six, of which four are of requests that a definition can describe', () => expect([vectors.length, ours.length]).toEqual([6, 4]));

  it.each(ours)('$rfc: the same signature base', async (vector) => {
    let base = '';
    const nonce = /nonce="([^"]+)"/.exec(vector.signature_params)?.[1] ?? '';
    await signMessage(signingOf(vector), (data) => Buffer.from((base = data.toString())), request, { nowMs: createdAt * 1_000, nonce });
    expect(base).toBe(vector.signature_base);
  });

  it.each(ours.filter(({ alg }) => alg === 'ed25519' || alg === 'hmac-sha256'))('$rfc: the same signature, byte for byte', async (vector) => {
    const definition = signingOf(vector);
    const headers = await signMessage(definition, signerFor(definition.algorithm, readKey(vector.key), 'base64'), request, { nowMs: createdAt * 1_000, nonce: '' });
    expect(headers['signature']).toBe(`${vector.name}=:${vector.signature}:`);
    expect(headers['signature-input']).toBe(`${vector.name}=${vector.signature_params}`);
  });

  it.each(vectors.filter(({ alg }) => alg !== 'hmac-sha256'))('$rfc: a signature of ours under the same key is as good as the one printed', ({ alg, key, signature_base: base, signature }) => {
    const data = Buffer.from(base);
    expect([isGood(alg, readKey(key), data, Buffer.from(signature, 'base64')), isGood(alg, readKey(key), data, signerFor(alg, readKey(key), 'text')(data))]).toEqual([true, true]);
    expect(isGood(alg, readKey(key), Buffer.from(`${base} `), signerFor(alg, readKey(key), 'text')(data))).toBe(false);
  });
});

/** By Node alone, and with the salt length that the RFC asks for. */
function isGood(alg: SignatureAlgorithm, key: string, data: Buffer, signature: Buffer): boolean {
  const publicKey = createPublicKey(key);
  switch (alg) {
    case 'rsa-pss-sha512': return verify('sha512', data, { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }, signature);
    case 'rsa-v1_5-sha256': return createVerify('sha256').update(data).verify(publicKey, signature);
    case 'ecdsa-p256-sha256': return verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
    default: return verify(null, data, publicKey, signature);
  }
}

test.each([
  ['sha-256', 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:'],
  ['sha-512', 'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:'],
] as const)('Content-Digest by %s is that of RFC 9530, appendix D', (algorithm, expected) => {
  expect(contentDigest(body, algorithm)).toBe(expected);
});

const pem = { type: 'pkcs8', format: 'pem' } as const;
const keys: readonly (readonly [SignatureAlgorithm, string])[] = [
  ['ed25519', generateKeyPairSync('ed25519').privateKey.export(pem).toString()],
  ['ecdsa-p256-sha256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem).toString()],
  ['rsa-v1_5-sha256', generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export(pem).toString()],
];

describe('a key', () => {
  it.each(keys)('of %s signs what its public half verifies', (algorithm, key) => {
    const data = Buffer.from('what is signed');
    expect(isGood(algorithm, key, data, signerFor(algorithm, key, 'text')(data))).toBe(true);
    // As environment variables hold it.
    expect(isGood(algorithm, key, data, signerFor(algorithm, key.replaceAll('\n', '\\n'), 'text')(data))).toBe(true);
  });

  it('of another kind, a short one, and none at all are refused, without a word of it', () => {
    const [, ed25519 = ''] = keys[0] ?? [];
    const short = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey.export(pem).toString();
    const cases: readonly (readonly [SignatureAlgorithm, string])[] = [
      ['rsa-pss-sha512', ed25519], ['ecdsa-p256-sha256', ed25519], ['rsa-v1_5-sha256', short], ['ed25519', 'canary-key'], ['ed25519', ''], ['hmac-sha256', ''],
      ['ecdsa-p256-sha256', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export(pem).toString()],
    ];
    for (const [algorithm, key] of cases) {
      expect(() => signerFor(algorithm, key, 'text')).toThrow(TypeError);
      expect(() => signerFor(algorithm, key, 'text')).not.toThrow(/canary|PRIVATE KEY-----/);
    }
  });
});

test('headers that a request lacks are left out; those that only the wire would add are set', async () => {
  let base = '';
  const sign = (data: Buffer): Buffer => Buffer.from((base = data.toString()));
  const components = ['@method', '@target-uri', 'content-digest', 'content-length', 'content-type', 'date'];
  const headers = await signMessage(signing({ components }), sign, { ...request, headers: {}, method: 'GET', body: null }, { nowMs: 0, nonce: 'n' });
  expect(base.split('\n').map((line) => line.split(':')[0])).toEqual(['"@method"', '"@target-uri"', '"date"', '"@signature-params"']);
  expect(Object.keys(headers).toSorted()).toEqual(['date', 'signature', 'signature-input']);
  expect(await signMessage(signing({ components }), sign, { ...request, body: '{"name":"Zoë"}' }, { nowMs: 0, nonce: 'n' })).toMatchObject({ 'content-length': '15' });
  const all = await signMessage(signing({ parameters: ['created', 'expires', 'nonce', 'alg', 'keyid', 'tag'], tag: 'crm' }), sign, request, { nowMs: 1_000, nonce: 'n-1' });
  expect(all['signature-input']).toBe('sig1=("@method");created=1;expires=301;nonce="n-1";alg="ed25519";keyid="k";tag="crm"');
});
