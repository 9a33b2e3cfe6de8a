import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readRefusal } from '../../../src/http/auth/authorization-code-client.js';
import { readTokenPair, UnusableTokenError } from '../../../src/http/auth/token-answer.js';

// Row 17 of the security matrix: answers of a token endpoint to a code or a refresh token.
const good = { access_token: 'access', refresh_token: 'refresh', token_type: 'bearer', expires_in: 3_600, scope: 'records' };

describe('a pair of tokens', () => {
  it('is read with what is known of its lifetimes and its scope', () => {
    expect(readTokenPair({ ...good, refresh_token_expires_in: 8_640_000 }, 'records openid')).toEqual({ access: 'access', refresh: 'refresh', lifetimeMs: 3_600_000, refreshLifetimeMs: 8_640_000_000, scope: 'records' });
    expect(readTokenPair({ access_token: 'access' }, undefined)).toEqual({ access: 'access', refresh: null, lifetimeMs: 300_000, refreshLifetimeMs: null, scope: null });
  });

  test.each([
    [{ expires_in: -1 }, 300_000], [{ expires_in: 'abc' }, 300_000], [{ expires_in: 0 }, 300_000], [{ expires_in: null }, 300_000], [{ expires_in: 1e300 }, 86_400_000], [{ expires_in: '60' }, 60_000], [{ expires_in: [60] }, 300_000],
  ])('with %o is used for %d ms', (part, lifetimeMs) => {
    expect(readTokenPair({ ...good, ...part }, undefined)).toMatchObject({ lifetimeMs });
  });

  test.each([
    [{ refresh_token: 'a\nx-evil: 1' }], [{ refresh_token: 'a b' }], [{ refresh_token: 'x'.repeat(20_000) }], [{ refresh_token: 7 }], [{ access_token: 'a\r\nb' }], [{ access_token: '' }], [{ token_type: 'mac' }],
    [{ scope: 'records admin' }], [{ scope: 'admin' }], [{ scope: { all: true } }],
  ])('with %o is refused', (part) => {
    expect(() => readTokenPair({ ...good, ...part }, 'records')).toThrow(UnusableTokenError);
  });

  it('may do less than was asked for', () => {
    expect(readTokenPair(good, 'records records:write')).toMatchObject({ scope: 'records' });
  });

  it('is refused or good for a second to a day, whatever an answer holds, and a refusal repeats none of it', () => {
    fc.assert(fc.property(fc.record({ access_token: fc.jsonValue(), refresh_token: fc.jsonValue(), expires_in: fc.jsonValue(), scope: fc.jsonValue(), token_type: fc.constantFrom('Bearer', 'mac', 7) }), (answer) => {
      try {
        const pair = readTokenPair(answer as never, 'records');
        expect(pair.access).toMatch(/^[\x21-\x7e]+$/);
        expect(pair.lifetimeMs).toBeGreaterThan(0);
        expect(pair.lifetimeMs).toBeLessThanOrEqual(86_400_000);
      } catch (error) {
        expect(error).toBeInstanceOf(UnusableTokenError);
        if (typeof answer.access_token === 'string' && answer.access_token.length > 12) expect(String(error)).not.toContain(answer.access_token);
      }
    }));
  });
});

test.each([
  ['invalid_grant', 'grant'], ['invalid_client', 'client'], ['unauthorized_client', 'client'], ['invalid_scope', 'grant'],
])('the error %s is a refusal of the %s', (error, what) => { expect(readRefusal({ error })).toMatchObject({ what, code: error }); });

test.each([{ error: 'server_error' }, { error: 'x'.repeat(1_000) }, { error: 7 }, {}, [], 'invalid_grant', null])('%o says nothing that is known', (answer) => { expect(readRefusal(answer)).toBeUndefined(); });
