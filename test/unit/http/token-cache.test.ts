import { beforeEach, describe, expect, it, test } from 'vitest';
import { readLoginToken, readOAuthToken } from '../../../src/http/auth/token-answer.js';
import { createTokenCache } from '../../../src/http/auth/token-cache.js';

const { signal } = new AbortController();
let now = 0;
beforeEach(() => {
  now = 0;
});

/** A cache whose fetches succeed with token-1, token-2 …, unless `down`. */
function cacheOf(lifetimeMs: number) {
  const state = { fetches: 0, down: false };
  const cache = createTokenCache(async () => {
    state.fetches++;
    if (state.down) throw new Error('down');
    return { text: `token-${state.fetches}`, lifetimeMs };
  }, () => now);
  return { state, cache, current: async () => (await cache.current(signal)).text };
}

describe('a token', () => {
  test.each([[3_600_000, 60_000], [300_000, 30_000], [10_000, 1_000], [1, 0.1]])('of %d ms is replaced %d ms ahead of its end', async (lifetimeMs, marginMs) => {
    const { state, current } = cacheOf(lifetimeMs);
    expect(await current()).toBe('token-1');
    now = lifetimeMs - marginMs - 0.01;
    expect(await current()).toBe('token-1');
    now = lifetimeMs - marginMs + 0.01;
    expect(await current()).toBe('token-2');
    expect(state.fetches).toBe(2);
  });

  it('is used to its end where replacing it ahead fails, with a pause between the tries', async () => {
    const { state, current } = cacheOf(3_600_000);
    await current();
    state.down = true;
    now = 3_541_000;
    expect([await current(), await current(), await current()]).toEqual(['token-1', 'token-1', 'token-1']);
    expect(state.fetches).toBe(2);
    now += 5_001;
    expect(await current()).toBe('token-1');
    expect(state.fetches).toBe(3);
    now = 3_600_001;
    await expect(current()).rejects.toThrow('down');
  });

  it('that was refused is replaced once, and not at all where a newer one is there', async () => {
    const { state, cache } = cacheOf(3_600_000);
    const { generation } = await cache.current(signal);
    await Promise.all(Array.from({ length: 50 }, () => cache.replace(generation, signal)));
    await cache.replace(generation, signal);
    expect(state.fetches).toBe(2);
    expect(await cache.current(signal)).toMatchObject({ text: 'token-2', generation: 2 });
  });

  it('is fetched again after a failure', async () => {
    const { state, current } = cacheOf(3_600_000);
    state.down = true;
    await expect(current()).rejects.toThrow('down');
    state.down = false;
    expect(await current()).toBe('token-2');
  });
});

const jwt = (claims: unknown): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;

describe('the lifetime of a token', () => {
  test.each([
    [3_600, 3_600_000], ['3600', 3_600_000], [1, 1_000], [0.5, 500], [undefined, 300_000], [null, 300_000], [-1, 300_000], [0, 300_000], ['abc', 300_000],
    ['-1', 300_000], [true, 300_000], [{}, 300_000], [10 ** 12, 86_400_000], ['1e9', 300_000],
  ])('expires_in %o is %d ms', (expiresIn, lifetimeMs) => {
    expect(readOAuthToken({ access_token: 'abc', ...(expiresIn === undefined ? {} : { expires_in: expiresIn }) })).toEqual({ text: 'abc', lifetimeMs });
  });

  const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;

  test.each([
    ['from issue to expiry', jwt({ iat: 1_000, exp: 1_600 }), 600_000],
    ['no number', jwt({ exp: 'soon' }), 300_000],
    ['over already', jwt({ iat: 1_600, exp: 1_000 }), 300_000],
    ['no claims', 'e30.bm90IGpzb24.sig', 300_000],
    ['null', jwt(null), 300_000],
    ['no JWT', 'abc', 300_000],
  ])('of a login is that of the JWT: %s', (_name, token, lifetimeMs) => {
    expect(readLoginToken({ token }, '/token', undefined)).toEqual({ text: token, lifetimeMs });
  });

  it('of a JWT without the time of its issue counts from now', () => {
    const { lifetimeMs } = readLoginToken({ token: jwt({ exp: inAnHour }) }, '/token', undefined);
    expect(Math.abs(lifetimeMs - 3_600_000)).toBeLessThan(5_000);
  });

  it('of a login is the one at its pointer before that of the JWT', () => {
    expect(readLoginToken({ token: jwt({ iat: 1_000, exp: 1_600 }), ttl: 60 }, '/token', '/ttl').lifetimeMs).toBe(60_000);
    expect(readLoginToken({ token: jwt({ iat: 1_000, exp: 1_600 }), ttl: 'x' }, '/token', '/ttl').lifetimeMs).toBe(600_000);
  });
});
