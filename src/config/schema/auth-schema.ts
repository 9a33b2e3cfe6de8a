import { z } from 'zod';
import type { FindingType } from '../finding.js';
import { checkedText, keyed, oneOf, plainText, type TextProblem } from './checked-text.js';
import { credentialText, hardCodedSecret, holdsReference, isCredentialName } from './credential.js';
import { headerNameText, headerValueText, pathProblem, pathText } from './request-text.js';
import { durationText, pointerText } from './scalars.js';

const none = keyed({
  type: z.literal('none').describe('Requests are sent without credentials.'),
});

const apiKey = keyed({
  type: z.literal('api-key').describe('A fixed key is sent in a header or a query parameter.'),
  in: z.enum(['header', 'query']).default('header').describe('Where the key is sent.'),
  name: headerNameText('X-Api-Key').describe('Name of the header or the query parameter.'),
  value: credentialText('the API key').describe('The key, as a reference such as `secret://env/BOOKS_KEY`.'),
});

const basic = keyed({
  type: z.literal('basic').describe('A user name and a password are sent with every request (RFC 7617).'),
  username: plainText('a user name').describe('User name; may hold references.'),
  password: credentialText('the password').describe('Password, as a reference such as `secret://env/DESK_PASSWORD`.'),
});

const bearer = keyed({
  type: z.literal('bearer').describe('A fixed token is sent in the Authorization header (RFC 6750).'),
  token: credentialText('the token').describe('Token, as a reference such as `secret://env/DESK_TOKEN`.'),
});

const tokenErrorNames = z.array(plainText('the name of an error', 80)).optional();

const oauth2 = keyed({
  type: z.literal('oauth2').describe('An OAuth2 access token is sent as a bearer token, kept until it expires, and fetched again.'),
  grant: z.enum(['client_credentials', 'authorization_code']).default('client_credentials')
    .describe('How tokens are got: with the client\'s own credentials (RFC 6749 §4.4), or for an account that a person connects once with `crosswalk authorize` (RFC 6749 §4.1 with PKCE).'),
  authorizeUrl: checkedText('a path such as /oauth/authorize, or a full URL', tokenUrlProblem).optional().describe('Where a person allows access: a path below the base URL, or a full URL. Of `authorization_code` only, which needs it.'),
  tokenUrl: checkedText('a path such as /oauth/token, or a full URL', tokenUrlProblem).describe('Where tokens are fetched: a path below the base URL, or a full URL.'),
  clientId: plainText('a client id').describe('Client id; may be a reference.'),
  clientSecret: credentialText('the client secret').optional().describe('Client secret, as a reference such as `secret://env/CRM_CLIENT_SECRET`. Needed unless `clientAuthentication` is `none`.'),
  clientSecretExpires: checkedText('a day such as 2027-06-30', dayProblem).optional().describe('Day on which the client secret expires; people are told ahead of it.'),
  scope: plainText('scopes, separated by blanks').optional().describe('Scopes to ask for, separated by blanks. A token that comes with others is refused.'),
  clientAuthentication: z.enum(['basic', 'body', 'none']).default('basic')
    .describe('Where the client id and secret go (RFC 6749 §2.3.1): the Authorization header, or the body; `none` for a public client of `authorization_code`.'),
  authorizeParams: z.record(plainText('the name of a parameter'), plainText('a value')).default({}).describe('Further parameters of the authorization URL, such as `access_type: offline`.'),
  issuer: checkedText('a URL such as https://login.example.com', issuerProblem).optional().describe('Issuer of the authorization server; with it, the answer to an authorization has to name it (RFC 9207).'),
  refreshTokenLifetime: durationText('90d', '1h', '1000d').optional().describe('How long a refresh token is good for, where the system does not say so itself; people are told ahead of its end.'),
  accessTokenLifetime: oneOf('`never-ends`, or a duration such as 12h', [z.literal('never-ends'), durationText('12h', '1m', '1000d')]).optional()
    .describe('How long an access token is good for, where the system does not say so itself; `never-ends` where it is good until somebody revokes it. Default: 5 minutes. Of `authorization_code` only, as are the keys that follow.'),
  tokenType: plainText('a type of token', 40).optional().describe('What the system calls a bearer token in `token_type`, where that is not `Bearer`.'),
  tokenEncoding: z.enum(['form', 'json']).optional().describe('How requests for tokens are written: as a form (RFC 6749), which is the default, or as JSON.'),
  tokenParams: z.record(plainText('the name of a field'), oneOf('text or a number', [z.string(), z.number()])).optional().describe('Further fields of requests for tokens, such as `expires_in: 86400`. None of them is a secret.'),
  tokenErrors: keyed({
    client: tokenErrorNames.describe('Errors that mean: the client id or the secret is wrong.'),
    grant: tokenErrorNames.describe('Errors that mean: a person has to authorize the account anew.'),
    retry: tokenErrorNames.describe('Errors that may pass.'),
  }).optional().describe('Names of errors, in `/error` of an answer of whatever status, that RFC 6749 does not know.'),
  account: keyed({
    get: checkedText('a path such as /oauth/metadata, or a full URL', tokenUrlProblem).describe('Where it is asked, with the new token.'),
    prefix: headerValueText('text such as "Bearer "').default('Bearer ').describe('Text before the token in the Authorization header.'),
    baseUrl: pointerText('/api_endpoint').describe('JSON Pointer of the base URL in the answer.'),
  }).optional().describe('Where the system says to which address the account belongs. An account that belongs elsewhere than `baseUrl` says is not connected.'),
}).check(oauth2Problems);

const login = keyed({
  type: z.literal('login').describe('A user name and a password are traded for a token at a login endpoint, as many custom CRMs do.'),
  post: pathText('/auth/login').describe('Path of the login endpoint.'),
  body: z.record(plainText('a field name'), z.string({ error: 'expected text' })).check(loginBodyProblems)
    .describe('Fields of the JSON body; a password must be a reference.'),
  token: pointerText('/access_token').describe('JSON Pointer of the token in the answer.'),
  expiresIn: pointerText('/expires_in').optional().describe('JSON Pointer of the lifetime in seconds. Without it, the `exp` of a JWT is used.'),
  header: headerNameText('Authorization').default('Authorization').describe('Header that the token is sent in.'),
  prefix: headerValueText('text such as "Bearer "').default('Bearer ').describe('Text before the token; may be empty.'),
});

/** authSchema says how requests to a system are authenticated. */
export const authSchema = z.discriminatedUnion('type', [none, apiKey, basic, bearer, oauth2, login]);

/** AuthorAuth is the `auth` of a system as it is written, defaults filled in. */
export type AuthorAuth = z.output<typeof authSchema>;

function tokenUrlProblem(text: string): ReturnType<typeof pathProblem> {
  return /^https?:\/\//i.test(text) || text.startsWith('${') ? undefined : pathProblem(text, '/oauth/token');
}

function loginBodyProblems(context: z.core.ParsePayload<Record<string, string>>): void {
  for (const [name, value] of Object.entries(context.value)) {
    if (!isCredentialName(name) || holdsReference(value)) continue;
    context.issues.push({
      code: 'custom', input: value, path: [name], message: hardCodedSecret(`the field '${name}'`), params: { type: 'hard-coded-secret' },
    });
  }
}

function dayProblem(text: string): TextProblem | undefined {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
  return isDay ? undefined : { message: 'expected a day such as 2027-06-30', type: 'invalid-value' };
}

function issuerProblem(text: string): TextProblem | undefined {
  if (text.startsWith('${') || /^https?:\/\/[^\s?#]+$/i.test(text)) return undefined;
  return { message: 'expected a URL such as https://login.example.com, without ? and #', type: 'invalid-url' };
}

interface OAuth2Keys {
  readonly grant: 'client_credentials' | 'authorization_code';
  readonly authorizeUrl?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly clientAuthentication: 'basic' | 'body' | 'none';
  readonly accessTokenLifetime?: unknown;
  readonly tokenType?: unknown;
  readonly tokenEncoding?: unknown;
  readonly tokenParams?: unknown;
  readonly tokenErrors?: unknown;
  readonly account?: unknown;
}

const ofAccountsOnly = ['authorizeUrl', 'accessTokenLifetime', 'tokenType', 'tokenEncoding', 'tokenParams', 'tokenErrors', 'account'] as const;

// Which keys are needed depends on others.
function oauth2Problems({ value, issues }: z.core.ParsePayload<OAuth2Keys>): void {
  const wrong = (path: string, message: string, type: FindingType): void => { issues.push({ code: 'custom', input: value, path: [path], message, params: { type } }); };
  const { grant, authorizeUrl, clientSecret, clientAuthentication } = value;
  if (grant === 'authorization_code' && authorizeUrl === undefined) wrong('authorizeUrl', "missing key 'authorizeUrl': a person has to be sent somewhere to allow access", 'missing-key');
  if (grant === 'client_credentials' && clientAuthentication === 'none') wrong('clientAuthentication', "'none' is for the grant authorization_code only", 'invalid-value');
  else if (clientSecret === undefined && clientAuthentication !== 'none') wrong('clientSecret', "missing key 'clientSecret': expected a reference such as secret://env/CRM_CLIENT_SECRET", 'missing-key');
  if (grant === 'client_credentials') for (const key of ofAccountsOnly) if (value[key] !== undefined) wrong(key, `'${key}' is for the grant authorization_code only`, 'invalid-value');
}
