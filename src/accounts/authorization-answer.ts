import type { OAuth2AuthorizationCode } from '../contracts/auth-definition.js';

/** AuthorizationRefusedError is thrown for an answer to an authorization that is not to be trusted, or says no; its message is for people. */
export class AuthorizationRefusedError extends Error {
  override readonly name = 'AuthorizationRefusedError';
}

/** AuthorizationAnswer is the parameters with which a browser comes back (RFC 6749 §4.1.2, RFC 9207). */
export interface AuthorizationAnswer {
  readonly state: string;
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly iss: string | undefined;
}

/** readAuthorizationAnswer reads the parameters of a callback; throws AuthorizationRefusedError where the state is missing or one is there twice. */
export function readAuthorizationAnswer(query: URLSearchParams): AuthorizationAnswer {
  const one = (name: string): string | undefined => {
    const [value, ...more] = query.getAll(name);
    if (more.length > 0) throw new AuthorizationRefusedError(`The answer has the parameter "${name}" more than once.`);
    return value === undefined || value === '' || value.length > 4_096 ? undefined : value;
  };
  const state = one('state');
  if (state === undefined) throw new AuthorizationRefusedError('The answer has no state, so it answers nothing that was begun here.');
  return { state, code: one('code'), error: one('error'), iss: one('iss') };
}

/** codeOf gives the code of an answer that comes from the right authorization server; `issuer` and `authorizeUrl` have their references resolved. Throws AuthorizationRefusedError. */
export function codeOf({ code, error, iss }: AuthorizationAnswer, { issuer, authorizeUrl }: Partial<Pick<OAuth2AuthorizationCode, 'issuer'>> & { readonly authorizeUrl: URL }): string {
  if (issuer !== undefined && iss === undefined) throw new AuthorizationRefusedError('The answer does not name its issuer, as it has to.');
  const isRight = iss === undefined || (issuer === undefined ? originOf(iss) === authorizeUrl.origin : iss === issuer);
  if (!isRight) throw new AuthorizationRefusedError('The answer comes from another issuer than the one that was asked.');
  if (error !== undefined) throw new AuthorizationRefusedError(`Access was not allowed (${/^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,60}$/.test(error) ? error : 'unreadable error'}).`);
  if (code === undefined) throw new AuthorizationRefusedError('The answer has no code.');
  return code;
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
