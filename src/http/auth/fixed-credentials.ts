import type { AuthDefinition } from '../../contracts/auth-definition.js';
import type { Credentials, TokenSource } from './token-source.js';

/** noCredentials leaves requests as they are. */
export const noCredentials: TokenSource = { apply: () => Promise.resolve(0) };

/** createApiKey sends a fixed key in a header or a query parameter. */
export function createApiKey(definition: Extract<AuthDefinition, { type: 'api-key' }>, credentials: Credentials): TokenSource {
  const name = definition.in === 'header' ? definition.name.toLowerCase() : definition.name;
  return {
    async apply(request) {
      request[definition.in === 'header' ? 'headers' : 'query'][name] = credentials.secretHeader(definition.value);
      return 0;
    },
  };
}

/** createBearer sends a fixed token (RFC 6750 §2.1). */
export function createBearer(definition: Extract<AuthDefinition, { type: 'bearer' }>, credentials: Credentials): TokenSource {
  return {
    async apply(request) {
      request.headers['authorization'] = `Bearer ${credentials.secretHeader(definition.token)}`;
      return 0;
    },
  };
}

/** createBasic sends a user name and a password (RFC 7617), in UTF-8. */
export function createBasic(definition: Extract<AuthDefinition, { type: 'basic' }>, credentials: Credentials): TokenSource {
  return {
    async apply(request) {
      request.headers['authorization'] = `Basic ${encodeBasic(definition.username, definition.password, credentials)}`;
      return 0;
    },
  };
}

/** encodeBasic gives the base64 of `username:password`, references resolved; `encode` changes both parts before. */
export function encodeBasic(username: string, password: string, credentials: Credentials, encode = (text: string): string => text): string {
  const pair = `${encode(credentials.read(username))}:${encode(credentials.secret(password))}`;
  const encoded = Buffer.from(pair, 'utf8').toString('base64');
  credentials.keep(encoded);
  return encoded;
}

/** formEncode encodes a client's id or secret before the two are joined (RFC 6749 §2.3.1), so that a colon in an id stays in the id. */
export function formEncode(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice('v='.length);
}
