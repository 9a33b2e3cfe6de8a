import type { SmtpSystemDefinition } from '../contracts/smtp-definition.js';
import { compileBase } from './compile-base.js';
import type { AuthorSmtp } from './schema/smtp-schema.js';
import { withoutUndefined } from './without-undefined.js';

/** compileSmtp makes a mail server that messages are handed to of one that has been checked. */
export function compileSmtp(author: AuthorSmtp): SmtpSystemDefinition {
  const { connector, host, port, tls, username, password, from, recipients, duplicates } = author;
  return withoutUndefined({
    ...compileBase(author), connector, medium: 'smtp' as const, host, port, tls, username, password, from, recipients, duplicates,
    objects: { message: { id: '/id', create: duplicates === 'accept' ? { isKeyed: true } : {} } },
  });
}
