import type { OAuth2ClientCredentials } from '../../contracts/auth-definition.js';
import { encodeBasic, formEncode } from './fixed-credentials.js';
import { readOAuthToken } from './token-answer.js';
import { createTokenCache } from './token-cache.js';
import { fetchToken, type TokenEndpoint } from './token-endpoint.js';
import { createTokenHolder } from './token-holder.js';
import type { Credentials, TokenSource } from './token-source.js';

/**
 * createOAuth2ClientCredentials gets tokens with the client credentials grant (RFC 6749 §4.4) and sends them as bearer
 * tokens; `locate` resolves the token URL, absolute or below the base URL, to its origin and path.
 */
export function createOAuth2ClientCredentials(
  definition: OAuth2ClientCredentials,
  credentials: Credentials,
  endpoint: TokenEndpoint,
  locate: (url: string) => { readonly origin: string; readonly path: string },
): TokenSource {
  const cache = createTokenCache(async () => {
    const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    const scope = definition.scope === undefined ? undefined : credentials.read(definition.scope);
    if (scope !== undefined) form.set('scope', scope);
    if (definition.clientAuthentication === 'basic') {
      headers['authorization'] = `Basic ${encodeBasic(definition.clientId, definition.clientSecret, credentials, formEncode)}`;
    } else {
      form.set('client_id', credentials.read(definition.clientId));
      form.set('client_secret', credentials.secret(definition.clientSecret));
    }
    return fetchToken(endpoint, { ...locate(definition.tokenUrl), method: 'POST', headers, body: form.toString() }, (answer) => readOAuthToken(answer, scope));
  });
  return createTokenHolder(cache, credentials, 'authorization', 'Bearer ');
}
