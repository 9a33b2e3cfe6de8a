import { z } from 'zod';
import { checkedText, keyed } from './checked-text.js';
import { credentialText } from './credential.js';
import { headerNameText } from './request-text.js';
import { durationText, objectNameText, pointerText } from './scalars.js';

const placeholders = new Set(['body', 'timestamp', 'id', 'method', 'url', 'secret']);

const signedText = checkedText('what is signed, such as {timestamp}.{body}', (text) => {
  if (!text.includes('{body}')) return { message: 'what is signed must hold {body}; otherwise anybody could change it', type: 'invalid-value' };
  const unknown = [...text.matchAll(/\{([^{}]*)\}/g)].find(([, name = '']) => !placeholders.has(name));
  return unknown === undefined ? undefined : { message: `'${unknown[0]}' stands for nothing here; known are ${[...placeholders].map((name) => `{${name}}`).join(' ')}`, type: 'invalid-value', offset: unknown.index };
});

/** webhooksSchema is how webhooks of a system are verified and read, as people write it. */
export const webhooksSchema = keyed({
  scheme: z.enum(['hmac-sha1', 'hmac-sha256', 'hmac-sha512', 'sha256', 'standard-webhooks', 'shared-secret', 'basic'])
    .describe('How a webhook shows where it comes from: a keyed hash, a plain hash with the secret in it, Standard Webhooks, a secret in a header, or HTTP basic authentication.'),
  header: headerNameText('X-Signature').default('X-Signature').describe('Header that carries the signature or the secret.'),
  parameter: z.string().regex(/^[\w-]{1,50}$/).optional().describe('Query parameter of the address that carries the secret, for `shared-secret`, where the sender signs nothing and sends no header: `/hooks/<system>?secret=…`.'),
  secret: z.union([credentialText('the webhook secret'), z.array(credentialText('the webhook secret')).min(1).max(5)])
    .describe('Secret, as a reference; while it is being changed, a list of the old and the new one.'),
  username: z.string().max(200).default('').describe('User name, for `basic`.'),
  encoding: z.enum(['hex', 'base64']).default('hex').describe('How the signature is written.'),
  prefix: z.string().max(50).default('').describe('Text before the signature or the secret, such as `sha256=`.'),
  signed: signedText.default('{body}').describe('What is signed: text with `{body}`, `{timestamp}`, `{id}`, `{method}`, `{url}`, and `{secret}` for a plain hash.'),
  items: keyed({
    timestamp: z.string().min(1).max(20).default('t').describe('Name of the item that holds the time.'),
    signature: z.string().min(1).max(20).default('v1').describe('Name of the items that hold signatures.'),
  }).optional().describe('Names of the items, where the header is a list such as `t=1614265330,v1=5fe6…`.'),
  timestamp: keyed({
    header: headerNameText('X-Timestamp').optional().describe('Header that carries the time of sending; without it, an item of the signature.'),
    format: z.enum(['unix', 'unix-ms', 'iso']).default('unix').describe('How the time is written.'),
  }).optional().describe('Where the time of sending stands. It must be signed to be of use.'),
  idHeader: headerNameText('X-Event-Id').optional().describe('Header that carries the id of the event.'),
  tolerance: durationText('5m', '1s', '1h').default('5m').describe('How old a webhook may be, and how far its clock may be ahead.'),
  handshake: z.enum(['slack-challenge', 'asana-hook-secret', 'xero-intent-to-receive']).optional()
    .describe('What the sender asks for when its webhook is set up. With `asana-hook-secret` the secret is a file, `secret://file/…`, that the server writes.'),
  list: pointerText('/events').optional().describe('JSON Pointer of the array of events, where one webhook carries several; an empty text is the body itself.'),
  id: pointerText('/id').optional().describe('JSON Pointer of the id of the event. Without it, equal bodies are one event, whose record is read each time.'),
  object: pointerText('/object').optional().describe('JSON Pointer of what says which object is meant. Without it, the system must have one object only.'),
  objects: z.record(z.string().min(1).max(200), objectNameText()).default({}).describe('Objects by what stands at `object`; a name that ends with `*` stands for all that begin like it.'),
  record: pointerText('/object_id').optional().describe('JSON Pointer of the external id of the record. Without it, everything that has changed is read.'),
});

/** AuthorWebhooks is a webhook definition as it is written, defaults filled in. */
export type AuthorWebhooks = z.output<typeof webhooksSchema>;
