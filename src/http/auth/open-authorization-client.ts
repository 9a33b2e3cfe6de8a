import type { OAuth2AuthorizationCode } from '../../contracts/auth-definition.js';
import type { RestSystemDefinition } from '../../contracts/system-definition.js';
import { rulesOf } from '../../egress/network-rules.js';
import { createDispatcher } from '../create-dispatcher.js';
import { createCredentials } from '../credentials.js';
import { createFailureMaker } from '../failure.js';
import { createSecretRegister } from '../secret-register.js';
import { createWireRequests } from '../wire-request.js';
import { createAuthorizationCodeClient, type AuthorizationCodeClient } from './authorization-code-client.js';

/** OpenAuthorizationClient is a client of the authorization code grant that owns its connections. */
export interface OpenAuthorizationClient extends AuthorizationCodeClient {
  close(): Promise<void>;
}

/** openAuthorizationClient makes the client of a system whose accounts people connect; `resolve` replaces the references of a text, and `networkAllow` is what the deployment may connect to besides public addresses. */
export function openAuthorizationClient(definition: RestSystemDefinition & { readonly auth: OAuth2AuthorizationCode }, resolve: (text: string) => string, networkAllow: readonly string[]): OpenAuthorizationClient {
  const secrets = createSecretRegister();
  const fail = createFailureMaker(definition.system, (text) => secrets.redact(text));
  const credentials = createCredentials(resolve, secrets, fail);
  const dispatcher = createDispatcher(definition.limits, rulesOf(definition.network, networkAllow));
  const wire = createWireRequests(definition, credentials, fail);
  const client = createAuthorizationCodeClient(definition.auth, credentials, { dispatcher, timeoutMs: definition.limits.timeoutMs, fail }, (url) => wire.locate(url));
  return { ...client, close: () => dispatcher.close() };
}
