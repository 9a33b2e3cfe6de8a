import type { AuthDefinition } from '../../contracts/system-definition.js';
import { createApiKey, createBasic, createBearer, noCredentials } from './fixed-credentials.js';
import { createLogin } from './login.js';
import { createOAuth2ClientCredentials } from './oauth2-client-credentials.js';
import type { TokenEndpoint } from './token-endpoint.js';
import type { Credentials, TokenSource } from './token-source.js';

/** createTokenSource makes the token source that a definition asks for. */
export function createTokenSource(
  definition: AuthDefinition,
  credentials: Credentials,
  endpoint: TokenEndpoint,
  locate: (url: string) => { readonly origin: string; readonly path: string },
): TokenSource {
  switch (definition.type) {
    case 'none': return noCredentials;
    case 'api-key': return createApiKey(definition, credentials);
    case 'bearer': return createBearer(definition, credentials);
    case 'basic': return createBasic(definition, credentials);
    case 'oauth2': return createOAuth2ClientCredentials(definition, credentials, endpoint, locate);
    default: return createLogin(definition, credentials, endpoint, locate);
  }
}
