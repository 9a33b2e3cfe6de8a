import type { AuthDefinition } from '../../contracts/auth-definition.js';
import { createApiKey, createBasic, createBearer, noCredentials } from './fixed-credentials.js';
import type { AccountStore } from './account-store.js';
import { createAuthorizationCodeClient } from './authorization-code-client.js';
import { createLogin } from './login.js';
import { createOAuth2Account } from './oauth2-authorization-code.js';
import { createOAuth2ClientCredentials } from './oauth2-client-credentials.js';
import type { TokenEndpoint } from './token-endpoint.js';
import type { Credentials, TokenSource } from './token-source.js';

/** createTokenSource makes the token source that the definition of a system asks for; `accounts` holds the tokens of connected accounts. */
export function createTokenSource(
  definition: AuthDefinition,
  credentials: Credentials,
  endpoint: TokenEndpoint,
  locate: (url: string) => { readonly origin: string; readonly path: string },
  { system, accounts }: { readonly system: string; readonly accounts: AccountStore | undefined },
): TokenSource {
  switch (definition.type) {
    case 'none': return noCredentials;
    case 'api-key': return createApiKey(definition, credentials);
    case 'bearer': return createBearer(definition, credentials);
    case 'basic': return createBasic(definition, credentials);
    case 'oauth2':
      if (definition.grant === 'client_credentials') return createOAuth2ClientCredentials(definition, credentials, endpoint, locate);
      return createOAuth2Account({ system, definition, credentials, accounts, client: createAuthorizationCodeClient(definition, credentials, endpoint, locate), fail: endpoint.fail });
    default: return createLogin(definition, credentials, endpoint, locate);
  }
}
