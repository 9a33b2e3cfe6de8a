/** AuthDefinition says how requests to a system are authenticated. */
export type AuthDefinition =
  | { readonly type: 'none' }
  | { readonly type: 'api-key'; readonly in: 'header' | 'query'; readonly name: string; readonly value: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  | OAuth2ClientCredentials
  | OAuth2AuthorizationCode
  | LoginAuth;

/** OAuth2ClientCredentials is the client credentials grant (RFC 6749 §4.4). */
export interface OAuth2ClientCredentials {
  readonly type: 'oauth2';
  readonly grant: 'client_credentials';
  /** Absolute, or a path below the base URL. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
  /** Where the client's credentials go (RFC 6749 §2.3.1). */
  readonly clientAuthentication: 'basic' | 'body';
  /** Day, YYYY-MM-DD, on which the client secret expires. */
  readonly clientSecretExpires?: string;
}

/** OAuth2AuthorizationCode is the authorization code grant with PKCE (RFC 6749 §4.1, RFC 7636): a person allows access once. */
export interface OAuth2AuthorizationCode {
  readonly type: 'oauth2';
  readonly grant: 'authorization_code';
  /** Absolute, or a path below the base URL, as is `tokenUrl`. */
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string;
  readonly scope?: string;
  /** Where the client's credentials go (RFC 6749 §2.3.1); `none` for a public client. */
  readonly clientAuthentication: 'basic' | 'body' | 'none';
  /** Parameters of the authorization URL besides the standard ones. */
  readonly authorizeParams: Readonly<Record<string, string>>;
  /** Issuer identifier; an answer has to carry it as `iss` (RFC 9207). */
  readonly issuer?: string;
  /** How long a refresh token is good for, where the system does not say so itself. */
  readonly refreshTokenLifetimeMs?: number;
  /** How long an access token is good for, where the system does not say so itself; null: until somebody revokes it. */
  readonly accessTokenLifetimeMs?: number | null;
  /** What the system calls a bearer token; absent: Bearer. */
  readonly tokenType?: string;
  /** How requests for tokens are written; absent: as a form. */
  readonly tokenEncoding?: 'json';
  /** Fields of requests for tokens besides the standard ones. */
  readonly tokenParams?: Readonly<Record<string, string | number>>;
  /** Errors of the token endpoint that have names of their own, by what they mean. */
  readonly tokenErrors?: TokenErrors;
  /** Where the system says to which address an account belongs; it is asked before tokens are stored. */
  readonly account?: AccountPlace;
  /** Day, YYYY-MM-DD, on which the client secret expires. */
  readonly clientSecretExpires?: string;
}

/** TokenErrors is errors of a token endpoint by what they mean: the client is refused, the code or the refresh token is, or it may pass. */
export interface TokenErrors {
  readonly client?: readonly string[];
  readonly grant?: readonly string[];
  readonly retry?: readonly string[];
}

/** AccountPlace is where a system says to which address the account of a token belongs. */
export interface AccountPlace {
  /** Absolute, or a path below the base URL. */
  readonly get: string;
  /** Text before the token in the Authorization header. */
  readonly prefix: string;
  /** JSON Pointer of the account's base URL in the answer. */
  readonly baseUrl: string;
}

/** LoginAuth trades a user name and a password for a token at a login endpoint, as many custom CRMs do. */
export interface LoginAuth {
  readonly type: 'login';
  readonly post: string;
  readonly body: Readonly<Record<string, string>>;
  /** JSON Pointer of the token in the answer. */
  readonly token: string;
  /** JSON Pointer of the lifetime in seconds; a JWT's own `exp` is used where absent. */
  readonly expiresIn?: string;
  /** Header the token is sent in, for example `Authorization`. */
  readonly header: string;
  /** Text before the token, for example `Bearer `; may be empty. */
  readonly prefix: string;
}
