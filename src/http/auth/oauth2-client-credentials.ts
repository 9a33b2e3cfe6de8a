import type { OAuth2ClientCredentials } from '../../contracts/system-definition.js';
import { encodeBasic } from './fixed-credentials.js';
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
    if (definition.scope !== undefined) form.set('scope', credentials.read(definition.scope));
    if (definition.clientAuthentication === 'basic') {
      headers['authorization'] = `Basic ${encodeBasic(definition.clientId, definition.clientSecret, credentials, formEncode)}`;
    } else {
      form.set('client_id', credentials.read(definition.clientId));
      form.set('client_secret', credentials.secret(definition.clientSecret));
    }
    return fetchToken(endpoint, { ...locate(definition.tokenUrl), method: 'POST', headers, body: form.toString() }, readOAuthToken);
  });
  return createTokenHolder(cache, credentials, 'authorization', 'Bearer ');
}

/** Both parts are form-encoded before they are joined (RFC 6749 §2.3.1), so that a colon in an id stays in the id. */
function formEncode(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice('v='.length);
}
