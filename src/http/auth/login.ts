import type { LoginAuth } from '../../contracts/auth-definition.js';
import { readLoginToken } from './token-answer.js';
import { createTokenCache } from './token-cache.js';
import { fetchToken, type TokenEndpoint } from './token-endpoint.js';
import { createTokenHolder } from './token-holder.js';
import type { Credentials, TokenSource } from './token-source.js';

/** createLogin trades a user name and a password for a token at a login endpoint; `locate` resolves its path. */
export function createLogin(
  definition: LoginAuth,
  credentials: Credentials,
  endpoint: TokenEndpoint,
  locate: (url: string) => { readonly origin: string; readonly path: string },
): TokenSource {
  const cache = createTokenCache(() => {
    const body = Object.fromEntries(Object.entries(definition.body).map(([name, value]) => [name, credentials.read(value)]));
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    return fetchToken(endpoint, { ...locate(definition.post), method: 'POST', headers, body: JSON.stringify(body) }, (answer) =>
      readLoginToken(answer, definition.token, definition.expiresIn));
  });
  return createTokenHolder(cache, credentials, definition.header.toLowerCase(), definition.prefix);
}
