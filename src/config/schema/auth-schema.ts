import { z } from 'zod';
import { checkedText, keyed, plainText } from './checked-text.js';
import { credentialText, hardCodedSecret, holdsReference, isCredentialName } from './credential.js';
import { headerNameText, headerValueText, pathProblem, pathText } from './request-text.js';
import { pointerText } from './scalars.js';

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

const oauth2 = keyed({
  type: z.literal('oauth2').describe('A token is fetched with the client credentials grant (RFC 6749 §4.4), kept until it expires, and fetched again.'),
  grant: z.literal('client_credentials').default('client_credentials').describe('Only the client credentials grant is supported.'),
  tokenUrl: checkedText('a path such as /oauth/token, or a full URL', tokenUrlProblem).describe('Where tokens are fetched: a path below the base URL, or a full URL.'),
  clientId: plainText('a client id').describe('Client id; may be a reference.'),
  clientSecret: credentialText('the client secret').describe('Client secret, as a reference such as `secret://env/CRM_CLIENT_SECRET`.'),
  scope: plainText('scopes, separated by blanks').optional().describe('Scopes to ask for, separated by blanks.'),
  clientAuthentication: z.enum(['basic', 'body']).default('basic')
    .describe('Where the client id and secret go (RFC 6749 §2.3.1): the Authorization header, or the body.'),
});

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
