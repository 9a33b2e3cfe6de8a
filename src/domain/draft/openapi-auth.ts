import type { DraftAuth } from '../../contracts/system-draft.js';
import type { JsonObject } from '../../contracts/json.js';
import { environmentName } from './names.js';
import { listAt, objectAt, textAt } from './openapi-access.js';

/** openApiAuth drafts the credentials of an API; every secret is a reference to an environment variable. */
export function openApiAuth(document: JsonObject, system: string): DraftAuth {
  const schemes = { ...objectAt(document, 'securityDefinitions'), ...objectAt(document, 'components', 'securitySchemes') };
  const wanted = listAt(document, 'security').flatMap((one) => Object.keys(objectAt(one)));
  const names = [...new Set([...wanted, ...Object.keys(schemes)])];
  const drafts = names.flatMap((name) => draftOf(objectAt(schemes, name), system) ?? []);
  const [best] = drafts.toSorted((a, b) => a.rank - b.rank);
  if (best !== undefined) return best.auth;
  return { keys: { type: 'none' }, checks: ['The document names no credentials that can be used: add what the API wants.'] };
}

function draftOf(scheme: JsonObject, system: string): { readonly rank: number; readonly auth: DraftAuth } | undefined {
  const secret = (what: string): string => `secret://env/${environmentName(system, what)}`;
  const type = textAt(scheme, 'type');
  const kind = type === 'http' ? textAt(scheme, 'scheme')?.toLowerCase() : type;
  const bearer = { type: 'bearer', token: secret('token') };
  switch (kind) {
    case 'bearer': return { rank: 0, auth: { keys: bearer, checks: [] } };
    case 'apiKey': {
      const place = textAt(scheme, 'in');
      if (place !== 'header' && place !== 'query') return undefined;
      return { rank: 1, auth: { keys: { type: 'api-key', in: place, name: textAt(scheme, 'name') ?? 'X-Api-Key', value: secret('key') }, checks: [] } };
    }
    case 'basic': return { rank: 2, auth: { keys: { type: 'basic', username: `\${${environmentName(system, 'user')}}`, password: secret('password') }, checks: [] } };
    case 'oauth2': {
      const tokenUrl = textAt(objectAt(scheme, 'flows', 'clientCredentials'), 'tokenUrl') ?? (textAt(scheme, 'flow') === 'application' ? textAt(scheme, 'tokenUrl') : undefined);
      if (tokenUrl !== undefined) return { rank: 1, auth: { keys: { type: 'oauth2', tokenUrl, clientId: secret('client id'), clientSecret: secret('client secret') }, checks: [] } };
      return { rank: 3, auth: { keys: bearer, checks: ['The document describes OAuth 2.0 with a person who consents. A fixed token works where the product gives one out (often called private app or personal access token).'] } };
    }
    default: return undefined;
  }
}
