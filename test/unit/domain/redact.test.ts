import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../src/domain/redact.js';
import { isSecretName } from '../../../src/domain/secret-names.js';
import { anyJson, parseJson } from './any-json.js';

const CANARY = 'canary/mine+x="y"';
const plain = createRedactor();
const redactor = createRedactor({ secrets: [CANARY, 'short', 'abc'] });

describe('text', () => {
  test.each([
    ['password=hunter22 next', 'password=[redacted] next'], ['{"api_key": "k-1", "a": 1}', '{"api_key": "[redacted]", "a": 1}'], ["{'apiKey':'k-1'}", "{'apiKey':'[redacted]'}"], ['api-key: abc, b: c', 'api-key: [redacted], b: c'],
    ['Authorization: Bearer abc.def\nHost: x', 'Authorization: [redacted]\nHost: x'], ['sent Bearer abcdefghij to x', 'sent Bearer [redacted] to x'], ['Cookie: a=b; c=d', 'Cookie: [redacted]'], ['set-cookie: sid=1; Path=/', 'set-cookie: [redacted]'],
    ['https://ada:pw@example.com/x', 'https://[redacted]@example.com/x'], ['https://token@example.com', 'https://[redacted]@example.com'], ['GET /x?access_token=abc&y=1', 'GET /x?access_token=[redacted]&y=1'], ['GET /x?key=AIza123&y=1', 'GET /x?key=[redacted]&y=1'],
    ['jwt eyJhbGciOi.eyJzdWIiOi.c2lnbmF0 end', 'jwt [redacted] end'], ['{\\"token\\":\\"x\\",\\"a\\":1}', '{\\"token\\":\\"[redacted]\\",\\"a\\":1}'], ['{"password":"a\\"b","c":1}', '{"password":"[redacted]","c":1}'],
    ['client_secret = "a b c" x', 'client_secret = "[redacted]" x'], ['client_secret="unclosed', 'client_secret="[redacted]'], ['postgres://user:pw@localhost/db', 'postgres://[redacted]@localhost/db'],
    ['the password is unknown', 'the password is unknown'], ['secretary: Ada', 'secretary: Ada'], ['nothing to hide, amount=5', 'nothing to hide, amount=5'], ['token=', 'token='], ['', ''],
    // References of definitions name secrets and are none.
    ['secret://env/CRM_PASSWORD: the variable CRM_PASSWORD is not set', 'secret://env/CRM_PASSWORD: the variable CRM_PASSWORD is not set'],
    ['secret://file/secrets/crm.key: there is no file', 'secret://file/secrets/crm.key: there is no file'], ['secret://env/A token=abc', 'secret://env/A token=[redacted]'],
    ['secret://file/a?token=abc', 'secret://file/a?token=[redacted]'], ['secret://vault/abc', 'secret:[redacted]'], ['secret: //env/abc', 'secret: [redacted]'],
  ])('%s', (text, expected) => {
    expect(plain.text(text)).toBe(expected);
  });

  test('exact secrets are found as they are, URL-encoded and within JSON', () => {
    for (const text of [CANARY, encodeURIComponent(CANARY), JSON.stringify({ x: CANARY }), `a${CANARY}b${CANARY}c`]) {
      const redacted = redactor.text(`before ${text} after`);
      expect(redacted).not.toContain('mine');
      expect(redacted).toContain('[redacted]');
      expect(redacted).toMatch(/^before .* after$/);
    }
    expect(redactor.text('a short text of abc')).toBe('a [redacted] text of abc');
  });

  test('a secret that contains another is taken out whole', () => {
    expect(createRedactor({ secrets: ['abcd', 'abcdefgh'] }).text('x abcdefgh y')).toBe('x [redacted] y');
  });

  test('no place of a secret in any text lets it through, however the text is cut', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), fc.integer({ min: 1, max: 80 }), (before, after, maxLength) => {
      const text = createRedactor({ secrets: [CANARY], maxLength }).text(`${before}${CANARY}${after}`);
      expect(text).not.toContain('canary');
      expect(Array.from(text).length).toBeLessThanOrEqual(maxLength + 1);
    }));
  });

  test('a secret across the cut of a very long text does not leave its beginning', () => {
    const long = createRedactor({ secrets: ['S'.repeat(50) + 'E'.repeat(50)], maxLength: 10_000_000 });
    expect(long.text(`${'x'.repeat(999_950)}${'S'.repeat(50)}${'E'.repeat(50)}${'x'.repeat(1_000)}`)).not.toContain('S');
  });

  test('redacting twice changes nothing more', () => {
    for (const text of ['password=hunter22 x', '{"api_key": "k-1"}', 'Authorization: Bearer abcdefgh', 'https://a:b@c.de', 'x?key=abc']) expect(plain.text(plain.text(text))).toBe(plain.text(text));
  });

  test('the text is cut at a code point', () => {
    expect(createRedactor({ maxLength: 2 }).text('👩👩👩')).toBe('👩👩…');
    expect(createRedactor({ maxLength: 3 }).text('👩👩👩')).toBe('👩👩👩');
  });

  test('time does not explode on any long text', () => {
    for (const unit of ['a', 'token', 'token=', '"', '\\', 'eyJ', 'Bearer ', '//a', 'token:"\\', 'eyJaaaaaa.', 'password: ']) redactor.text(unit.repeat(Math.floor(1_100_000 / unit.length)));
  }, 30_000);
});

test('headers keep their names', () => {
  expect(redactor.headers({ Authorization: 'Bearer x', 'X-Api-Key': 'k', 'Content-Type': 'text/plain', 'Set-Cookie': ['a=b', 'c=d'], 'X-Note': `see ${CANARY}`, Accept: undefined, Vary: ['a', 'b'] })).toEqual({
    Authorization: '[redacted]', 'X-Api-Key': '[redacted]', 'Content-Type': 'text/plain', 'Set-Cookie': '[redacted]', 'X-Note': 'see [redacted]', Vary: 'a, b',
  });
});

describe('json', () => {
  test('secret members are replaced whole, texts redacted, the rest kept', () => {
    expect(redactor.json({ password: 'x', credentials: { user: 'a', list: [1] }, token: null, note: `see ${CANARY}`, deep: [{ api_key: 5, ok: true }], n: 1.5, [`k ${CANARY}`]: 1 })).toEqual({
      password: '[redacted]', credentials: '[redacted]', token: null, note: 'see [redacted]', deep: [{ api_key: '[redacted]', ok: true }], n: 1.5, 'k [redacted]': 1,
    });
  });

  test('is bounded in depth and size and does not touch prototypes', () => {
    expect(redactor.json(parseJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))).toBeDefined();
    expect(JSON.stringify(redactor.json(Array.from({ length: 100_000 }, () => 'x'))).length).toBeLessThan(50_000);
    const odd = redactor.json(parseJson('{"__proto__": {"polluted": 1}}'));
    expect(JSON.stringify(odd)).toBe('{"__proto__":{"polluted":1}}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('no secret in any place of any value gets through', () => {
    fc.assert(fc.property(anyJson, (value) => {
      const planted = parseJson(JSON.stringify({ value, planted: [CANARY] }));
      expect(JSON.stringify(redactor.json(planted))).not.toContain('mine');
    }));
  });
});

test.each([
  ['Authorization', true], ['proxy-authorization', true], ['X-API-Key', true], ['apiKey', true], ['access_token', true], ['refreshToken', true], ['client_secret', true], ['PASSWORD', true], ['db.pwd', true], ['Set-Cookie', true], ['private_key', true], ['session-id', true], ['X-Signature', true], ['auth', true],
  ['author', false], ['secretary', false], ['key', false], ['name', false], ['email', false], ['', false], ['passport', false],
])('%s names a secret: %s', (name, secret) => {
  expect(isSecretName(name)).toBe(secret);
});
