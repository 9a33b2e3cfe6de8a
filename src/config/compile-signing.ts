import type { SigningDefinition } from '../contracts/signing-definition.js';
import { durationMs } from './duration.js';
import type { AuthorSigning } from './schema/signing-schema.js';

/** compileSigning makes a signing definition that runs of one that has been checked. */
export function compileSigning(author: AuthorSigning): SigningDefinition {
  if (author.type === 'hmac') {
    const { timestampHeader: header, timestampFormat: format, nonceHeader, ...rest } = author;
    return { ...rest, timestamp: { format, ...(header === undefined ? {} : { header }) }, ...(nonceHeader === undefined ? {} : { nonceHeader }) };
  }
  const { expires, tag, ...rest } = author;
  return { ...rest, expiresMs: durationMs(expires), ...(tag === undefined ? {} : { tag }) };
}
