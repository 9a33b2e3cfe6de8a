import { z } from 'zod';
import { checkedText, keyed, plainText } from './checked-text.js';
import { credentialText } from './credential.js';
import { headerNameText } from './request-text.js';
import { durationText } from './scalars.js';

const inSigned = ['method', 'path', 'query', 'target', 'url', 'host', 'body', 'bodyHash', 'timestamp', 'nonce'];
const inPrefix = ['timestamp', 'nonce'];

function unknownIn(text: string, known: readonly string[]): { message: string; type: 'invalid-placeholder'; offset: number } | undefined {
  const unknown = [...text.matchAll(/\{([^{}]*)\}/g)].find(([, name = '']) => !known.includes(name));
  return unknown === undefined ? undefined : { message: `'${unknown[0]}' stands for nothing here; known are ${known.map((name) => `{${name}}`).join(' ')}`, type: 'invalid-placeholder', offset: unknown.index };
}

const signedText = checkedText('what is signed, such as "{method}{target}{body}{timestamp}"', (text) => {
  if (!text.includes('{body}') && !text.includes('{bodyHash}')) return { message: 'what is signed must hold {body} or {bodyHash}; otherwise the body could be changed on its way', type: 'invalid-value' };
  return unknownIn(text, inSigned);
});

const prefixText = checkedText('text before the signature, such as "sha256="', (text) => {
  if (text.length > 100 || /[^\x20-\x7e]/.test(text)) return { message: 'expected at most 100 characters that a header can carry', type: 'invalid-header' };
  return unknownIn(text, inPrefix);
});

const keyEncoding = (): z.ZodDefault<z.ZodEnum<{ text: 'text'; base64: 'base64'; hex: 'hex' }>> => z.enum(['text', 'base64', 'hex']).default('text');

const hmac = keyed({
  type: z.literal('hmac').describe('A keyed hash (RFC 2104) over parts of the request is sent in a header.'),
  algorithm: z.enum(['sha1', 'sha256', 'sha384', 'sha512']).default('sha256').describe('Hash function. `sha1` only for systems that know nothing better.'),
  secret: credentialText('the signing key').describe('Key, as a reference such as `secret://env/CRM_SIGNING_KEY`.'),
  secretEncoding: keyEncoding().describe('How the key is written.'),
  signed: signedText.default('{method}{target}{body}{timestamp}')
    .describe('What is signed: text with `{method}`, `{path}`, `{query}` (without the `?`), `{target}` (path and query), `{url}`, `{host}`, `{body}`, `{bodyHash}` (SHA-256 in hex), `{timestamp}`, `{nonce}`.'),
  encoding: z.enum(['hex', 'base64', 'base64url']).default('hex').describe('How the signature is written.'),
  header: headerNameText('X-Signature').default('X-Signature').describe('Header that carries the signature.'),
  prefix: prefixText.default('').describe('Text before the signature, such as `sha256=` or `t={timestamp},v1=`.'),
  timestampHeader: headerNameText('X-Timestamp').optional().describe('Header that carries the time of sending.'),
  timestampFormat: z.enum(['unix', 'unix-ms', 'iso']).default('unix').describe('How the time of sending is written.'),
  nonceHeader: headerNameText('X-Nonce').optional().describe('Header that carries a number that is used once.'),
});

const componentPattern = /^(?:@(?:method|target-uri|authority|scheme|request-target|path|query)|[a-z0-9!#$%&'*+.^_`|~-]+)$/;
const componentText = checkedText('a component such as "@method" or content-digest', (text) =>
  (componentPattern.test(text) ? undefined : { message: 'expected "@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query", or the name of a header in lower case', type: 'invalid-value' }), componentPattern);

const labelPattern = /^[a-z*][a-z0-9_.*-]{0,63}$/;

const messageSignatures = keyed({
  type: z.literal('http-message-signatures').describe('Requests are signed by RFC 9421, their bodies digested by RFC 9530.'),
  algorithm: z.enum(['hmac-sha256', 'ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512', 'rsa-v1_5-sha256']).describe('Algorithm (RFC 9421 §3.3).'),
  key: credentialText('the signing key').describe('Private key as PEM, or the secret of `hmac-sha256`, as a reference such as `secret://file/keys/crm.pem`.'),
  keyEncoding: keyEncoding().describe('How the secret of `hmac-sha256` is written.'),
  keyId: plainText('the id of the key', 200).describe('Name by which the system knows the key (`keyid`).'),
  label: checkedText('a label such as sig1', (text) => (labelPattern.test(text) ? undefined : { message: 'expected a label such as sig1', type: 'invalid-value' }), labelPattern)
    .default('sig1').describe('Label of the signature.'),
  components: z.array(componentText).min(1).max(50).default(['@method', '@target-uri', 'content-type', 'content-digest'])
    .describe('What is covered, in order. Headers that a request does not have, such as those of a body it lacks, are left out.'),
  digest: z.enum(['sha-256', 'sha-512']).default('sha-256').describe('Hash function of Content-Digest.'),
  parameters: z.array(z.enum(['created', 'expires', 'nonce', 'alg', 'keyid', 'tag'])).max(6).default(['created', 'keyid', 'alg']).describe('Parameters of the signature, in order.'),
  expires: durationText('5m', '1s', '1h').default('5m').describe('How long a signature is good for, where `expires` is among the parameters.'),
  tag: plainText('a tag', 100).optional().describe('Tag of the application, where `tag` is among the parameters.'),
});

/** signingSchema says how requests to a system are signed. */
export const signingSchema = z.discriminatedUnion('type', [hmac, messageSignatures]);

/** AuthorSigning is the `signing` of a system as it is written, defaults filled in. */
export type AuthorSigning = z.output<typeof signingSchema>;
