import type { Json } from '../../contracts/json.js';
import type { OAuth2AuthorizationCode, TokenErrors } from '../../contracts/auth-definition.js';
import { SystemError } from '../../contracts/system-error.js';
import { compileGetter } from '../../domain/json-pointer.js';
import { GrantRefusedError, type TokenPair } from './account-store.js';
import { encodeBasic, formEncode } from './fixed-credentials.js';
import { readTokenPair, UnusableTokenError } from './token-answer.js';
import { fetchToken, type TokenEndpoint } from './token-endpoint.js';
import type { Credentials } from './token-source.js';

/** AuthorizationCodeClient is a client of the authorization code grant with PKCE (RFC 6749 §4.1, RFC 7636). */
export interface AuthorizationCodeClient {
  /** authorizationUrl is where a person allows access; throws SystemError `missing-secret` where its URL cannot be read. */
  authorizationUrl(parts: { readonly state: string; readonly challenge: string; readonly redirectUri: string }): URL;
  /** baseUrlOf is the origin of the address that the account of an access token belongs to; undefined where the definition does not say where to ask. Throws SystemError. */
  baseUrlOf(access: string): Promise<string | undefined>;
  /** tradeCode trades a code for tokens, once; throws SystemError or GrantRefusedError. */
  tradeCode(parts: { readonly code: string; readonly verifier: string; readonly redirectUri: string }): Promise<TokenPair>;
  /** tradeRefreshToken trades a refresh token; where the answer is lost it asks once more. Throws SystemError or GrantRefusedError. */
  tradeRefreshToken(refreshToken: string): Promise<TokenPair>;
}

/** createAuthorizationCodeClient makes the client of a definition; `locate` resolves a URL, absolute or below the base URL. */
export function createAuthorizationCodeClient(
  definition: OAuth2AuthorizationCode,
  credentials: Credentials,
  endpoint: TokenEndpoint,
  locate: (url: string) => { readonly origin: string; readonly path: string },
): AuthorizationCodeClient {
  const isJson = definition.tokenEncoding === 'json';
  const trade = (parts: Readonly<Record<string, string>>): Promise<TokenPair> => {
    const headers: Record<string, string> = { accept: 'application/json', 'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded' };
    const fields: Record<string, string | number> = { ...definition.tokenParams, ...parts };
    if (definition.clientAuthentication === 'basic') {
      headers['authorization'] = `Basic ${encodeBasic(definition.clientId, definition.clientSecret ?? '', credentials, formEncode)}`;
    } else {
      fields['client_id'] = credentials.read(definition.clientId);
      if (definition.clientAuthentication === 'body') fields['client_secret'] = credentials.secret(definition.clientSecret ?? '');
    }
    const body = isJson ? JSON.stringify(fields) : new URLSearchParams(Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)])).toString();
    const asked = definition.scope === undefined ? undefined : credentials.read(definition.scope);
    return fetchToken(endpoint, { ...locate(definition.tokenUrl), method: 'POST', headers, body }, (answer) => {
      const pair = readTokenPair(answer, asked, definition);
      for (const token of [pair.access, pair.refresh]) if (token !== null) credentials.keep(token);
      return { ...pair, refreshLifetimeMs: pair.refreshLifetimeMs ?? definition.refreshTokenLifetimeMs ?? null };
    }, (answer) => readRefusal(answer, definition.tokenErrors));
  };
  return {
    async baseUrlOf(access) {
      const { account } = definition;
      if (account === undefined) return undefined;
      const headers = { accept: 'application/json', authorization: `${account.prefix}${access}` };
      return fetchToken(endpoint, { ...locate(account.get), method: 'GET', headers, body: null }, (answer) => {
        const named = compileGetter(account.baseUrl)(answer);
        // It is shown to people.
        if (typeof named !== 'string' || !URL.canParse(named) || !/^https?:\/\/[\w.:-]{1,253}$/.test(new URL(named).origin)) throw new UnusableTokenError(`nothing at ${account.baseUrl} of the answer is a URL`);
        return new URL(named).origin;
      });
    },
    authorizationUrl({ state, challenge, redirectUri }) {
      const { origin, path } = locate(definition.authorizeUrl);
      const url = new URL(path, origin);
      for (const [name, value] of Object.entries(definition.authorizeParams)) url.searchParams.set(name, credentials.plain(value));
      const own = { response_type: 'code', client_id: credentials.read(definition.clientId), redirect_uri: redirectUri, state, code_challenge: challenge, code_challenge_method: 'S256' };
      for (const [name, value] of Object.entries(own)) url.searchParams.set(name, value);
      if (definition.scope !== undefined) url.searchParams.set('scope', credentials.read(definition.scope));
      return url;
    },
    tradeCode: ({ code, verifier, redirectUri }) => trade({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }),
    async tradeRefreshToken(refreshToken) {
      const ask = (): Promise<TokenPair> => trade({ grant_type: 'refresh_token', refresh_token: refreshToken });
      try {
        return await ask();
      } catch (error) {
        // The endpoint may have rotated the token and its answer been lost. Many take the old one once more; a second
        // repeat could only bring the revocation of all tokens that came from it (RFC 9700 §4.14.2).
        if (!isLost(error)) throw error;
        return await ask();
      }
    },
  };
}

function isLost(error: unknown): boolean {
  return error instanceof SystemError && (error.detail.code === 'timeout' || error.detail.code === 'connection-lost' || error.detail.code === 'not-json');
}

const errorGetter = compileGetter('error');
const grantErrors = new Set(['invalid_grant', 'invalid_scope', 'access_denied', 'interaction_required', 'consent_required', 'login_required']);
const clientErrors = new Set(['invalid_client', 'unauthorized_client', 'unsupported_grant_type']);

/** readRefusal reads the error of a token endpoint (RFC 6749 §5.2), or one that a definition names; undefined where it says nothing that is known. */
export function readRefusal(answer: Json, named: TokenErrors = {}): GrantRefusedError | 'may-pass' | undefined {
  const code = errorGetter(answer);
  if (typeof code !== 'string') return undefined;
  if (named.retry?.includes(code) === true) return 'may-pass';
  if (named.client?.includes(code) === true) return new GrantRefusedError('client', code);
  if (named.grant?.includes(code) === true || grantErrors.has(code)) return new GrantRefusedError('grant', code);
  return clientErrors.has(code) ? new GrantRefusedError('client', code) : undefined;
}
