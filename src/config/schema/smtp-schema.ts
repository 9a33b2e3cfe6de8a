import { z } from 'zod';
import { checkedText, keyed, plainText } from './checked-text.js';
import { credentialText, holdsReference } from './credential.js';
import { systemNames, systemRules } from './system-parts.js';

const mailboxText = checkedText('an e-mail address such as sales@example.com', (text) =>
  (/^(?:[^<>,;"\p{Cc}]*<[^\s@<>,;"]+@[^\s@<>,;"]+>|[^\s@<>,;"]+@[^\s@<>,;"]+)$/u.test(text) || holdsReference(text)) ? undefined : { message: 'expected an e-mail address such as sales@example.com, or Sales <sales@example.com>', type: 'invalid-value' });

const domainText = checkedText('a domain such as example.com', (text) =>
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(text) ? undefined : { message: 'expected a domain such as example.com, in lower case', type: 'invalid-value' });

/** smtpSchema is the definition of a mail server that messages are handed to, as people write it. */
export const smtpSchema = keyed({
  ...systemNames,
  connector: z.literal('smtp').describe('Kind of connection: a mail server that messages are handed to. Its one object is `message`, which a handoff step creates.'),
  host: plainText('a host name').describe('Host of the mail server; may hold references.'),
  port: z.int().min(1).max(65_535).default(587).describe('Port of the mail server.'),
  tls: z.enum(['implicit', 'starttls', 'none']).default('starttls').describe('How the connection is encrypted: from the start (port 465), by STARTTLS, which is then required, or not at all. Certificates are verified.'),
  username: plainText('a user name').optional().describe('User name; may hold references.'),
  password: credentialText('the password').optional().describe('Password, as a reference such as `secret://env/SMTP_PASSWORD`.'),
  from: mailboxText.describe('Address that messages come from, such as `Acme <orders@example.com>`.'),
  recipients: z.array(domainText).max(200).default([]).describe('Domains that messages may go to; none: all.'),
  duplicates: z.enum(['refuse', 'accept']).default('refuse')
    .describe('What happens to a message whose answer was lost, since no mail server can be asked: `refuse` leaves it to a person; `accept` sends it again under the same Message-ID, so that some recipients may get it twice.'),
  ...systemRules,
}).meta({ title: 'Crosswalk system: SMTP', description: 'A mail server that messages are handed to.' });

/** AuthorSmtp is a mail server as it is written, defaults filled in. */
export type AuthorSmtp = z.output<typeof smtpSchema>;
