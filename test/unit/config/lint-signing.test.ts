import { describe, expect, it } from 'vitest';
import { changed, checkTexts, crmText, shown } from './checked-texts.js';
import { restSystem } from '../../support/rest-system.js';

const withSigning = (signing: string): string => changed(crmText, 'auth:', `signing: ${signing}\nauth:`);
const judged = (signing: string): readonly string[] => shown(checkTexts({ 'crm.yaml': withSigning(signing) }));
const compiled = (signing: string): unknown => restSystem(checkTexts({ 'crm.yaml': withSigning(signing) }).systems.get('crm')).signing;

describe('signing', () => {
  it('has defaults that cover method, target, body and time', () => {
    expect(compiled('{ type: hmac, secret: secret://env/K }')).toEqual({
      type: 'hmac', algorithm: 'sha256', secret: 'secret://env/K', secretEncoding: 'text', signed: '{method}{target}{body}{timestamp}', encoding: 'hex', header: 'X-Signature', prefix: '', timestamp: { format: 'unix' },
    });
    expect(compiled('{ type: http-message-signatures, algorithm: ed25519, key: secret://file/k.pem, keyId: k }')).toEqual({
      type: 'http-message-signatures', algorithm: 'ed25519', key: 'secret://file/k.pem', keyEncoding: 'text', keyId: 'k', label: 'sig1', digest: 'sha-256',
      components: ['@method', '@target-uri', 'content-type', 'content-digest'], parameters: ['created', 'keyid', 'alg'], expiresMs: 300_000,
    });
  });

  it.each([
    ['{ type: hmac, secret: abc }', 'hard-coded-secret'],
    ['{ type: hmac, secret: secret://env/K, signed: "{timestamp}" }', 'must hold {body}'],
    ['{ type: hmac, secret: secret://env/K, signed: "{body}{sceret}" }', "'{sceret}' stands for nothing here"],
    ['{ type: hmac, secret: secret://env/K, prefix: "{body}" }', "'{body}' stands for nothing here"],
    ['{ type: hmac, secret: secret://env/K, prefix: "a\\r\\nX-Other: b" }', 'invalid-header'],
    ['{ type: hmac, secret: secret://env/K, header: "X-A: b" }', 'invalid-header'],
    ['{ type: http-message-signatures, algorithm: none, key: secret://env/K, keyId: k }', 'expected one of hmac-sha256'],
    ['{ type: http-message-signatures, algorithm: ed25519, key: secret://env/K, keyId: k, components: ["@status"] }', 'expected "@method"'],
    ['{ type: http-message-signatures, algorithm: ed25519, key: secret://env/K, keyId: k, label: "a b" }', 'expected a label'],
  ])('%s: %s', (signing, expected) => expect(judged(signing).join('\n')).toContain(expected));
});
