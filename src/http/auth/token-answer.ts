import type { Json } from '../../contracts/json.js';
import type { OAuth2AuthorizationCode } from '../../contracts/auth-definition.js';
import { compileGetter } from '../../domain/json-pointer.js';
import type { TokenPair } from './account-store.js';
import type { Token } from './token-cache.js';

/** UnusableTokenError says what is wrong with the answer of a token endpoint; its message holds nothing of the answer. */
export class UnusableTokenError extends Error {
  override readonly name = 'UnusableTokenError';
}

/** defaultLifetimeMs is taken where an answer says nothing usable of the lifetime of its token. */
export const defaultLifetimeMs = 300_000;

const maxLifetimeMs = 86_400_000;
const maxTokenLength = 16_384;

/** A year: what a refresh token is good for at the most, as far as people are told of it. */
const maxRefreshLifetimeMs = 366 * 86_400_000;

/**
 * readOAuthToken reads the answer of a token endpoint (RFC 6749 §5.1). A lifetime that is absent, negative or no number
 * counts as five minutes, one of more than a day as a day. Throws UnusableTokenError, also for a token that may do more
 * than was `asked` for.
 */
export function readOAuthToken(answer: Json, asked?: string): Token {
  return { text: readAccessToken(answer, asked, 'Bearer'), lifetimeMs: lifetimeMs(expiresGetter(answer)) ?? defaultLifetimeMs };
}

function readAccessToken(answer: Json, asked: string | undefined, wanted: string): string {
  checkScope(scopeGetter(answer), asked);
  const type = typeGetter(answer);
  if (type !== undefined && (typeof type !== 'string' || ![wanted.toLowerCase(), 'bearer'].includes(type.toLowerCase()))) {
    throw new UnusableTokenError(`its token_type is not ${wanted}`);
  }
  return checkToken(tokenGetter(answer), 'access_token');
}

/**
 * readLoginToken reads the answer of a login endpoint, token and lifetime in seconds at JSON Pointers. Without a lifetime
 * that can be read, the one that a JWT names itself counts. Throws UnusableTokenError.
 */
export function readLoginToken(answer: Json, tokenPointer: string, expiresInPointer: string | undefined): Token {
  const text = checkToken(compileGetter(tokenPointer)(answer), tokenPointer);
  const named = expiresInPointer === undefined ? undefined : lifetimeMs(compileGetter(expiresInPointer)(answer));
  return { text, lifetimeMs: named ?? jwtLifetimeMs(text, Date.now()) ?? defaultLifetimeMs };
}

/** Peculiarities is in what the answers of a token endpoint differ from RFC 6749. */
export type Peculiarities = Pick<OAuth2AuthorizationCode, 'accessTokenLifetimeMs' | 'tokenType'>;

/**
 * readTokenPair reads the answer to a code or a refresh token, as readOAuthToken does. Where a lifetime of the refresh
 * token is named it is under one of the names that vendors have made up for it. A token that cannot be refreshed is used
 * for as long as the answer says. Throws UnusableTokenError.
 */
export function readTokenPair(answer: Json, asked: string | undefined, { accessTokenLifetimeMs = defaultLifetimeMs, tokenType = 'Bearer' }: Peculiarities = {}): TokenPair {
  const access = readAccessToken(answer, asked, tokenType);
  const refreshText = refreshGetter(answer);
  const refresh = refreshText === undefined || refreshText === null || refreshText === '' ? null : checkToken(refreshText, 'refresh_token');
  const scope = scopeGetter(answer);
  const named = refreshExpiresGetters.map((get) => get(answer)).find((value) => value !== undefined);
  return {
    access, refresh, lifetimeMs: lifetimeMs(expiresGetter(answer), refresh === null ? maxRefreshLifetimeMs : maxLifetimeMs) ?? accessTokenLifetimeMs,
    refreshLifetimeMs: lifetimeMs(named, maxRefreshLifetimeMs) ?? null, scope: typeof scope === 'string' ? scope.slice(0, 2_000) : asked ?? null,
  };
}

/** checkScope throws where a scope was given that nobody asked for: the token would be worth more than it has to be. */
function checkScope(given: Json | undefined, asked: string | undefined): void {
  if (given === undefined || given === null || asked === undefined) return;
  if (typeof given !== 'string') throw new UnusableTokenError('its scope is no text');
  const known = new Set(asked.split(/[\s,]+/));
  const wider = given.split(/[\s,]+/).filter((scope) => scope !== '' && !known.has(scope));
  if (wider.length > 0) throw new UnusableTokenError(`it may do more than was asked for (${wider.length === 1 ? 'one scope' : `${wider.length} scopes`} too many); name in "scope" everything that the system gives`);
}

const scopeGetter = compileGetter('scope');
const refreshGetter = compileGetter('refresh_token');
const refreshExpiresGetters = ['refresh_token_expires_in', 'refresh_expires_in', 'x_refresh_token_expires_in'].map((name) => compileGetter(name));
const tokenGetter = compileGetter('access_token');
const typeGetter = compileGetter('token_type');
const expiresGetter = compileGetter('expires_in');

function checkToken(token: Json | undefined, place: string): string {
  if (typeof token !== 'string' || token === '') throw new UnusableTokenError(`it holds no token at ${place}`);
  if (token.length > maxTokenLength) throw new UnusableTokenError(`its token is longer than ${maxTokenLength} characters`);
  // Visible ASCII only (RFC 6749 appendix A.12): a line break would add a header of the answer's choice.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new UnusableTokenError('its token holds blanks, line breaks or characters outside ASCII');
  return token;
}

function lifetimeMs(seconds: Json | undefined, most = maxLifetimeMs): number | undefined {
  const value = typeof seconds === 'string' && /^\d{1,15}$/.test(seconds) ? Number(seconds) : seconds;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return undefined;
  return Math.min(value * 1_000, most);
}

/** Lifetime of a JWT by its own claims (RFC 7519 §4.1): from `iat` where it has one, so that no clock has to agree. */
function jwtLifetimeMs(token: string, nowMs: number): number | undefined {
  const [, payload, signature, ...more] = token.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof claims !== 'object' || claims === null || !('exp' in claims) || typeof claims.exp !== 'number') return undefined;
  const from = 'iat' in claims && typeof claims.iat === 'number' ? claims.iat : nowMs / 1_000;
  return lifetimeMs(claims.exp - from);
}
