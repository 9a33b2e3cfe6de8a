import type { AuthDefinition } from '../contracts/auth-definition.js';
import type { HttpAnswer } from '../http/client-types.js';
import { withSourceClient, type Source } from './source-client.js';

/** fetchOnce makes one GET request, after a login where `auth` asks for one. Throws SystemError. */
export function fetchOnce(source: Source, auth: AuthDefinition = { type: 'none' }): Promise<HttpAnswer> {
  const { url, signal } = source;
  return withSourceClient(source, auth, ({ client }) => client.request({
    method: 'GET', path: url.pathname, query: Object.fromEntries(url.searchParams), answer: 'optional', operation: 'list', purpose: 'sync', signal,
  }));
}
