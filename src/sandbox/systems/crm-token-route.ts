import type { FastifyInstance, FastifyRequest } from 'fastify';
import { makeCredentialCheck, type CredentialCheck } from '../engine/credential-check.js';
import { bodyFields } from '../engine/request-parts.js';
import { sendJson } from '../engine/simulated-system.js';
import type { AccessTokens } from './access-tokens.js';

/** tokenPath is where tokens are asked for; it needs no token itself. */
export const tokenPath = '/oauth/token';

/** addTokenRoute adds the client credentials grant (RFC 6749 §4.4), with the client in the body or in a Basic header. */
export function addTokenRoute(app: FastifyInstance, tokens: AccessTokens, client: { clientId: string; clientSecret: string }): void {
  const knownId = makeCredentialCheck(client.clientId);
  const knownSecret = makeCredentialCheck(client.clientSecret);
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });
  app.post(tokenPath, (request, reply) => {
    const form = bodyFields(request);
    const given = basicClient(request) ?? { id: form['client_id'], secret: form['client_secret'] };
    if (!matches(knownId, given.id) || !matches(knownSecret, given.secret)) {
      void reply.header('www-authenticate', 'Basic realm="crm"');
      sendJson(reply, 401, { error: 'invalid_client', error_description: 'client id or secret is wrong' });
    } else if (form['grant_type'] !== 'client_credentials') {
      sendJson(reply, 400, { error: 'unsupported_grant_type', error_description: 'only client_credentials is offered' });
    } else {
      void reply.header('cache-control', 'no-store');
      sendJson(reply, 200, tokens.issue());
    }
  });
}

function matches(check: CredentialCheck, given: unknown): boolean {
  return typeof given === 'string' && check(given);
}

function basicClient(request: FastifyRequest): { readonly id: unknown; readonly secret: unknown } | undefined {
  const header = request.headers.authorization;
  if (header === undefined || !header.startsWith('Basic ')) return undefined;
  const text = Buffer.from(header.slice(6), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  // Both parts are form-encoded before they are joined (RFC 6749 §2.3.1).
  return { id: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) };
}

function formDecode(text: string): string | undefined {
  return new URLSearchParams(`value=${text.replaceAll('&', '%26')}`).get('value') ?? undefined;
}
