import type { SignatureVerification, WebhookDefinition, WebhookVerification } from '../contracts/webhook-definition.js';
import { durationMs } from './duration.js';
import type { AuthorWebhooks } from './schema/webhooks-schema.js';

/** compileWebhooks makes a webhook definition that runs of one that has been checked. */
export function compileWebhooks(author: AuthorWebhooks): WebhookDefinition {
  const { list, id, idHeader, object, objects, record, handshake } = author;
  return {
    verify: compileVerification(author),
    ...(handshake === undefined ? {} : { handshake }),
    events: {
      objects, ...(list === undefined ? {} : { list }), ...(id === undefined ? {} : { id }), ...(idHeader === undefined ? {} : { idHeader }),
      ...(object === undefined ? {} : { object }), ...(record === undefined ? {} : { record }),
    },
  };
}

function compileVerification(author: AuthorWebhooks): WebhookVerification {
  const { scheme, header, prefix, username, encoding, signed, items, idHeader } = author;
  // A signed time that stands among the items is always held against the tolerance, or a webhook could be played again for ever.
  const timestamp = author.timestamp ?? (items !== undefined && signed.includes('{timestamp}') ? { format: 'unix' as const } : undefined);
  const secrets = typeof author.secret === 'string' ? [author.secret] : author.secret;
  const toleranceMs = durationMs(author.tolerance);
  switch (scheme) {
    case 'standard-webhooks':
      return { scheme, toleranceMs, secrets };
    case 'shared-secret':
      return { scheme, header, prefix, secrets, ...(author.parameter === undefined ? {} : { parameter: author.parameter }) };
    case 'basic':
      return { scheme, username, secrets };
    default:
      return {
        scheme: 'signature', ...hashes[scheme], header, encoding, prefix, signed, secrets,
        ...(items === undefined ? {} : { items }), ...(idHeader === undefined || !signed.includes('{id}') ? {} : { idHeader }),
        ...(timestamp === undefined ? {} : { timestamp: { format: timestamp.format, toleranceMs, ...(timestamp.header === undefined ? {} : { header: timestamp.header }) } }),
      };
  }
}

const hashes: Readonly<Record<'hmac-sha1' | 'hmac-sha256' | 'hmac-sha512' | 'sha256', Pick<SignatureVerification, 'algorithm' | 'keyed'>>> = {
  'hmac-sha1': { algorithm: 'sha1', keyed: true }, 'hmac-sha256': { algorithm: 'sha256', keyed: true }, 'hmac-sha512': { algorithm: 'sha512', keyed: true }, sha256: { algorithm: 'sha256', keyed: false },
};
